"""Builds with a backend that is loaded ahead: what it gives is what the tool of the field gives."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release.adapters.tools.packaging_tools import Tools
from release.base.shell import CommandFailed
from tests.support.world import World

EPOCH = 1_700_000_000
IN_TREE = 'requires = []\nbuild-backend = "backend"\nbackend-path = ["."]'

# A backend that lies in the project; it tells how often its process was asked for something before.
ASKED = """
import json, os, tarfile, zipfile
asked = []
def _write(folder, name, opened, add):
    asked.append(name)
    with opened(os.path.join(folder, name)) as archive:
        add(archive)
    return name
def build_sdist(folder, settings=None):
    def add(archive):
        for path in ("pyproject.toml", "backend.py"):
            archive.add(path, f"acme-1/{path}")
    return _write(folder, "acme-1.tar.gz", lambda path: tarfile.open(path, "w:gz"), add)
def build_wheel(folder, settings=None, metadata=None):
    name = "acme-1-py3-none-any.whl"
    return _write(folder, name, lambda path: zipfile.ZipFile(path, "w"), lambda it: it.writestr("asked", repr(asked)))
"""


def build(world: World, project: Path, into: Path) -> list[Path]:
    tools = Tools(world.project, world.environment(), 120.0)
    tools.build(project, into, EPOCH)
    tools.close()
    return sorted(path for path in into.iterdir() if not path.name.startswith("."))


def project_with(folder: Path, build_system: str, **files: str) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f"[build-system]\n{build_system}\n")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_the_bytes_are_those_of_build_itself(repository: World, tmp_path: Path) -> None:
    ours = build(repository, repository.project, tmp_path / "ours")

    words = [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(tmp_path / "theirs")]
    env = repository.environment(SOURCE_DATE_EPOCH=str(EPOCH))
    subprocess.run(words, cwd=repository.project, env=env, check=True, capture_output=True)

    assert len(ours) == 2
    for path in ours:
        assert path.read_bytes() == (tmp_path / "theirs" / path.name).read_bytes()


def test_each_hook_of_a_backend_is_asked_in_a_process_of_its_own(repository: World, tmp_path: Path) -> None:
    own = project_with(tmp_path / "own", IN_TREE, backend=ASKED)

    wheel, _ = build(repository, own, tmp_path / "out")

    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("asked") == b"['acme-1-py3-none-any.whl']"


def test_what_a_backend_asks_for_beside_is_there_when_it_builds(repository: World, tmp_path: Path) -> None:
    body = """
import sys
from setuptools import setup
if "egg_info" not in sys.argv:
    import iniconfig
setup(name="acme", version="1", py_modules=[], setup_requires=["iniconfig"])
"""
    old = project_with(tmp_path / "old", 'requires = ["setuptools"]', setup=body)

    assert [path.name for path in build(repository, old, tmp_path / "out")] == [
        "acme-1-py3-none-any.whl",
        "acme-1.tar.gz",
    ]


def test_a_project_without_a_build_system_is_built_by_setuptools(repository: World, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "setup.py").write_text("from setuptools import setup\nsetup(name='acme', version='1', py_modules=[])\n")

    assert len(build(repository, old, tmp_path / "out")) == 2


def test_a_backend_that_is_not_there_is_told(repository: World, tmp_path: Path) -> None:
    lost = project_with(tmp_path / "lost", 'requires = []\nbuild-backend = "acme_no_backend"')

    with pytest.raises(CommandFailed) as refusal:
        build(repository, lost, tmp_path / "out")

    assert "cannot build: Backend 'acme_no_backend' is not available." in refusal.value.log


def test_a_backend_that_is_killed_is_told(repository: World, tmp_path: Path) -> None:
    body = "import os, signal\ndef build_sdist(folder, settings=None):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    own = project_with(tmp_path / "own", IN_TREE, backend=body)

    with pytest.raises(CommandFailed) as refusal:
        build(repository, own, tmp_path / "out")

    assert "cannot build: Backend subprocess exited when trying to invoke build_sdist" in refusal.value.log
