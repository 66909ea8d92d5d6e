"""What a killed release left behind does not stand in the way, wherever the release went on meanwhile."""

from __future__ import annotations

import os
import select
import shutil
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running, told
from tests.faults.moments import Start
from tests.faults.worlds import RELEASE, Behind, elsewhere
from tests.support.ended import End, assert_clean, end_of
from tests.support.mould import Mould

# A push that comes at once after a change, so that a kill would come too late: it is made to wait.
HELD = {"the tag here": "grep -q refs/tags/ && sleep 60"}


@pytest.mark.journey
@pytest.mark.parametrize(
    "change",
    ["the release commit", "the distributions", *HELD, "the tag on the remote", "the first file on the index"],
)
def test_a_clone_whose_release_was_finished_elsewhere_can_go_on(
    change: str, behind: Behind, start: Start, unbroken: End, tmp_path: Path
) -> None:
    world, printed = start.killed_after(change, Kill.POWER, behind, tmp_path, HELD.get(change, ""))
    elsewhere(world).released("minor")

    texts = [printed]
    for _ in range(4):  # as a person does: run it, and what it says to run
        ran = world.inv(*RELEASE)
        texts.append(ran.text)
        if ran.code == 0:
            break
        texts.append(world.run("bash", "-c", told(ran.text)).text)

    print("\n".join(texts))  # pytest shows it when the following fails
    assert end_of(world) == unbroken
    assert_clean(world)
    assert world.git("rev-parse", "HEAD") == world.remote_refs()["refs/heads/main"]
    assert '"complete": true' in world.inv("status", "--json").out


@pytest.mark.parametrize("state", ["whole", "half-made", "gone", "of an earlier version"])
def test_what_a_kill_left_behind_is_removed(
    state: str, unproven_fresh: Mould, behind: Behind, unbroken: End, tmp_path: Path
) -> None:
    world = unproven_fresh.copy(tmp_path / "world", behind.index)
    temporary = world.home / "tmp"
    left = temporary / "release-1-left" / "in-here" / "acme"
    if state == "of an earlier version":
        left = temporary / "release-left" / "acme"
    left.parent.mkdir(parents=True)
    (temporary / "release-1-left").mkdir(exist_ok=True)
    (temporary / "release-1-left" / "lock").touch()
    unfinished = world.project / "dist" / ".building-left"
    (unfinished / "out").mkdir(parents=True)
    (world.project / "dist" / ".gitignore").write_text("*\n")
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
    assert not unfinished.exists()
    assert end_of(world) == unbroken


def test_a_lock_that_a_power_cut_left_in_git_is_named(
    unproven_fresh: Mould, behind: Behind, unbroken: End, tmp_path: Path
) -> None:
    """git does not know whether another git still works there, so neither do we: a person removes it."""
    world = unproven_fresh.copy(tmp_path / "world", behind.index)
    lock = world.project / ".git" / "index.lock"
    lock.touch()

    ran = world.inv(*RELEASE)

    assert ran.code == 1, ran.text
    assert ran.text.endswith(f"\n  run: rm {lock}      (if no other git works there)\n"), ran.text
    world.run("rm", lock)
    world.released("minor")
    assert end_of(world) == unbroken
    assert_clean(world)


def test_a_push_that_hung_when_the_release_was_killed_makes_nothing_public_after_an_abort(
    start: Start, behind: Behind, tmp_path: Path
) -> None:
    for pipe in ("held", "never"):
        os.mkfifo(tmp_path / pipe)
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    world = start.built.copy(tmp_path / "world", behind.index)
    hook = world.project / ".git" / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\nexec 3> {tmp_path}/held\ntouch {tmp_path}/hanging\nread line < {tmp_path}/never\n")
    hook.chmod(0o755)
    running = Running(world, tmp_path / "log")
    assert running.until((tmp_path / "hanging").exists), running.text()

    running.kill(Kill.GROUP)

    hook.unlink()
    assert select.select([held], [], [], 30)[0], running.text()
    assert os.read(held, 1) == b""  # the hook has ended, and the push with it
    os.close(held)
    aborted = world.inv("abort", "--yes", TMPDIR=str(world.home / "tmp"))
    assert aborted.code == 0, running.text() + aborted.text
    assert "refs/tags/v0.1.0" not in world.remote_refs()
    assert not (world.project / ".git" / "refs" / "tags" / "v0.1.0").exists()
