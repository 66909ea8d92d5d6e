"""Tests with other versions of the dependencies: what is chosen, what is refused, and what the gate and doctor say."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.artifacts.install_check import Unfit
from release.commands.measuring.tests_with_versions import run_tests_with
from release.context import Context
from release.context_loader import load_context
from release.gates.measured_project import LOWEST, concerning, remembered_lowest
from release.measuring.dependency_versions import Resolution, try_versions, without_lower_bound
from tests.support.versions import make_wheel
from tests.support.world import World

GREETS = 'import acme_helping\n\n\ndef test_it_greets() -> None:\n    assert acme_helping.greet() == "hello"\n'


@pytest.fixture
def shelf_of_versions(tmp_path: Path) -> Path:
    """Give four versions of one package: the first cannot greet, the last is a pre-release that greets otherwise."""
    greets = 'def greet():\n    return "hello"\n'
    shelf = tmp_path / "versions"
    for version, text in (("1.0", ""), ("1.5", greets), ("2.0", greets), ("3.0rc1", greets.replace("hello", "bye"))):
        make_wheel(shelf, "acme_helping", version, {"acme_helping.py": text})
    return shelf


def depending(world: World, shelf: Path, *dependencies: str, write: bool = False) -> Context:
    """Let the project depend, with one test; return a context whose installers find the versions of the shelf."""
    path = world.project / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    old = text[text.index("dependencies = [") :].partition("\n")[0]
    path.write_text(text.replace(old, f"dependencies = {list(dependencies)}".replace("'", '"')), encoding="utf-8")
    world.write("tests/test_slug.py", GREETS)
    return load_context(world.project, world.environment(UV_FIND_LINKS=str(shelf)), write=write)


def test_the_lowest_and_the_newest_versions_are_those_that_the_tests_meet(
    repository: World, shelf_of_versions: Path
) -> None:
    """Beside the pins of constraints.txt, which hold the tools alone; green is remembered, and doctor says it."""
    repository.write("constraints-own.txt", "acme-helping==2.0\n")
    ctx = depending(repository, shelf_of_versions, "acme-helping>=1.5", write=True)
    assert concerning(ctx) == (LOWEST,)
    assert remembered_lowest(ctx) is None

    run_tests_with(ctx, Resolution.LOWEST)
    with pytest.raises(Unfit, match=r"the tests fail: 1 failed.* with acme-helping 3\.0rc1 on Python"):
        try_versions(ctx, Resolution.NEWEST)

    kept = remembered_lowest(ctx)
    assert kept
    assert kept.startswith("1 passed")
    assert kept.endswith("with acme-helping 1.5 on Python 3.10")
    assert f"dependencies\n  acme-helping>=1.5\n  the lowest versions: {kept}" in repository.inv("doctor").text


def test_a_lowest_version_that_does_not_work_is_a_warning_with_the_session_that_shows_it(
    repository: World, shelf_of_versions: Path
) -> None:
    verdict = LOWEST.ask(depending(repository, shelf_of_versions, "acme-helping"))

    assert verdict.met is False
    assert verdict.fact.startswith("the tests fail: 1 failed")
    assert "with acme-helping 1.0 on Python 3.10" in verdict.fact
    assert verdict.run == "nox -s tests-lowest"
    assert LOWEST.severity.value == "warning"


def test_a_range_that_is_wider_than_what_was_tried_is_named(repository: World, shelf_of_versions: Path) -> None:
    """A tool of the tests needs a newer version than the project declares: the lower ones stay untried."""
    make_wheel(shelf_of_versions, "acme_checking", "1.0", {"checking.py": ""}, requires="acme-helping>=2")
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('  "pytest",\n', '  "pytest",\n  "acme-checking",\n'))

    verdict = LOWEST.ask(depending(repository, shelf_of_versions, "acme-helping>=1.5"))

    assert verdict.met is False
    assert verdict.fact == "acme-helping: 1.5 is allowed, but 2.0 is the lowest with which the tests run"
    assert verdict.run.startswith("$EDITOR pyproject.toml")


def test_versions_that_do_not_go_together_are_refused_with_the_reason(
    repository: World, shelf_of_versions: Path
) -> None:
    verdict = LOWEST.ask(depending(repository, shelf_of_versions, "acme-helping>=9"))

    assert verdict.met is False
    assert "no versions go together" in verdict.fact
    assert "acme-helping" in verdict.fact


def test_without_dependencies_nothing_is_asked_or_shown(repository: World, capsys: pytest.CaptureFixture[str]) -> None:
    ctx = repository.context()

    assert concerning(ctx) == ()
    assert "\ndependencies\n" not in repository.inv("doctor").text
    run_tests_with(ctx, Resolution.LOWEST)
    assert "the project has no dependencies: nothing to test" in capsys.readouterr().out


def test_a_dependency_without_a_lower_bound_is_named(repository: World, tmp_path: Path) -> None:
    ctx = depending(repository, tmp_path, "acme-helping", "other<3", "third>=1")

    assert without_lower_bound(ctx) == ["acme-helping", "other"]
    assert "  acme-helping      (no lower bound)\n" in repository.inv("doctor").text
