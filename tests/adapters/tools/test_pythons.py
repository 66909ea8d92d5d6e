"""Interpreters: which file is behind "3.12", and what tells one set of them from another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from release.adapters.tools.pythons import Interpreters

Place = Callable[[str], Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """What puts an executable file below the folder of the test."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    return make


def interpreters(folder: Path, *on_path: str, **more: str) -> Interpreters:
    path = ":".join(str(folder / each) for each in on_path)
    return Interpreters({"PATH": path, "PYENV_ROOT": str(folder / "pyenv")} | more)


def test_a_python_on_the_path_is_the_one(place: Place, tmp_path: Path) -> None:
    place("pyenv/versions/3.12.1/bin/python3.12")
    there = place("bin/python3.12")

    assert interpreters(tmp_path, "bin").where("3.12") == str(there)


def test_behind_a_shim_of_pyenv_is_its_newest_release(place: Place, tmp_path: Path) -> None:
    place("pyenv/shims/python3.12")
    for release in ("3.12.9", "3.12.10", "3.12.10-debug", "3.1.2", "3.13.0"):
        place(f"pyenv/versions/{release}/bin/python{release.rpartition('.')[0]}")

    found = interpreters(tmp_path, "pyenv/shims").where("3.12")

    assert found == str(tmp_path / "pyenv/versions/3.12.10/bin/python3.12")


def test_a_python_of_pyenv_is_found_without_its_shims(place: Place, tmp_path: Path) -> None:
    there = place("pyenv/versions/3.12.1/bin/python3.12")

    assert interpreters(tmp_path, "bin").where("3.12") == str(there)


def test_what_is_selected_comes_first_and_not_alone(place: Place, tmp_path: Path) -> None:
    """Whatever was started by a shim has the variable set."""
    for name in ("shims/python3.12", "versions/3.12.1/bin/python3.12", "versions/3.12.2/bin/python3.12"):
        place(f"pyenv/{name}")
    place("pyenv/versions/3.13.0/bin/python3.13")
    started = interpreters(tmp_path, "pyenv/shims", PYENV_VERSION="3.12.1")

    assert started.where("3.12") == str(tmp_path / "pyenv/versions/3.12.1/bin/python3.12")
    assert started.where("3.13") == str(tmp_path / "pyenv/versions/3.13.0/bin/python3.13")
    assert started.shims_offer_all() == {"PYENV_VERSION": "3.12.1:3.12.2:3.13.0"}


def test_one_that_is_not_known_is_left_to_the_installer(place: Place, tmp_path: Path) -> None:
    place("pyenv/shims/python3.12")
    (tmp_path / "pyenv/versions/3.12.1").mkdir(parents=True)  # half removed

    assert interpreters(tmp_path, "pyenv/shims").where("3.12") == "3.12"
    assert interpreters(tmp_path, "pyenv/shims").where("3.14") == "3.14"


def test_shims_are_told_to_offer_every_version(place: Place, tmp_path: Path) -> None:
    for release in ("3.13.0", "3.12.1", "2.7.18"):
        place(f"pyenv/versions/{release}/bin/python")

    assert interpreters(tmp_path).shims_offer_all() == {"PYENV_VERSION": "3.12.1:3.13.0"}
    assert interpreters(tmp_path / "elsewhere").shims_offer_all() == {}


def test_sets_are_told_apart_by_the_files_behind_the_names(place: Place, tmp_path: Path) -> None:
    there = place("other/python3.12")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.12").symlink_to(there)
    place("pyenv/versions/3.13.0/bin/python")

    assert interpreters(tmp_path, "bin").known(["3.12", "3.14"]) == (str(there), "3.13.0")
