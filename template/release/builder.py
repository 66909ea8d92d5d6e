"""Builds an sdist, and the wheel from it, by build's API in one isolated environment that is made before it is needed.

A process of its own, started as `python -P builder.py ROOT`, with the build requirements of the project in ROOT. Like
runner.py it then waits for one JSON line; "argv" is the folder to build and the folder for the distributions. What
`python -m build --installer uv` does in two environments, one after the other, is most of a release's time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from build import BuildBackendException, BuildException, ProjectBuilder
from build.env import DefaultIsolatedEnv


def main() -> None:
    """Make the environment, wait, build."""
    root = Path(sys.argv[1])
    with DefaultIsolatedEnv(installer="uv") as env:
        ready = _requirements(root)
        try:
            _install(env, ready)
        except subprocess.CalledProcessError:
            ready = set()  # told below, if a build is asked for
        request = json.loads(sys.stdin.readline() or "null")
        if request is None:
            return
        source, out = map(Path, request["argv"])
        os.environ.clear()
        os.environ.update(request["env"])
        try:
            _install(env, _requirements(source) - ready)
            _build(env, source, out)
        except subprocess.CalledProcessError as error:
            sys.exit(f"cannot install the build requirements: {error}")
        except (BuildException, BuildBackendException) as error:
            sys.exit(f"cannot build: {error}")


def _requirements(root: Path) -> set[str]:
    """Return build-system.requires of a pyproject.toml, or setuptools where it does not say (PEP 518)."""
    path = root / "pyproject.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return set(table.get("build-system", {}).get("requires", ["setuptools"]))


def _install(env: DefaultIsolatedEnv, requirements: Iterable[str]) -> None:
    """Install; what constraints pin and uv's cache holds needs no index, so without one is tried first."""
    if "UV_CONSTRAINT" in os.environ and "UV_OFFLINE" not in os.environ:
        os.environ["UV_OFFLINE"] = "1"
        try:
            env.install(list(requirements))
            return
        except subprocess.CalledProcessError:
            pass  # something is not in the cache
        finally:
            del os.environ["UV_OFFLINE"]
    env.install(list(requirements))


def _build(env: DefaultIsolatedEnv, source: Path, out: Path) -> None:
    from_source = ProjectBuilder.from_isolated_env(env, source)
    _install(env, from_source.get_requires_for_build("sdist"))
    sdist = from_source.build("sdist", out)
    with TemporaryDirectory(prefix="release-") as place:
        shutil.unpack_archive(sdist, place, "gztar")
        unpacked = Path(place) / Path(sdist).name.removesuffix(".tar.gz")
        from_sdist = ProjectBuilder.from_isolated_env(env, unpacked)
        _install(env, from_sdist.get_requires_for_build("wheel"))
        from_sdist.build("wheel", out)


if __name__ == "__main__":
    main()
