"""A release that is killed at any moment: the same command finishes it, in the same clone or on another machine."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.conftest import Behind
from tests.faults.killing import Kill, Running, told
from tests.faults.worlds import RELEASE, Mould, elsewhere
from tests.support.ended import End, assert_clean, end_of
from tests.support.seed import SEED
from tests.support.world import World

Moment = Callable[["Places"], Callable[[], bool]]


def _moves(path: Path, times: int) -> Callable[[], bool]:
    """Return what tells whether the branch in the file `path` has moved so many times since now."""
    values = [path.read_text()]

    def moved() -> bool:
        value = path.read_text()
        if value and value != values[-1]:
            values.append(value)
        return len(values) > times

    return moved


def _main(repository: Path) -> Path:
    return repository / "refs" / "heads" / "main"


def _tag(repository: Path) -> Callable[[], bool]:
    return (repository / "refs" / "tags" / "v0.1.0").exists


def _some(folder: Path, pattern: str, count: int = 1) -> Callable[[], bool]:
    return lambda: len(list(folder.glob(pattern))) >= count


@dataclass(frozen=True)
class Places:
    """Where a release changes the world: the folders of a clone, of its remote and of its index."""

    clone: Path
    remote: Path
    index: Path


CHANGES: dict[str, Moment] = {
    "the first line of the journal": lambda at: (at.clone / ".release" / "journal.jsonl").exists,
    "a checkout to commit from": lambda at: _some(at.clone / ".git" / "worktrees", "*"),
    "the release commit": lambda at: _moves(_main(at.clone / ".git"), 1),
    "a build that has begun": lambda at: _some(at.clone / "dist", ".building-*"),
    "the distributions": lambda at: _some(at.clone / "dist", "0.1.0-*"),
    "the tag here": lambda at: _tag(at.clone / ".git"),
    "the branch on the remote": lambda at: _moves(_main(at.remote), 1),
    "the tag on the remote": lambda at: _tag(at.remote),
    "the first file on the index": lambda at: _some(at.index, "*"),
    "the second file on the index": lambda at: _some(at.index, "*", 2),
    "the next version here": lambda at: _moves(_main(at.clone / ".git"), 2),
    "the next version on the remote": lambda at: _moves(_main(at.remote), 2),
}


KILLS = [(Kill.GROUP, "in the same clone"), (Kill.GROUP, "on another machine"), (Kill.POWER, "in the same clone")]


@pytest.mark.journey
@pytest.mark.parametrize(("how", "again"), KILLS, ids=[f"{how.value}, again {again}" for how, again in KILLS])
@pytest.mark.parametrize("change", CHANGES)
def test_killed_after_a_change_and_run_again_it_is_finished(
    change: str, how: Kill, again: str, behind: Behind, fresh: Mould, unbroken: End, tmp_path: Path
) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)
    running = Running(world, tmp_path / "log")

    came = running.until(CHANGES[change](Places(world.project, world.remote, behind.folder)))
    running.kill(how)

    assert came, f"{change} never came\n{running.text()}"
    _finish(world, how, again, unbroken, running.text())


MOMENTS = 32
CASES = [
    (number, how, again)
    for number, (how, again) in enumerate(
        [(how, again) for how in Kill for again in ("in the same clone", "on another machine")] * (MOMENTS // 4)
    )
]


@pytest.mark.journey
@pytest.mark.parametrize(("number", "how", "again"), CASES, ids=[f"seed{SEED}-{n}-{k.value}-{a}" for n, k, a in CASES])
def test_killed_at_any_moment_and_run_again_it_is_finished(
    number: int, how: Kill, again: str, behind: Behind, fresh: Mould, unbroken: End, seconds: float, tmp_path: Path
) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)
    share = (number + random.Random(f"{SEED}-{number}").random()) / MOMENTS
    moment = time.monotonic() + share * seconds
    running = Running(world, tmp_path / "log")

    running.until(lambda: time.monotonic() >= moment)
    running.kill(how)

    _finish(
        world, how, again, unbroken, f"KEELWAY_SEED={SEED}: killed at {share:.2f} of {seconds:.1f} s\n{running.text()}"
    )


@pytest.fixture(scope="session")
def seconds(tmp_path_factory: pytest.TempPathFactory, fresh: Mould, session_index: Behind) -> float:
    """How long a release takes that nothing disturbs."""
    session_index.clear()
    world = fresh.copy(tmp_path_factory.mktemp("measured") / "world", session_index.index)
    start = time.monotonic()
    world.released("minor")
    took = time.monotonic() - start
    session_index.clear()
    return took


# Two pushes that come at once after a change, so that a kill would come too late: they are made to wait.
HELD = {
    "the tag here": "grep -q refs/tags/ && sleep 60",
    "the next version here": "grep -q refs/tags/ || sleep 60",
}


@pytest.mark.journey
@pytest.mark.parametrize(
    "change",
    ["the release commit", "the distributions", *HELD, "the tag on the remote", "the first file on the index"],
)
def test_a_clone_whose_release_was_finished_elsewhere_can_go_on(
    change: str, behind: Behind, fresh: Mould, unbroken: End, tmp_path: Path
) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)
    hook = world.project / ".git" / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\n{HELD.get(change, '')}\nexit 0\n")
    hook.chmod(0o755)
    running = Running(world, tmp_path / "log")
    assert running.until(CHANGES[change](Places(world.project, world.remote, behind.folder))), running.text()
    running.kill(Kill.POWER)
    hook.unlink()
    elsewhere(world).released("minor")

    texts = [running.text()]
    for _ in range(4):  # as a person does: run it, and what it says to run
        ran = world.inv(*RELEASE)
        texts.append(ran.text)
        if ran.code == 0 or "cannot release: fragments" in ran.text:
            break
        texts.append(world.run("bash", "-c", told(ran.text)).text)

    print("\n".join(texts))  # pytest shows it when the following fails
    assert end_of(world) == unbroken
    assert_clean(world)
    assert world.git("rev-parse", "HEAD") == world.remote_refs()["refs/heads/main"]
    assert '"complete": true' in world.inv("status", "--json").out


@pytest.mark.parametrize("state", ["whole", "half-made", "gone"])
def test_a_checkout_that_a_kill_left_behind_is_removed(
    state: str, fresh: Mould, behind: Behind, unbroken: End, tmp_path: Path
) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)
    temporary = world.home / "tmp"
    left = temporary / "release-left" / "acme"
    left.parent.mkdir(parents=True)
    world.git("worktree", "add", "--quiet", "--detach", left)
    if state == "half-made":
        (left / ".git").unlink()
        (world.project / ".git" / "worktrees" / "acme" / "locked").write_text("initializing\n")  # as git does first
    elif state == "gone":
        shutil.rmtree(temporary)
        temporary.mkdir()

    world.released("minor", TMPDIR=str(temporary))

    assert len(world.git("worktree", "list").splitlines()) == 1
    assert list(temporary.iterdir()) == []
    assert end_of(world) == unbroken


def test_a_lock_that_a_power_cut_left_in_git_is_named(
    fresh: Mould, behind: Behind, unbroken: End, tmp_path: Path
) -> None:
    """git does not know whether another git still works there, so neither do we: a person removes it."""
    world = fresh.copy(tmp_path / "world", behind.index)
    lock = world.project / ".git" / "index.lock"
    lock.touch()

    ran = world.inv(*RELEASE)

    assert ran.code == 1, ran.text
    assert ran.text.endswith(f"\n  run: rm {lock}      (if no other git works there)\n"), ran.text
    world.run("rm", lock)
    world.released("minor")
    assert end_of(world) == unbroken
    assert_clean(world)


# What a git that was cut off amid a change of the clone's own files leaves, and a person has to decide.
HALF_WAY = ("(if no other git works there)", "cannot release: clean")


def _finish(world: World, how: Kill, again: str, unbroken: End, killed: str) -> None:
    """Run the same command again and compare how that ends with a release that was not killed."""
    there = world if again == "in the same clone" else elsewhere(world)
    temporary = str(world.home / "tmp")  # where a killed run left its checkout

    ran = there.inv(*RELEASE, TMPDIR=temporary)

    for _ in range(2):
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
    came_too_late = ran.code == 1 and "cannot release: fragments" in ran.text  # it was complete: this is the next one
    assert ran.code == 0 or came_too_late, killed + ran.text
    assert end_of(there) == unbroken, killed + ran.text
    shutil.rmtree(temporary)  # the system does that one day
    there.git("worktree", "prune")
    assert len(there.git("worktree", "list").splitlines()) == 1
    assert_clean(there)
