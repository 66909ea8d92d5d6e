"""The lines that a noxfile and a tasks.py need, and when they would take something away."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.template.entry_files import entrances
from tests.support.layouts import NOX, TASKS
from tests.support.world import REPOSITORY


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with release/ in it."""
    (tmp_path / "release").symlink_to(REPOSITORY / "template/release")
    return tmp_path


def refused(project: Path, name: str, text: str) -> str:
    """Return why nothing is added to a file of the owner's."""
    (project / name).write_text(text)
    (way,) = entrances(project)
    assert (way.file, way.text) == (name, text)
    return way.refused


def test_what_is_not_there_or_knows_it_already_needs_nothing(project: Path) -> None:
    assert entrances(project) == []
    (project / "noxfile.py").write_text('__import__("release.sessions")\n')
    (project / "tasks.py").write_text("from release.tasks import *\n")

    assert entrances(project) == []


@pytest.mark.parametrize(("name", "text"), [("noxfile.py", NOX), ("tasks.py", TASKS)])
def test_names_of_their_own_are_in_nobodys_way(project: Path, name: str, text: str) -> None:
    assert refused(project, name, text) == ""


def test_a_session_of_ours_would_replace_theirs(project: Path) -> None:
    theirs = "from nox import session\n\n@session(name='update', python='3.12')\ndef up(s): ...\n\n"
    theirs += "@nox.session\ndef release(session): ...\n\ndef adopt(): ...\n"

    assert refused(project, "noxfile.py", theirs) == "it has release, update of its own"


@pytest.mark.parametrize(
    "theirs",
    ["@task\ndef build(c): ...", "import build", "from x import y as build", "build = 1", "(build, x) = 1, 2"],
)
def test_a_name_of_ours_would_replace_theirs_in_tasks(project: Path, theirs: str) -> None:
    assert refused(project, "tasks.py", f"{theirs}\n") == "it has build of its own"


def test_a_namespace_is_told_how_to_take_ours_in(project: Path) -> None:
    text = "from invoke import Collection\n\nns = Collection()\n"

    assert refused(project, "tasks.py", text) == "it makes a namespace of its own"
    (way,) = entrances(project)
    assert way.instead == 'to take ours in: ns.add_collection(__import__("release.tasks").tasks, "release")'


def test_what_cannot_be_read_stays(project: Path) -> None:
    assert refused(project, "noxfile.py", "print 1\n").startswith("it cannot be read: ")
