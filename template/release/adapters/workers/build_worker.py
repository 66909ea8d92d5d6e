"""Builds an sdist, and the wheel from it, by build's API in one isolated environment that is made before it is needed.

A process of its own (see pool.py), started with the folder of a project, whose build requirements it installs and
whose backend it loads; "argv" of its request is the folder to build, the folder for the distributions, and "sdist"
where no wheel is wanted. What `python -m build --installer uv` does in two environments, one after the other, is most
of a release's time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from build import BuildBackendException, BuildException, ProjectBuilder
from build.env import DefaultIsolatedEnv

from release.adapters.workers import tool_worker
from release.adapters.workers.pool import LoadedTool
from release.adapters.workers.tool_worker import taken
from release.base.temporary_folders import temporary_folder

# What a backend imports only when its hooks are called.
_LATER = {"hatchling.build": ("hatchling.builders.sdist", "hatchling.builders.wheel")}
_SETUPTOOLS = "setuptools.build_meta:__legacy__"


def main() -> None:
    """Make the environment, wait, build."""
    root = Path(sys.argv[1])
    with DefaultIsolatedEnv(installer="uv") as env:
        ready = _requirements(root)
        try:
            _install(env, ready)
        except subprocess.CalledProcessError:
            ready = set()  # told below, if a build is asked for
        backend = _load_backend(env, root)
        try:
            request = taken(once=True)
            if request is None:
                return
            source, out, *parts = request["argv"]
            _install(env, _requirements(Path(source)) - ready)
            _build(env, Path(source), Path(out), backend, wheel=not parts)
        except subprocess.CalledProcessError as error:
            sys.exit(f"cannot install the build requirements: {error}")
        except (BuildException, BuildBackendException) as error:
            sys.exit(f"cannot build: {error}")
        finally:
            backend.dismiss()


def _build_system(root: Path) -> dict[str, Any]:
    """Return the table build-system of a pyproject.toml; where there is none, PEP 518 says what to build with."""
    path = root / "pyproject.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"requires": ["setuptools"], "build-backend": _SETUPTOOLS} | dict(table.get("build-system", {}))


def _requirements(root: Path) -> set[str]:
    return set(_build_system(root)["requires"])


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


def _load_backend(env: DefaultIsolatedEnv, root: Path) -> LoadedTool:
    """Return a process in the environment that has imported the project's backend, as each of its hooks would."""
    build_system = _build_system(root)
    backend = str(build_system["build-backend"])
    module = backend.partition(":")[0]
    preload = [] if "backend-path" in build_system else [module, *_LATER.get(module, ())]
    command = [env.python_executable, "-P", tool_worker.__file__, tool_worker.SCRIPT, *preload]
    return LoadedTool(backend, command, env=os.environ | dict(env.make_extra_environ() or {}))


def _build(env: DefaultIsolatedEnv, source: Path, out: Path, backend: LoadedTool, *, wheel: bool) -> None:
    def run_hook(cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        hook = backend if backend.waits else _load_backend(env, source)  # where it could not fork
        ended = hook.call(*cmd[1:], cwd=Path(cwd or source), env=os.environ | dict(extra_environ or {}), timeout=None)
        sys.stdout.write(ended.out)
        sys.stderr.write(ended.err)
        if ended.code:
            raise subprocess.CalledProcessError(ended.code, cmd)

    from_source = ProjectBuilder.from_isolated_env(env, source, run_hook)
    _install(env, from_source.get_requires_for_build("sdist"))
    sdist = from_source.build("sdist", out)
    if not wheel:
        return
    with temporary_folder() as place:
        shutil.unpack_archive(sdist, place, "gztar")
        unpacked = Path(place) / Path(sdist).name.removesuffix(".tar.gz")
        from_sdist = ProjectBuilder.from_isolated_env(env, unpacked, run_hook)
        _install(env, from_sdist.get_requires_for_build("wheel"))
        from_sdist.build("wheel", out)
