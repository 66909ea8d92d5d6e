"""A release that is killed at any moment: the same command finishes it, in the same clone or on another machine."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running, told
from tests.faults.moments import PREPARING, PUBLISHING, Start
from tests.faults.worlds import RELEASE, Behind, elsewhere
from tests.support.ended import End, assert_clean, end_of
from tests.support.mould import Mould
from tests.support.seed import MORE, SEED
from tests.support.world import World

HERE = [(Kill.GROUP, "in the same clone"), (Kill.POWER, "in the same clone")]
ELSEWHERE = [(Kill.GROUP, "on another machine")]
CHANGES = [(change, how, again) for change in PREPARING for how, again in HERE]
CHANGES += [("the distributions", *ELSEWHERE[0])]  # of what is prepared, another machine sees nothing
CHANGES += [(change, how, again) for change in PUBLISHING for how, again in HERE + ELSEWHERE]


@pytest.mark.journey
@pytest.mark.parametrize(("change", "how", "again"), CHANGES, ids=[f"{c}-{h.value}, again {a}" for c, h, a in CHANGES])
def test_killed_after_a_change_and_run_again_it_is_finished(
    change: str, how: Kill, again: str, behind: Behind, start: Start, unbroken: End, tmp_path: Path
) -> None:
    world, printed = start.killed_after(change, how, behind, tmp_path)

    _finish(world, how, again, unbroken, printed)


MOMENTS = 12 * MORE  # other ones in each run
CASES = [
    (number, how, again)
    for number, (how, again) in enumerate(
        [(how, again) for how in Kill for again in ("in the same clone", "on another machine")] * (MOMENTS // 4)
    )
]


@pytest.mark.journey
@pytest.mark.parametrize(("number", "how", "again"), CASES, ids=[f"seed{SEED}-{n}-{k.value}-{a}" for n, k, a in CASES])
def test_killed_at_any_moment_and_run_again_it_is_finished(
    number: int, how: Kill, again: str, behind: Behind, timed: Timed, whole_timed: Timed, unbroken: End, tmp_path: Path
) -> None:
    released = whole_timed if number % 9 == 0 else timed  # one of each way to kill and to go on leaves nothing out
    world, seconds = released.mould.copy(tmp_path / "world", behind.index), released.seconds
    share = (number + random.Random(f"{SEED}-{number}").random()) / MOMENTS
    moment = time.monotonic() + share * seconds
    running = Running(world, tmp_path / "log")

    running.until(lambda: time.monotonic() >= moment)
    running.kill(how)

    _finish(
        world, how, again, unbroken, f"KEELWAY_SEED={SEED}: killed at {share:.2f} of {seconds:.1f} s\n{running.text()}"
    )


@dataclass(frozen=True)
class Timed:
    """A mould, and how long a release takes in it that nothing disturbs."""

    mould: Mould
    seconds: float


@pytest.fixture(scope="session")
def timed(tmp_path_factory: pytest.TempPathFactory, unproven_fresh: Mould, session_index: Behind) -> Timed:
    """Where releases are nothing but changes of the world."""
    return _timed(unproven_fresh, tmp_path_factory.mktemp("measured") / "world", session_index)


@pytest.fixture(scope="session")
def whole_timed(tmp_path_factory: pytest.TempPathFactory, whole: Mould, session_index: Behind) -> Timed:
    """Where releases leave nothing out."""
    return _timed(whole, tmp_path_factory.mktemp("measured") / "world", session_index)


def _timed(mould: Mould, place: Path, index: Behind) -> Timed:
    index.clear()
    world = mould.copy(place, index.index)
    start = time.monotonic()
    world.released("minor")
    took = time.monotonic() - start
    index.clear()
    return Timed(mould, took)


# What a git that was cut off amid a change of the clone's own files leaves, and a person has to decide: each is told
# with its remedy. A fast-forward holds index.lock, then HEAD.lock and that of the branch at once, its files written.
HALF_WAY = ("(if no other git works there)", "cannot release: working tree")
LEFT_AT_MOST = 4


def _finish(world: World, how: Kill, again: str, unbroken: End, killed: str) -> None:
    """Run the same command again and compare how that ends with a release that was not killed."""
    there = world if again == "in the same clone" else elsewhere(world)
    temporary = str(world.home / "tmp")  # where a killed run left its checkout

    ran = there.inv(*RELEASE, TMPDIR=temporary)

    for _ in range(LEFT_AT_MOST):
        if there is world and ran.code == 1 and any(text in ran.text for text in HALF_WAY):
            if how is Kill.POWER:  # else that git was not killed, and has come to its end by now
                world.run("bash", "-c", told(ran.text))
            killed += ran.text
            ran = there.inv(*RELEASE, TMPDIR=temporary)
        elif there is not world and ran.code == 1 and "git pull --ff-only" in ran.text:
            # The push outlived the kill, and this clone was made before it came: it lost a race, and was told so.
            there.git("pull", "--quiet", "--ff-only", "origin", "main")
            killed += ran.text
            ran = there.inv(*RELEASE, TMPDIR=temporary)
    assert ran.code == 0, killed + ran.text
    assert end_of(there) == unbroken, killed + ran.text
    shutil.rmtree(temporary)  # the system does that one day
    there.git("worktree", "prune")
    assert len(there.git("worktree", "list").splitlines()) == 1
    assert_clean(there)
