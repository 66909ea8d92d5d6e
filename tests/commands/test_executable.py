"""Executables: one file that runs without a Python, holds nothing of the release process, and says its version."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release.artifacts.entry_point import Command, command_of, require_version
from release.base.errors import ReleaseError
from release.base.shell import Completed
from release.commands.packing.executable import this_system
from tests.support.world import World, render

SPY = """
try:
    import release
except ImportError:
    SEEN = "nothing of release/"
else:
    SEEN = release.__name__
"""


@pytest.mark.journey
def test_an_executable_runs_without_a_python_and_sees_the_package_only(tmp_path: Path) -> None:
    """The owner types one command; of an older executable nothing is left that a forge release could take."""
    world = World(render(tmp_path / "acme", kind="executable", docs="none"), tmp_path / "none", "", tmp_path / "home")
    path = world.project / "src/acme/cli.py"
    path.write_text(
        path.read_text()
        .replace('{__version__}"', '{__version__} {SEEN}"')
        .replace("\n\ndef main", f"{SPY}\n\ndef main")
    )
    world.git("init", "--quiet")
    world.commit("start", **{"dist-executable/acme-0.0.9-linux-x86_64": "old"})

    ran = world.run(sys.executable, "-m", "nox", "-s", "executable")

    assert ran.code == 0, ran.text
    name = f"acme-0.1.0.dev0-{this_system()}"
    folder = world.project / "dist-executable"
    assert sorted(each.name for each in folder.iterdir()) == [name, f"{name}.sha256"]
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert (folder / f"{name}.sha256").read_text() == f"{digest}  {name}\n"
    again = world.run(sys.executable, "-m", "nox", "-R", "-s", "executable")
    assert again.code == 0, again.text
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest  # so a release finds its own file again
    (tmp_path / "away").mkdir()
    moved = (folder / name).rename(tmp_path / "away" / "acme")
    said = subprocess.run([moved, "--version"], cwd=tmp_path / "away", env={}, capture_output=True, check=True)
    assert said.stdout == b"acme 0.1.0.dev0 nothing of release/\n"


@pytest.mark.parametrize(
    "said", ["acme 1.2.0", "acme, version 1.2.0", "v1.2.0", "acme (1.2.0)\n", "acme 1.2.0; Python 3.13"]
)
def test_a_version_is_found_as_a_word(said: str) -> None:
    require_version(Completed(("acme",), 0, said, ""), "1.2.0", "acme", "nox -s tests")


@pytest.mark.parametrize("said", ["acme 1.2.0rc1", "acme 11.2.0", "acme 1.2.0.dev0", ""])
def test_another_version_is_refused(said: str) -> None:
    with pytest.raises(ReleaseError) as caught:
        require_version(Completed(("acme",), 0, said, ""), "1.2.0", "acme-1.2.0-linux-x86_64", "nox -s tests")

    assert str(caught.value) == (
        "acme-1.2.0-linux-x86_64 says another version\n"
        f"  why: it says {said!r}, and the version is 1.2.0\n"
        "  run: nox -s tests"
    )


def test_a_command_that_fails_is_told_by_its_own_words() -> None:
    with pytest.raises(ReleaseError) as caught:
        require_version(Completed(("acme",), 3, "", "no module named x\n"), "1.2.0", "acme", "nox -s tests")

    assert str(caught.value) == "acme does not run\n  why: exit code 3\n       no module named x\n  run: nox -s tests"


def wheel(place: Path, scripts: str) -> Path:
    path = place / "acme-1.2.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("acme-1.2.0.dist-info/entry_points.txt", scripts)
    return path


def test_the_command_named_as_the_project_is_packed_else_the_first(tmp_path: Path) -> None:
    scripts = "[console_scripts]\nOther = acme.other:run\nacme = acme.cli:main [fast]\n\n[acme.plugins]\nx = acme.x:X\n"

    assert command_of(wheel(tmp_path, scripts), "acme") == Command("acme", "acme.cli:main")
    assert command_of(wheel(tmp_path, scripts), "elsewhere") == Command("Other", "acme.other:run")


def test_a_project_without_a_command_has_nothing_to_pack(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as caught:
        command_of(wheel(tmp_path, "[acme.plugins]\nx = acme.x:X\n"), "acme")

    assert str(caught.value) == (
        "there is no command to pack\n"
        "  why: it has no [project.scripts] in pyproject.toml\n"
        "  run: $EDITOR pyproject.toml"
    )
