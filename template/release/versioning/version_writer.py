"""Writing a version into a checkout: bump-my-version does, and the result is looked at, for it exits 0 when wrong."""

from __future__ import annotations

from pathlib import Path

from packaging.version import InvalidVersion, Version

from release.artifacts.wheel_sbom import write_inside
from release.base.errors import ReleaseError
from release.config.pyproject import load_project
from release.context import Context
from release.versioning.lock_file import write_locks
from release.versioning.written_files import refuse_links_outside


def pretended(ctx: Context) -> dict[str, str]:
    """Return what tells a build backend the version that its tag will say; nothing where a file says it.

    A release is built before it is tagged. For setuptools-scm and hatch-vcs, pdm-backend, poetry-dynamic-versioning.
    """
    if ctx.project.version is not None:
        return {}
    stem = ctx.project.stem.upper()
    names = (f"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_{stem}", "SETUPTOOLS_SCM_PRETEND_VERSION", "PDM_BUILD_SCM_VERSION")
    return dict.fromkeys((*names, "POETRY_DYNAMIC_VERSIONING_BYPASS"), str(ctx.release.version))


def write_version(ctx: Context, path: Path, version: object) -> None:
    """Write `version` into the files of a checkout; raise ReleaseError when the project then says another."""
    refuse_links_outside(path)
    write_inside(path, version)
    if ctx.project.version is None:
        return  # dynamic: the tag is the version
    ctx.tools.bump(path, version, str(load_project(path).version))
    write_locks(path, ctx.project.name, version)
    written = load_project(path).version
    if not _same(written, version):
        raise ReleaseError(
            f"cannot write the version {version}",
            why=f"bump-my-version left {written} in the project",
            run=f"$EDITOR {ctx.tools.bump_configuration(path)}      (parse and serialize of bump-my-version)",
        )


def _same(written: str | None, version: object) -> bool:
    """Return whether a text has the normal form of a version: 2026.08.17 has that of 2026.8.17, 1.3 not of 1.3.0."""
    try:
        return str(Version(written or "")) == str(Version(str(version)))
    except InvalidVersion:
        return False
