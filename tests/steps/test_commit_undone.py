"""The release commit taken back or given up, by an abort."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.engine.step import State
from release.steps.commit import COMMIT, abandon
from tests.support.making import pushed_by_another, release_commit, releasing
from tests.support.traces import traces
from tests.support.world import World


def undo(world: World) -> None:
    assert COMMIT.undo is not None
    COMMIT.undo(releasing(world))


def test_undoing_drops_a_commit_that_nobody_saw_and_keeps_what_is_not_committed(repository: World) -> None:
    head = repository.git("rev-parse", "HEAD")
    release_commit(repository)
    repository.write("mine.txt", "mine\n")
    repository.write("README.md", "mine\n")

    undo(repository)

    assert repository.git("rev-parse", "HEAD") == head
    assert repository.git("status", "--porcelain", "--untracked-files=all") == "M README.md\n?? mine.txt"
    assert (repository.project / "README.md").read_text() == "mine\n"


def test_undoing_refuses_to_overwrite_what_is_not_committed(repository: World) -> None:
    release_commit(repository)
    path = repository.project / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    before = traces(repository)

    with pytest.raises(ReleaseError):
        undo(repository)

    assert traces(repository) == before


def test_undoing_takes_a_pushed_commit_back_by_another_commit(repository: World) -> None:
    version = (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    commit = release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")

    undo(repository)

    assert repository.git("rev-parse", "HEAD^") == commit
    assert repository.git("log", "-1", "--format=%B") == "Take back acme 0.1.0\n\nAborted: 0.1.0"
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")
    assert (repository.project / "pyproject.toml").read_text(encoding="utf-8") == version


def test_undoing_keeps_the_commits_that_came_after(repository: World) -> None:
    release_commit(repository)
    later = repository.commit("later", **{"later.txt": "later\n"})

    undo(repository)

    assert repository.git("rev-parse", "HEAD^") == later
    assert repository.git("log", "-1", "--format=%(trailers)") == "Aborted: 0.1.0"
    assert (repository.project / "later.txt").exists()


def test_undoing_that_the_remote_does_not_take_says_what_to_run(repository: World) -> None:
    release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")
    pushed_by_another(repository)

    with pytest.raises(ReleaseError) as refusal:
        undo(repository)

    assert refusal.value.what == "cannot push main to origin"
    assert refusal.value.run == "git pull --rebase origin main && git push origin main"


def test_giving_up_marks_the_release_and_leaves_a_note(repository: World) -> None:
    commit = release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")

    abandon(releasing(repository))

    assert repository.git("rev-parse", "HEAD^") == commit
    assert repository.git("log", "-1", "--format=%B") == "Give up acme 0.1.0\n\nAborted: 0.1.0"
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")
    assert repository.git("show", "--format=", "--name-only", "HEAD") == "changelog.d/+instead-of-0.1.0.fix.md"
    assert COMMIT.observe(releasing(repository)).state is State.ABSENT
