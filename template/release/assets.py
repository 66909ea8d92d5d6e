"""The files of a forge release: the distributions, what release.toml names by patterns, and what vouches for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from release.context import Context
from release.distributions import built, read_distribution, wheel_of
from release.errors import ReleaseError
from release.evidence import SUMS, sbom, sbom_name, sums, write_evidence
from release.model import Distribution
from release.tables import FILE

_KEPT = re.compile(r"[A-Za-z0-9._+-]+")  # of other letters forges make others


@dataclass(frozen=True)
class Files:
    """{name: path} of what lies here, and the patterns that nothing here matches."""

    here: Mapping[str, Path]
    unmatched: tuple[str, ...]

    def may_be(self, name: str) -> bool:
        """Return whether a file that is not here may be one that a pattern means, or what vouches for such a one."""
        return bool(self.unmatched) and (name == SUMS or any(means(pattern, name) for pattern in self.unmatched))


def means(pattern: str, name: str) -> bool:
    """Return whether a pattern means files of such a name."""
    return fnmatchcase(name, Path(pattern).name)


def assets_of(ctx: Context) -> Files:
    """Return the distributions and what the patterns of release.toml match; {version} stands in them for the version.

    Raises ReleaseError for names that a forge would change, and for two files of one name.
    """
    here = {path.name: path for path in built(ctx)}
    unmatched = []
    for pattern in ctx.config.forge.assets:
        wanted = pattern.replace("{version}", str(ctx.release.version))
        found = sorted(path for path in ctx.root.glob(wanted) if path.is_file())
        unmatched += [] if found else [wanted]
        for path in found:
            if here.setdefault(path.name, path) != path:
                raise _refusal(ctx, f"two files have the name {path.name}: {here[path.name]} and {path}")
    for name in here:
        if not _KEPT.fullmatch(name):
            raise _refusal(ctx, f"{name} has letters that a forge would change; it keeps A-Z a-z 0-9 . _ + -")
    return Files(here, tuple(unmatched))


def require_all(ctx: Context, files: Files) -> None:
    """Raise ReleaseError for a pattern that nothing matches: the release would be without what it promises."""
    if files.unmatched:
        run = f"$EDITOR {FILE}      (or make the files, then the same command again)"
        raise _refusal(ctx, f"forge.assets: nothing here matches {', '.join(files.unmatched)}", run)


def hashes_of(ctx: Context, files: Files) -> dict[str, str]:
    """Return {name: sha256 in lower-case hex} of all files, without writing any.

    Where a pattern matches nothing here, without the sums, which would vouch for it, too.
    """
    found = {name: read_distribution(path).sha256 for name, path in files.here.items()}
    if not files.here:
        return found
    texts = {}
    if wheel := wheel_of(files.here.values()):
        commit = ctx.git.read("rev-parse", str(ctx.release_commit()))
        texts[sbom_name(ctx.release)] = sbom(ctx, wheel, commit, ctx.git.tag_text(ctx.release.tag))
    made = {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return found | made | ({} if files.unmatched else {SUMS: _sums(files, made)})


def _sums(files: Files, made: Mapping[str, str]) -> str:
    rows = [*map(read_distribution, files.here.values()), *(Distribution(*each) for each in made.items())]
    return sha256(sums(rows).encode()).hexdigest()


def written(ctx: Context, files: Files) -> dict[str, Path]:
    """Return {name: path} of all files; what vouches for them is written now."""
    if not files.here or files.unmatched:
        return dict(files.here)
    return {**files.here, **{path.name: path for path in write_evidence(ctx, list(files.here.values()))}}


def _refusal(ctx: Context, why: str, run: str = f"$EDITOR {FILE}") -> ReleaseError:
    return ReleaseError(f"cannot draft the forge release of {ctx.release}", why=why, run=run)
