"""The wait for CI: it is over when the index shows what the tag records, and never for ever."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.base.journal import Journal
from release.base.report import Report
from release.context import Context
from release.engine.step import Seen, State, conflict, done
from release.steps.wait_for_ci import wait_for, workflow_page
from tests.support.making import releasing, tagged
from tests.support.world import World

PAGES = [
    ("git@github.com:octo-org/acme.git", "https://github.com/octo-org/acme/actions/workflows/release.yml"),
    ("https://gitlab.com/team/tools/acme.git", "https://gitlab.com/team/tools/acme/-/pipelines?ref=v0.1.0"),
    ("https://codeberg.org/ada/acme", "https://codeberg.org/ada/acme/actions"),
    ("/srv/git/acme.git", "the forge's page of this project"),
]


@pytest.fixture
def waiting(world: World, distributions: list[Path]) -> World:
    """A world whose tag is pushed; its distributions are on no index."""
    path = world.project / "release.toml"
    path.write_text(f'publish = "ci"\nwait = 0.2\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    tagged(world, distributions)
    return world


def wait(ctx: Context) -> None:
    wait_for(ctx.indexes[0]).do(ctx)


def test_it_is_to_do_until_the_index_has_every_file(waiting: World, shelf: Path, distributions: list[Path]) -> None:
    ctx = releasing(waiting)
    step = wait_for(ctx.indexes[0])

    run = "nox -s release waits for the workflow of v0.1.0: the forge's page of this project"
    assert step.observe(ctx) == Seen(State.ABSENT, "0 of 2 files are on local", run)
    shutil.copy(distributions[0], shelf)
    assert step.observe(ctx) == Seen(State.ABSENT, "1 of 2 files are on local", run, begun=True)
    shutil.copy(distributions[1], shelf)
    assert step.observe(ctx) == done("2 files are on local")


def test_other_bytes_on_the_index_are_a_conflict(waiting: World, shelf: Path, distributions: list[Path]) -> None:
    (shelf / distributions[1].name).write_bytes(b"other bytes")
    ctx = releasing(waiting)

    assert wait_for(ctx.indexes[0]).observe(ctx).state is conflict("", "").state


class Workflow(Report):
    """Lays one file more on the index each time that a person is told to wait."""

    def __init__(self, shelf: Path, files: list[Path]) -> None:
        super().__init__(Journal(None))
        self.told: list[str] = []
        self._left = [(file, shelf) for file in files]

    def say(self, text: str = "") -> None:
        self.told.append(text)
        if text.startswith("waiting"):
            shutil.copy(*self._left.pop(0))


def test_it_is_over_when_the_workflow_is_through(waiting: World, shelf: Path, distributions: list[Path]) -> None:
    path = waiting.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("wait = 0.2", "wait = 30"), encoding="utf-8")
    workflow = Workflow(shelf, distributions)

    wait(replace(releasing(waiting), report=workflow))

    assert workflow.told == [
        "v0.1.0 has started the workflow that uploads to local: the forge's page of this project",
        "waiting: 0 of 2 files are on local",
        "waiting: 1 of 2 files are on local",
    ]


def test_it_ends_with_the_way_to_go_on_and_waits_again(waiting: World, shelf: Path, distributions: list[Path]) -> None:
    for _ in range(2):
        with pytest.raises(ReleaseError) as refused:
            wait(releasing(waiting))

        assert str(refused.value).splitlines() == [
            "acme 0.1.0 is not on local yet",
            "  why: 0 of 2 files are on local after 0 s; the workflow waits for reviewers, failed or is slow",
            "  run: inv publish      (waits again; first look at the workflow: the forge's page of this project)",
        ]
    for file in distributions:
        shutil.copy(file, shelf)
    wait(releasing(waiting))


@pytest.mark.parametrize(("remote", "page"), PAGES)
def test_the_workflow_has_a_page_on_every_forge(waiting: World, remote: str, page: str) -> None:
    waiting.git("remote", "set-url", "origin", remote)

    assert workflow_page(releasing(waiting)) == page
