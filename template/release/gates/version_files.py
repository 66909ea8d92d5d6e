"""Whether every version that the release will need can be written, tried in an export before anything is public."""

from __future__ import annotations

from pathlib import Path

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.version_copies import contradicting
from release.context import Context
from release.engine.gate import Gate, Reads, Verdict
from release.repository.exported_tree import exported
from release.versioning.next_version import reopened_as, reopens
from release.versioning.version_writer import write_version


def _writable(ctx: Context) -> Verdict:
    """Write the version of the release, of the final that it leads to, and of the branch afterwards, one on another."""
    if ctx.project.version is None:
        return Verdict(True, "the build backend takes the version from the tag")
    commit = ctx.release_commit()
    versions = needed(ctx)
    tracked = [path for path in ctx.git.read("ls-files", "-z").split("\0") if path]
    with exported(ctx.git, f"{commit}^" if commit else "HEAD") as folder:
        root = folder / ctx.git.inside if (folder / ctx.git.inside / "pyproject.toml").exists() else folder
        for version in versions:
            refusal = _tried(ctx, root, version, tracked)
            if refusal:
                return refusal
    return Verdict(True, f"{', '.join(map(str, versions))} can be written")


def needed(ctx: Context) -> list[Version]:
    """Return the versions that are written on the way: 1.3.0rc1, 1.3.0 and 1.4.0.dev0; none after a hotfix."""
    version = ctx.release.version
    versions = [version, Version(version.base_version)] if version.is_prerelease else [version]
    return [*versions, reopened_as(ctx)] if reopens(ctx.release, ctx.config) else versions


def _tried(ctx: Context, root: Path, version: Version, tracked: list[str]) -> Verdict | None:
    """Return why a version cannot be written into the files below `root`; None where it was."""
    try:
        write_version(ctx, root, version)
    except ReleaseError as error:
        return Verdict(False, f"{version} cannot be written\n{error.what}: {error.why}", error.run)
    left = contradicting(root, tracked, str(version))
    if left:
        fact = f"bump-my-version writes {version}, but {left.path} still says {left.version}"
        return Verdict(False, fact, f"$EDITOR {ctx.tools.bump_configuration(root)}      (add {left.path} there)")
    return None


_READS = ("*.py", "*.toml", "*.cfg", "*.lock", "VERSION*", "meson.build", "!release/", "!tests")
VERSION_FILES = Gate("version files", _writable, reads=Reads(_READS, tools=("bump-my-version",), version=True))
