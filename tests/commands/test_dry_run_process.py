"""A dry run of any task of the process around releases writes nothing, and does not take in what others have pushed."""

from __future__ import annotations

import pytest

from tests.support.lines import fix, frozen, moved_on
from tests.support.making import clone_of
from tests.support.traces import bytes_below
from tests.support.world import World

TASKS = {
    "freeze": ("minor",),
    "freeze --allow": ("fixed", "--reason", "it is needed"),
    "thaw": ("0.2",),
    "approve": ("production",),
    "waive": ("conflict markers", "--reason", "it is known", "--until", "2099-12-31"),
    "backport": ("fixed", "--to", "0.2"),
    "hotfix": ("--reason", "outage", "--pick", "fixed"),
    "merge-back": (),
}


@pytest.fixture
def world(repository: World) -> World:
    """0.1.0 released, 0.2 frozen, a fix on main; and another clone, which has waived a gate and moved the line on."""
    moved_on(repository)
    repository.note()
    frozen(repository)
    repository.git("switch", "--quiet", "main")
    fix(repository, "ONE = 1", "ONE = 11", "One is eleven")
    repository.git("tag", "fixed")
    other = clone_of(repository)
    other.git("switch", "--quiet", "release/0.2")
    fix(other, "TWO = 2", "TWO = 22", "Two is more")
    assert other.inv("waive", "tools", "--reason", "it is known", "--until", "2099-12-31").code == 0
    repository.git("status")
    return repository


def test_a_dry_run_of_the_process_writes_nothing(world: World) -> None:
    before = [bytes_below(place) for place in (world.project, world.remote, world.home)]

    for task, words in TASKS.items():
        ran = world.inv(*task.split(), *words, "--dry-run")

        assert ran.code == (task == "freeze"), f"{task}: {ran.text}"  # main lacks the other clone's fix
        assert [bytes_below(place) for place in (world.project, world.remote, world.home)] == before, task
