"""A container engine apart from the machine's own images, and a base image made of the Python that runs the tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.lacking import stop_for_lack

BASE = "localhost/base:tried"
_LEFT_OUT = ("test", "__pycache__", "idlelib", "tkinter", "turtledemo", "lib2to3", "*.a", "site-packages")


def engine_here() -> str:
    """Return an engine of this machine; without one the test is skipped loudly, and where CI is set it fails."""
    engines = ("buildah", "podman")  # what docker builds lies with its daemon, and would stay there
    if found := next(filter(shutil.which, engines), None):
        return found
    return stop_for_lack("this machine has no buildah and no podman: nothing is known of images")


def engine_environment(place: Path, engine: str, insecure: str) -> dict[str, str]:
    """Return variables with which `engine` is the only one on PATH, and keeps its images in `place`.

    Layers are plain folders and nothing needs a kernel's help (chroot), so it works inside of containers, too.
    `insecure` is a registry without TLS.
    """
    tools = place / "tools"
    tools.mkdir()
    for name in (engine, "git", "sh"):
        (tools / name).symlink_to(str(shutil.which(name)))
    storage, registries = place / "storage.conf", place / "registries.conf"
    lines = ['driver = "vfs"', f'graphroot = "{place}/images"', f'runroot = "{place}/run"']
    storage.write_text("\n".join(["[storage]", *lines, ""]))
    registries.write_text(f'[[registry]]\nlocation = "{insecure}"\ninsecure = true\n')
    return {
        "PATH": str(tools),
        "CONTAINERS_STORAGE_CONF": str(storage),
        "CONTAINERS_REGISTRIES_CONF": str(registries),
        "BUILDAH_ISOLATION": "chroot",
    }


def make_base(place: Path, engine: str, env: dict[str, str]) -> None:
    """Make the image BASE: a shell, and the Python of this process with its standard library and pip."""
    root, prefix = place / "root", Path(sys.base_prefix)
    ignored = shutil.ignore_patterns(*_LEFT_OUT)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = root / prefix.relative_to("/")
    shutil.copytree(prefix / "lib" / version, inside / "lib" / version, ignore=ignored)
    (inside / "bin").mkdir()
    shutil.copy(Path(prefix, "bin", version).resolve(), inside / "bin" / version)
    site = inside / "lib" / version / "site-packages"
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", "-q", "--target", site, "pip"], check=True)
    needing = ["/bin/sh", str(prefix / "bin" / version), *map(str, inside.rglob("lib-dynload/*.so"))]
    listed = subprocess.run(["ldd", *needing], capture_output=True, text=True, check=True).stdout
    for name in {"/bin/sh", *re.findall(r"(?:=> |^\s+)(/\S+) \(", listed, re.MULTILINE)}:
        into = root / Path(name).relative_to("/")
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(name).resolve(), into)
    (root / "usr/bin").mkdir(parents=True, exist_ok=True)
    (root / "usr/bin/python").symlink_to(prefix / "bin" / version)
    (root / "tmp").mkdir(mode=0o777)
    (root / "Containerfile").write_text("FROM scratch\nCOPY . /\n")
    subprocess.run([engine, "build", "-q", "-t", BASE, root], env=os.environ | env, check=True, capture_output=True)
