"""`copier update` by itself: what an owner changed stays, what the template changed comes, and neither needs a hand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import copier
import pytest

from tests.support.evolution import NEW, SESSION, TABLE, TASK, Evolution, evolution_in, evolve, live_in_it
from tests.support.world import environment


@pytest.fixture(scope="module")
def _evolved_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evolved-few")
    evolve(place, few=True)
    return place


@pytest.fixture
def evolution(tmp_path: Path, _evolved_few: Path, monkeypatch: pytest.MonkeyPatch) -> Evolution:
    """A project with few files of the release process, and one for each kind of change; nobody's settings of git."""
    return _alone(tmp_path, _evolved_few, monkeypatch)


@pytest.fixture
def whole(tmp_path: Path, _evolved: Path, monkeypatch: pytest.MonkeyPatch) -> Evolution:
    """A project with all of the release process."""
    return _alone(tmp_path, _evolved, monkeypatch)


def _alone(place: Path, evolved: Path, monkeypatch: pytest.MonkeyPatch) -> Evolution:
    for name, value in environment(place / "home").items():
        monkeypatch.setenv(name, value)
    return evolution_in(place, evolved)


def test_an_update_of_an_untouched_project_is_what_a_new_project_is(evolution: Evolution, tmp_path: Path) -> None:
    """But for what is the owner's from the first day on."""
    evolution.update()

    fresh = tmp_path / "fresh"
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(evolution.template.project), fresh, data=answers, defaults=True, quiet=True, vcs_ref=NEW)
    ours = {path.relative_to(fresh).as_posix(): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    theirs = {name: (evolution.root / name).read_bytes() for name in ours}
    assert {name for name in ours if ours[name] != theirs[name]} == {
        "README.md",
        "release.toml",
        "src/acme/slug.py",
        "tests/test_slug.py",
    }
    assert not (evolution.root / "release/steps/reopen_line.py").exists()


def test_no_edit_is_lost_and_nothing_conflicts(evolution: Evolution) -> None:
    live_in_it(evolution)

    evolution.update()

    assert evolution.changed() == {
        ".copier-answers.yml",
        ".gitignore",
        "RELEASING.md",
        "constraints.txt",
        "noxfile.py",
        "pyproject.toml",
        "release/values/version_numbers.py",
        "release/steps/reopen_line.py",
        "release/steps/sign.py",
        "tasks.py",
    }
    merged = tomllib.loads(evolution.read("pyproject.toml"))
    assert merged["project"]["version"] == "1.4.0.dev0"
    assert merged["project"]["dependencies"] == ["click", "httpx>=0.27"]
    assert "Topic :: Text Processing" in merged["project"]["classifiers"]
    assert merged["dependency-groups"]["test"] == ["coverage[toml]", "hypothesis", "pytest"]
    assert merged["dependency-groups"]["lint"] == ["codespell", "ruff", "zizmor"]
    assert merged["tool"]["zizmor"] == {"offline": True}
    assert merged["tool"]["coverage"]["report"]["fail_under"] == 95
    assert evolution.read("pyproject.toml").endswith(TABLE)
    assert evolution.read("noxfile.py").endswith(f"# ---- Below this line: sessions of your own. ----\n{SESSION}")
    assert 'session.run("zizmor", ".")' in evolution.read("noxfile.py")
    assert evolution.read("tasks.py").endswith(TASK)
    assert "your own." in evolution.read("tasks.py")
    assert evolution.read(".gitignore").endswith("yours. ----\n/mine/\n")
    assert ".zizmor/\n" in evolution.read(".gitignore")
    assert evolution.read("constraints-own.txt") == "urllib3==2.7.0\n"
    assert "zizmor==1.20.0\n" in evolution.read("constraints.txt")


def test_the_sessions_and_tasks_of_both_are_there(whole: Evolution) -> None:
    live_in_it(whole)

    whole.update()

    listed = whole.project.run("nox", "--list")
    assert listed.code == 0, listed.text
    assert {"hello", "mine", "lint"} <= set(re.findall(r"^[*-] (\S+)", listed.out, re.MULTILINE))
    tasks = whole.project.inv("--list")
    assert tasks.code == 0, tasks.text
    assert {"mine", "release", "note"} <= set(re.findall(r"^  ([a-z]+)", tasks.out, re.MULTILINE))


def test_what_the_owner_deleted_does_not_come_back(evolution: Evolution) -> None:
    """The example is deleted by everybody: its test would fail the next `nox`."""
    live_in_it(evolution)
    seeds = ("README.md", "CHANGELOG.md", "LICENSE", "docs/index.md", "zensical.toml")
    for name in seeds:
        (evolution.root / name).unlink()
    evolution.project.commit("no documentation")

    evolution.update()

    gone = ("tests/test_slug.py", "src/acme/cli.py", *seeds)
    assert [name for name in gone if (evolution.root / name).exists()] == []


@pytest.mark.parametrize(
    "answers",
    [
        {"description": "What it has become."},
        {"author_name": "Somebody else", "author_email": "else@example.org"},
        {"license": "Apache-2.0"},
        {"python_min": "3.12"},
        {"forge": "github", "namespace": "octo-org"},
        {"docs": "sphinx"},
        {"index": "https://index.example.org/team"},
    ],
    ids=lambda answers: next(iter(answers)),
)
def test_an_answer_can_be_changed_after_a_year(evolution: Evolution, answers: dict[str, str]) -> None:
    """A release changes the version, an owner the dependencies: no answer stands on the lines beside them."""
    live_in_it(evolution)

    evolution.update(**answers)

    merged = tomllib.loads(evolution.read("pyproject.toml"))["project"]
    assert merged["version"] == "1.4.0.dev0"
    assert merged["dependencies"] == ["click", "httpx>=0.27"]
    kept = evolution.read(".copier-answers.yml")
    assert [value for value in answers.values() if value not in kept] == []
    assert (evolution.root / "docs/conf.py").exists() == ("docs" in answers)  # another tool's file comes


def test_an_update_that_brings_nothing_changes_nothing(evolution: Evolution) -> None:
    live_in_it(evolution)
    evolution.update()
    evolution.project.commit("update")

    evolution.update()

    assert evolution.changed() == set()
