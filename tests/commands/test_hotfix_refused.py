"""Hotfixes that are refused, repeated, tried without writing, or found half-made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.errors import ReleaseError
from release.commands.hotfix import Wanted, give_up, hotfix, resume
from tests.support.ended import assert_clean
from tests.support.lines import CODE, agreed, beside, fix, here, wanted
from tests.support.world import World


def test_what_is_not_committed_there_stops_it(ready: World) -> None:
    with pytest.raises(ReleaseError):
        hotfix(here(ready), wanted(), agreed)
    there = beside(ready)
    there.write(CODE, "ONE = 11\n")
    there.commit("Make one eleven")
    there.write("left.txt", "")

    with pytest.raises(ReleaseError, match=r"left\.txt"):
        resume(here(ready), agreed)


def test_the_same_command_again_does_nothing(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    hotfix(here(ready), wanted(commit), agreed)
    refs = ready.remote_refs()

    hotfix(here(ready), wanted(commit), agreed)

    assert "v0.1.1 already has all of that; nothing to do" in capsys.readouterr().out
    assert ready.remote_refs() == refs
    assert_clean(ready)


def test_once_it_is_public_it_is_not_given_up(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    hook = ready.remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n')
    hook.chmod(0o755)
    with pytest.raises(ReleaseError):
        hotfix(here(ready), wanted(commit), agreed)

    with pytest.raises(ReleaseError, match=r"v0\.1\.1 is already on origin"):
        give_up(here(ready), agreed)


REFUSED: dict[str, tuple[Callable[[World], Wanted], str]] = {
    "a reason that is none": (lambda _: wanted("HEAD", reason="haste"), '"haste" is not one of the reasons'),
    "an unknown commit": (lambda _: wanted("nothing"), "this clone has no such commit"),
    "an unknown version": (lambda _: wanted("HEAD", base="7"), "there is no final release 7; the newest is 0.1.0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hotfix_is_refused(ready: World, case: str) -> None:
    make, why = REFUSED[case]
    refs = ready.git("for-each-ref")

    with pytest.raises(ReleaseError) as refused:
        hotfix(here(ready), make(ready), agreed)

    assert why in refused.value.why
    assert refused.value.run
    assert ready.git("for-each-ref") == refs


def test_a_version_that_has_a_newer_one_is_refused(ready: World) -> None:
    hotfix(here(ready), wanted(fix(ready, "ONE = 1", "ONE = 11", "One")), agreed)

    with pytest.raises(ReleaseError, match=r"0\.1\.1 is the newest of its line; 0\.1\.1 is taken"):
        hotfix(here(ready), wanted("HEAD", base="0.1.0"), agreed)


def test_nothing_released_nothing_to_mend(repository: World) -> None:
    with pytest.raises(ReleaseError, match="there is no release yet"):
        hotfix(here(repository), wanted("HEAD"), agreed)


def test_a_suffix_is_no_version(ready: World) -> None:
    ran = ready.inv("release", "0.1.1-hotfix")

    assert ran.code == 1
    assert "a hotfix is the next patch version" in ran.text


def test_a_dry_run_tries_the_picks_and_writes_nothing(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    fix(ready, "ONE = 1", "ONE = 2", "Two")
    commit = fix(ready, "ONE = 2", "ONE = 3", "Three")
    before = ready.git("for-each-ref"), ready.remote_refs(), sorted((ready.project / ".release").rglob("*"))

    hotfix(here(ready, write=False), wanted(f"{commit}~1"), agreed, dry_run=True)
    assert "to do   merge back to main" in capsys.readouterr().out
    with pytest.raises(ReleaseError, match="cannot pick"):
        hotfix(here(ready, write=False), wanted(commit), agreed, dry_run=True)

    after = ready.git("for-each-ref"), ready.remote_refs(), sorted((ready.project / ".release").rglob("*"))
    assert after == before


def test_a_working_tree_that_was_cut_off_while_it_was_made_is_made_again(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("branch", "hotfix/0.1.1", "v0.1.0")
    tree = beside(ready).project
    ready.git("worktree", "add", "--quiet", "--lock", "--no-checkout", tree, "hotfix/0.1.1")
    (tree / "half").write_text("")

    hotfix(here(ready), wanted(commit), agreed)

    assert "refs/tags/v0.1.1" in ready.remote_refs()
    assert_clean(ready)


def test_a_working_tree_amid_something_else_is_left_alone(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    with pytest.raises(ReleaseError, match="without a fix"):
        hotfix(here(ready), wanted(), agreed)
    there = beside(ready)
    there.git("switch", "--quiet", "--detach")
    there.write("work.txt", "an hour's work\n")

    with pytest.raises(ReleaseError, match=r"\.release/hotfix-0\.1\.1 is not on hotfix/0\.1\.1"):
        hotfix(here(ready), wanted(commit), agreed)

    assert (there.project / "work.txt").exists()


def test_the_branch_of_a_release_is_no_hotfix(ready: World) -> None:
    with pytest.raises(ReleaseError, match="without a fix"):
        hotfix(here(ready), wanted(), agreed)

    with pytest.raises(ReleaseError, match=r"hotfix/0\.1\.1 has no change yet"):
        resume(here(ready), agreed)

    assert "refs/tags/v0.1.1" not in ready.remote_refs()


@pytest.mark.parametrize("words", [("--continue", "--yes"), ("--abort", "--yes")])
def test_it_can_be_gone_on_with_from_its_own_working_tree(ready: World, words: tuple[str, ...]) -> None:
    with pytest.raises(ReleaseError, match="without a fix"):
        hotfix(here(ready), wanted(), agreed)
    there = beside(ready)
    there.write(CODE, "ONE = 11\n")
    there.commit("Make one eleven")

    ran = there.inv("hotfix", *words)

    assert ran.code == 0, ran.text
    assert not there.project.exists()
    assert "hotfix" not in ready.git("for-each-ref")
