"""Fixtures: one copy of the template, from which every test of a process renders."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.choices import NAMESPACES, ROWS
from tests.support.evolution import Evolution, evolution_in, evolve
from tests.support.updating import tell
from tests.support.world import copy_template, environment, render_from


class Render(Protocol):
    """Renders a project from answers and returns its folder."""

    def __call__(self, *exclude: str, **answers: str) -> Path: ...


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the template of the working tree."""
    return copy_template(tmp_path_factory.mktemp("template") / "keelway")


@pytest.fixture(scope="session")
def slim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without the files that carry no answer and are many, for tests of many answers."""
    place = copy_template(tmp_path_factory.mktemp("slim") / "keelway")
    needed = (place / "template/release/requirements.txt").read_text(encoding="utf-8")
    shutil.rmtree(place / "template/release")
    (place / "template/release").mkdir()
    (place / "template/release/requirements.txt").write_text(needed, encoding="utf-8")
    (place / "template/constraints.txt").unlink()
    return place


@pytest.fixture(scope="module")
def rendering(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render into a fresh folder; `exclude` are patterns of what a test does not look at, since that takes its time."""

    def render(*exclude: str, **answers: str) -> Path:
        project = tmp_path_factory.mktemp("project") / "acme"
        render_from(template, project, answers, exclude)
        return project

    return render


@pytest.fixture(scope="session")
def projects(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, str]]:
    """One project a row, side by side; the packages' names differ, so that one mypy can look at all of them."""
    place, made = tmp_path_factory.mktemp("projects"), {}
    for number, row in enumerate(ROWS):
        names = {"project_name": f"Acme-{number}", "package_name": f"acme{number}"}
        answers = row | names | {"namespace": NAMESPACES[row["forge"]]}
        project = place / f"p{number}"
        render_from(template, project, answers)
        made[project] = answers
    return made


@pytest.fixture(scope="session")
def _evolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evolved")
    evolve(place)
    return place


@pytest.fixture
def evolution(tmp_path: Path, _evolved: Path, monkeypatch: pytest.MonkeyPatch) -> Evolution:
    """A template of two versions and a project of the first; nobody's settings of git."""
    for name, value in environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    return evolution_in(tmp_path, _evolved)


@pytest.fixture
def updatable(evolution: Evolution) -> Evolution:
    """The same with a changelog, and with a project whose checks are off."""
    return tell(evolution)
