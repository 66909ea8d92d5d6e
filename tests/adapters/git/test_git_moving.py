"""Branches that are moved here, and what is exchanged with the remote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, NoAnswer
from tests.support.making import clone_of, pushed_by_another, tag
from tests.support.opening import git
from tests.support.world import World


def test_a_remote_that_does_not_answer_is_told(repository: World) -> None:
    repository.git("remote", "set-url", "origin", "/nowhere/acme.git")

    with pytest.raises(ReleaseError) as refusal:
        git(repository).remote_refs("origin")

    assert refusal.value.what == "cannot read the remote origin"
    assert refusal.value.run == "git remote -v && git ls-remote origin"


def test_a_remote_that_is_not_configured_has_nothing(repository: World) -> None:
    assert git(repository).remote_refs("upstream").branches == {}


def test_what_others_changed_is_seen_after_another_look(repository: World) -> None:
    here = git(repository)
    assert here.commit_of("v1") is None
    repository.git("tag", "v1")

    here.look_again()

    assert here.commit_of("v1") == repository.git("rev-parse", "HEAD")


def test_a_branch_is_moved_forward_with_its_files_and_never_sideways(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "topic")
    ahead = repository.commit("ahead", **{"new.txt": "new\n"})
    repository.git("switch", "--quiet", "main")
    aside = repository.git("rev-parse", "HEAD")

    git(repository).forward("main", ahead)

    assert (repository.project / "new.txt").exists()
    with pytest.raises(CommandFailed):
        git(repository).forward("main", repository.git("commit-tree", "-m", "aside", f"{aside}^{{tree}}"))
    assert repository.git("rev-parse", "main") == ahead


def test_a_branch_that_is_not_checked_out_is_moved_forward_too(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "topic")
    ahead = repository.commit("ahead")

    git(repository).forward("main", ahead)

    assert repository.git("rev-parse", "main") == ahead


def test_a_branch_is_taken_back_only_from_the_commit_that_is_meant(repository: World) -> None:
    before, commit = repository.git("rev-parse", "HEAD"), repository.commit("release")
    repository.git("switch", "--quiet", "--create", "topic")

    git(repository).backward("main", commit)
    assert repository.git("rev-parse", "main") == before

    repository.git("branch", "--force", "main", commit)
    later = repository.git("commit-tree", "-p", commit, "-m", "later", f"{commit}^{{tree}}")
    repository.git("branch", "--force", "main", later)
    with pytest.raises(CommandFailed):
        git(repository).backward("main", commit)
    assert repository.git("rev-parse", "main") == later


def test_a_file_that_was_only_touched_does_not_stop_the_way_back(repository: World) -> None:
    before = repository.git("rev-parse", "HEAD")
    commit = repository.commit("release", **{"README.md": "released\n"})
    (repository.project / "README.md").write_text("released\n")

    git(repository).backward("main", commit)

    assert repository.git("rev-parse", "HEAD") == before
    assert repository.git("status", "--porcelain") == ""


def test_all_refs_are_pushed_or_none(repository: World) -> None:
    pushed_by_another(repository)
    commit = repository.commit("ours")
    name = tag(repository)
    before = repository.remote_refs()

    pushed = git(repository).push("origin", f"{commit}:refs/heads/main", f"refs/tags/{name}")

    assert pushed.code != 0
    assert repository.remote_refs() == before


def test_nothing_is_pushed_with_force(repository: World) -> None:
    name = tag(repository)
    repository.git("push", "--quiet", "origin", name)
    repository.git("tag", "--delete", name)
    repository.commit("another")
    tag(repository)
    before = repository.remote_refs()

    assert git(repository).push("origin", f"refs/tags/{name}").code != 0
    assert repository.remote_refs() == before


def test_the_remote_is_asked_again_after_a_push_and_a_fetch(repository: World) -> None:
    here = git(repository)
    first = here.remote_refs("origin").branches["main"]
    other = clone_of(repository, "another")
    theirs = other.commit("theirs")
    other.git("push", "--quiet", "origin", "main")
    assert here.remote_refs("origin").branches["main"] == first

    here.fetch("origin")

    assert here.remote_refs("origin").branches["main"] == theirs


def test_a_push_whose_hook_hangs_is_stopped(repository: World, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    hook = repository.project / ".git" / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\nread line < {tmp_path}/never\n")
    hook.chmod(0o755)
    slow = Git(repository.project, repository.environment(), timeout=1.0)
    slow.tag("v1", "HEAD", "v1")

    with pytest.raises(NoAnswer) as refusal:
        slow.push("origin", "refs/tags/v1")

    assert refusal.value.why == "it was stopped after 1 s (timeout in release.toml)"
    assert "refs/tags/v1" not in repository.remote_refs()


def test_a_branch_that_is_locked_moves_neither_its_files_nor_its_index(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "ahead")
    ahead = repository.commit("ahead", **{"README.md": "ahead\n", "new.txt": "new\n"})
    repository.git("switch", "--quiet", "main")
    repository.write("mine.txt", "mine\n")
    repository.git("add", "mine.txt")
    lock = repository.project / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    before = repository.git("status", "--porcelain")
    here = Git(repository.project, repository.environment())

    with pytest.raises(CommandFailed) as refusal:
        here.forward("main", ahead)

    assert repository.git("status", "--porcelain") == before == "A  mine.txt"
    assert not (repository.project / "new.txt").exists()
    assert repository.run("bash", "-c", refusal.value.run.partition("      (")[0]).code == 0
    Git(repository.project, repository.environment()).forward("main", ahead)
    assert repository.git("rev-parse", "HEAD") == ahead
    assert repository.git("status", "--porcelain") == before
