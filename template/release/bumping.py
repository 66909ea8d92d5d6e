"""Writing a version into a checkout: bump-my-version does, and the result is looked at, for it exits 0 when wrong."""

from __future__ import annotations

from pathlib import Path

from release.context import Context
from release.errors import ReleaseError
from release.project import load_project


def write_version(ctx: Context, path: Path, version: object) -> None:
    """Write `version` into the files of a checkout; raise ReleaseError when pyproject.toml then says another."""
    if ctx.project.version is None:
        return  # dynamic: the tag is the version
    ctx.tools.bump(path, version)
    written = load_project(path).version
    if written != str(version):
        raise ReleaseError(
            f"cannot write the version {version}",
            why=f"bump-my-version wrote {written} into pyproject.toml",
            run="$EDITOR pyproject.toml      (parse and serialize in [tool.bumpversion])",
        )
