"""Whether bump-my-version, as a project has configured it, writes what a release needs: tried in an export of HEAD."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.version_file import configured_in
from release.context import Context
from release.repository.exported_tree import exported
from release.values.bump import Bump
from release.values.version_numbers import bumped, version_in_any_form
from release.versioning.next_version import opened_after
from release.versioning.version_writer import write_version

_OURS = ".bumpversion.toml"
_FIRST = (".bumpversion.cfg", _OURS)  # where bump-my-version looks before it looks into setup.cfg and pyproject.toml


@dataclass(frozen=True)
class BumpTrial:
    """What `file`, which configures bump-my-version, cannot write, and why: empty where it can."""

    file: str
    final: str = ""
    dev: str = ""

    @property
    def replaced(self) -> bool:
        """Whether a .bumpversion.toml, which is looked at before, does what the file cannot."""
        return bool(self.final) and self.file not in _FIRST


def tried(ctx: Context) -> BumpTrial:
    """Write the next final version and the one that the branch would have after it; nothing is changed here."""
    stated = version_in_any_form(ctx.project.version)
    if stated is None or ctx.git.commit_of("HEAD") is None:
        return BumpTrial("")
    final = Version(stated.base_version) if stated.is_prerelease else bumped(stated, Bump.PATCH)
    dev = opened_after(final, Bump.MINOR)
    with exported(ctx.git, "HEAD") as folder:
        file = configured_in(folder)
        if not file:
            return BumpTrial("")
        if why := _refusal(ctx, folder, final):
            return BumpTrial(file, final=f"{final}: {why}")
        why = _refusal(ctx, folder, dev)
    return BumpTrial(file, dev=f"{dev}: {why}" if why and not stated.is_devrelease else "")


def _refusal(ctx: Context, folder: Path, version: Version) -> str:
    try:
        write_version(ctx, folder, version)
    except ReleaseError as error:
        return error.why.splitlines()[-1].strip()
    return ""
