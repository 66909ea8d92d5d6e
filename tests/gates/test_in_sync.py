"""The gate that compares the line here with the remote's: met, and each way that it refuses."""

from __future__ import annotations

from dataclasses import replace

from release.engine.gate import Verdict
from release.gates.working_tree import IN_SYNC
from tests.support.making import pushed_by_another, releasing, short
from tests.support.world import World


def asked(world: World) -> Verdict:
    return IN_SYNC.ask(releasing(world))


def test_it_is_met_when_both_are_at_the_same_commit(repository: World) -> None:
    assert asked(repository) == Verdict(True, f"main is {short(repository)} here and on origin")


def test_it_is_met_ahead_of_the_remote(repository: World) -> None:
    there = short(repository)
    repository.commit("one")
    repository.commit("two")

    fact = f"main is {short(repository)} here and {there} on origin, 2 ahead"
    assert asked(repository) == Verdict(True, fact)


def test_it_refuses_behind(repository: World) -> None:
    here, there = short(repository), pushed_by_another(repository)[:7]
    repository.git("fetch", "--quiet")

    assert asked(repository) == Verdict(
        False, f"behind: main is {here} here and {there} on origin", "git pull --ff-only origin main"
    )


def test_it_refuses_commits_that_are_not_here(repository: World) -> None:
    here, there = short(repository), pushed_by_another(repository)[:7]

    assert asked(repository) == Verdict(
        False,
        f"origin has commits that are missing here: main is {here} here and {there} on origin",
        "git pull --rebase origin main",
    )


def test_it_refuses_diverged(repository: World) -> None:
    there = pushed_by_another(repository)[:7]
    here = repository.commit("ours")[:7]
    repository.git("fetch", "--quiet")

    assert asked(repository) == Verdict(
        False, f"diverged: main is {here} here and {there} on origin", "git pull --rebase origin main"
    )


def test_it_gives_a_run_line_that_works_when_it_diverged_from_what_is_not_here(repository: World) -> None:
    """Only after the pull it is known whether the branch is behind or has diverged."""
    there = pushed_by_another(repository)[:7]
    here = repository.commit("ours")[:7]

    verdict = asked(repository)

    assert verdict.fact == f"origin has commits that are missing here: main is {here} here and {there} on origin"
    ran = repository.run(*verdict.run.split())
    assert ran.code == 0, ran.text


def test_it_refuses_a_shallow_clone(repository: World) -> None:
    path = repository.project.parent / "shallow"
    repository.commit("second")
    repository.git("push", "--quiet")
    repository.git("clone", "--quiet", "--depth", "1", repository.remote.as_uri(), path)

    assert asked(replace(repository, project=path)) == Verdict(
        False, "this clone is shallow: a part of its history is missing", "git fetch --unshallow --tags"
    )


def test_it_refuses_without_a_remote(repository: World) -> None:
    repository.git("remote", "rename", "origin", "upstream")

    assert asked(repository) == Verdict(False, "there is no remote origin", "git remote add origin URL")


def test_it_refuses_a_remote_without_the_line(repository: World) -> None:
    repository.git("branch", "--move", "main", "trunk")
    repository.git("push", "--quiet", "origin", "trunk")
    repository.git("symbolic-ref", "HEAD", "refs/heads/trunk", cwd=repository.remote)
    repository.git("push", "--quiet", "origin", ":main")
    repository.git("branch", "main")

    assert asked(repository) == Verdict(False, "origin has no main", "git push --set-upstream origin main")


def test_it_refuses_a_clone_without_the_line(repository: World) -> None:
    repository.git("branch", "--move", "main", "trunk")

    assert asked(repository) == Verdict(False, "there is no branch main here", "git switch main")
