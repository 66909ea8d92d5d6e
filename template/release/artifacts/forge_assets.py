"""The files of a forge release: the distributions, what release.toml names by patterns, and what vouches for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from release.artifacts.distribution_files import read_distribution, wheel_of
from release.artifacts.distributions import built, private_copies
from release.artifacts.release_sbom import sbom, sbom_name
from release.base.errors import ReleaseError
from release.config.toml_schema import FILE
from release.context import Context
from release.values.release import Distribution

SUMS = "SHA256SUMS"
_KEPT = re.compile(r"[A-Za-z0-9._+-]+")  # of other letters forges make others


@dataclass(frozen=True)
class Files:
    """{name: path} of what lies here, the patterns, and those of them that nothing here matches."""

    here: Mapping[str, Path]
    patterns: tuple[str, ...]
    unmatched: tuple[str, ...]

    @property
    def further(self) -> dict[str, Path]:
        """Those that a pattern means: all but the distributions."""
        return {name: path for name, path in self.here.items() if self.may_be(name)}

    def may_be(self, name: str) -> bool:
        """Return whether a file that is not here may be one that a pattern means: another machine has made it."""
        return any(means(pattern, name) for pattern in self.patterns)


def means(pattern: str, name: str) -> bool:
    """Return whether a pattern means files of such a name."""
    return fnmatchcase(name, Path(pattern).name)


def assets_of(ctx: Context) -> Files:
    """Return the distributions and what the patterns of release.toml match; {version} stands in them for the version.

    Raises ReleaseError for names that a forge would change, and for two files of one name.
    """
    here = {path.name: path for path in built(ctx)}
    patterns = tuple(each.replace("{version}", str(ctx.release.version)) for each in ctx.config.forge.assets)
    unmatched = []
    for pattern in patterns:
        found = sorted(path for path in ctx.root.glob(pattern) if path.is_file() and not _of_git(path, ctx))
        unmatched += [] if found else [pattern]
        for path in found:
            if any(each.is_symlink() for each in (path, *path.parents) if ctx.root in each.parents):
                shown = path.relative_to(ctx.root)
                raise _refusal(ctx, f"{shown} is a symbolic link or in a linked folder: it may be outside the project")
            if here.setdefault(path.name, path) != path:
                raise _refusal(ctx, f"two files have the name {path.name}: {here[path.name]} and {path}")
    for name in here:
        if not _KEPT.fullmatch(name):
            raise _refusal(ctx, f"{name} has characters that a forge would replace; allowed are A-Z a-z 0-9 . _ + -")
    return Files(here, patterns, tuple(unmatched))


def _of_git(path: Path, ctx: Context) -> bool:
    """Return whether git keeps a file for itself, which may be a password (in .git/config)."""
    return ".git" in str(path.relative_to(ctx.root)).lower().replace("\\", "/").split("/")


def require(ctx: Context, patterns: Iterable[str]) -> None:
    """Raise ReleaseError for patterns that nothing matches: the release would be without what it promises."""
    if told := ", ".join(patterns):
        run = f"$EDITOR {FILE}      (forge.assets; or build the files: nox -s executable; then the same command again)"
        raise _refusal(ctx, f"no file matches {told}, here or in the draft", run)


def sums(files: Iterable[Distribution]) -> str:
    """Return the text of SHA256SUMS for some files, as `sha256sum --check` takes it."""
    return "".join(f"{each.sha256}  {each.name}\n" for each in sorted(files, key=lambda each: each.name))


def hashes_of(ctx: Context, files: Files) -> dict[str, str]:
    """Return {name: sha256 in lower-case hex} of all files and of what vouches for them, without writing any."""
    found = list(map(read_distribution, files.here.values()))
    if wheel := wheel_of(files.here.values()):
        commit = ctx.commit_made()
        text = sbom(ctx, wheel, commit, ctx.git.tag_text(ctx.release.tag))
        found.append(Distribution(sbom_name(ctx.release), sha256(text.encode()).hexdigest()))
    made = {SUMS: sha256(sums(found).encode()).hexdigest()} if found else {}
    return {each.name: each.sha256 for each in found} | made


def written(ctx: Context, files: Files, into: Path) -> dict[str, Path]:
    """Return {name: path} of copies of all files in `into`, with what vouches for them, written now there and in dist/.

    Raises ReleaseError for a distribution that is not the one that the tag records.
    """
    if not files.here:
        return {}
    copies = private_copies(ctx, files.here.values(), into)
    write_evidence(ctx, copies)
    return {path.name: path for path in (*copies, *write_evidence(ctx, copies, into))}


def write_evidence(ctx: Context, files: Sequence[Path], folder: Path | None = None) -> list[Path]:
    """Write SBOM and SHA256SUMS of the release in hand into `folder` (beside dist/'s files), and return their paths.

    `files` are its distributions and whatever else it has: all of them, and the SBOM, stand in SHA256SUMS. Without a
    wheel there is no SBOM.
    """
    commit = ctx.commit_made()
    folder = folder or ctx.root / "dist" / f"evidence-{ctx.release.version}-{commit[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    if wheel := wheel_of(files):
        path = folder / sbom_name(ctx.release)
        path.write_text(sbom(ctx, wheel, commit, ctx.git.tag_text(ctx.release.tag)), encoding="utf-8", newline="\n")
        made.append(path)
    path = folder / SUMS
    path.write_text(sums(map(read_distribution, [*files, *made])), encoding="utf-8", newline="\n")
    return [*made, path]


def _refusal(ctx: Context, why: str, run: str = f"$EDITOR {FILE}") -> ReleaseError:
    return ReleaseError(f"cannot draft the forge release of {ctx.release}", why=why, run=run)
