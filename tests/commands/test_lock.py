"""One changing command at a time in a clone; a process that died holds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.making import clone_of, ready
from tests.support.traces import traces
from tests.support.world import World


@contextmanager
def another_process(world: World) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock of the clone, as a release command does."""
    take = "import filelock, sys; lock = filelock.FileLock(sys.argv[1]); lock.acquire()"
    body = f"{take}; print('held', flush=True); sys.stdin.read()"
    argv = [sys.executable, "-c", body, str(world.project / ".git" / "release.lock")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_command_in_the_same_clone_is_refused(repository: World) -> None:
    ready(repository)
    with another_process(repository):
        before = traces(repository)
        for words in (["release", "minor", "--yes"], ["bump", "minor"], ["build"], ["publish", "--yes"], ["abort"]):
            ran = repository.inv(*words)

            assert (ran.code, ran.err.strip("\n")) == (
                1,
                "cannot start\n"
                "  why: another release command is running in this clone "
                f"({repository.project / '.git' / 'release.lock'})\n"
                "  run: the same command again, after it has ended",
            )
        assert traces(repository) == before


def test_looking_needs_no_lock(repository: World) -> None:
    ready(repository)
    with another_process(repository):
        assert repository.inv("status").code == 0
        assert repository.inv("release", "minor", "--dry-run").code == 0


def test_another_worktree_of_the_clone_has_the_same_lock(repository: World) -> None:
    ready(repository)
    worktree = repository.project.parent / "worktree"
    repository.git("worktree", "add", "--quiet", "-b", "side", worktree)
    with another_process(repository):
        ran = repository.inv("release", "minor", "--yes", cwd=worktree)

    assert ran.code == 1
    assert "another release command is running in this clone" in ran.err


def test_another_clone_is_not_locked(repository: World) -> None:
    ready(repository)
    elsewhere = clone_of(repository)
    with another_process(repository):
        elsewhere.released("minor")


def test_a_process_that_was_killed_holds_no_lock(repository: World) -> None:
    ready(repository)
    with another_process(repository) as process:
        process.kill()
        process.wait()

        repository.released("minor")
