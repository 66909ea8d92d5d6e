"""Hotfixes, by the command: from the last final to every branch that must have them, whatever is in the way."""

from __future__ import annotations

import pytest

from release.base.changelog import sections
from release.base.errors import ReleaseError
from release.branches.process_overview import overview
from release.commands.hotfix import give_up, hotfix, resume
from release.commands.merge_back import merge_back
from tests.support.ended import assert_clean
from tests.support.lines import (
    CODE,
    Told,
    agreed,
    another,
    beside,
    final,
    fix,
    frozen,
    here,
    history,
    there,
    wanted,
)
from tests.support.making import set_version
from tests.support.world import World


def shows(world: World, version: str) -> str:
    """Return the message of a version's commit."""
    return world.git("show", "--no-patch", "--format=%B", f"v{version}^{{commit}}", cwd=world.remote)


def test_a_fix_from_main_is_released_and_comes_back(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    told = Told()

    hotfix(here(ready), wanted(commit), told)

    assert shows(ready, "0.1.1") == "Release acme 0.1.1\n\nRelease: 0.1.1\nHotfix: security"
    assert "acme 0.1.1 (hotfix)" in ready.git("tag", "--list", "--format=%(contents)", "v0.1.1")
    assert there(ready, "v0.1.1", CODE).count("ONE = 11") == 1
    assert "later.py" not in ready.git("ls-tree", "-r", "--name-only", "v0.1.1", cwd=ready.remote)
    assert history(ready, "main")[0] == "Merge acme 0.1.1 into main"
    assert [str(each.version) for each in sections(there(ready, "main", "CHANGELOG.md"))] == ["0.1.1", "0.1.0"]
    assert "One is eleven" in there(ready, "v0.1.1", "CHANGELOG.md")
    assert 'version = "0.2.0.dev0"' in there(ready, "main", "pyproject.toml")
    assert "refs/heads/hotfix/0.1.1" not in ready.remote_refs()
    assert "main gets it by a merge, too" in told.text
    assert_clean(ready)
    assert len(ready.git("worktree", "list").splitlines()) == 1


def test_whatever_is_being_worked_on_is_left_alone(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "--create", "topic", "HEAD~1")
    ready.write(CODE, "half a thought\n")
    ready.write("new.txt", "")
    ready.git("add", "new.txt")
    before = ready.git("status", "--porcelain")

    hotfix(here(ready), wanted(commit), agreed)

    assert (ready.git("status", "--porcelain"), ready.git("branch", "--show-current")) == (before, "topic")
    assert (ready.project / CODE).read_text() == "half a thought\n"
    assert ready.git("rev-parse", "main") == ready.remote_refs()["refs/heads/main"]


def test_a_note_is_written_where_the_picks_bring_none(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11")

    hotfix(here(ready), wanted(commit, note="One had to be eleven."), agreed)

    assert "### Security\n\n- One had to be eleven." in there(ready, "v0.1.1", "CHANGELOG.md")


def test_a_hotfix_starts_from_a_named_line_and_reaches_every_later_one(ready: World) -> None:
    frozen(ready)
    final(ready, "0.2.0")
    ready.git("switch", "--quiet", "main")
    ready.git("merge", "--quiet", "--strategy=ours", "--message", "back", "release/0.2")
    set_version(ready, "0.3.0.dev0")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")

    hotfix(here(ready), wanted(commit, base="0.1"), agreed)

    for branch in ("main", "release/0.2"):
        assert history(ready, branch)[0] == f"Merge acme 0.1.1 into {branch}"
        assert "ONE = 11" in there(ready, branch, CODE)
    assert 'version = "0.2.0"' in there(ready, "release/0.2", "pyproject.toml")
    assert "refs/tags/v0.1.1" in ready.remote_refs()


def test_a_merge_that_conflicts_is_a_debt_until_it_is_paid(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    fix(ready, "ONE = 1", "ONE = 111", "Main goes its way")
    ready.git("switch", "--quiet", "--create", "urgent", "v0.1.0")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "main")
    ready.git("push", "--quiet", "origin", ":urgent")

    hotfix(here(ready), wanted(commit), agreed)

    assert "refs/tags/v0.1.1" in ready.remote_refs()
    told = capsys.readouterr().out
    assert "not merged back: conflicts in src/acme/extra.py; git switch main && inv merge-back" in told
    [debt] = overview(here(ready)).debts
    assert debt.source == "v0.1.1"
    ran = ready.inv("release", "0.2.0", "--yes")
    assert (ran.code, "cannot release: unmerged fixes" in ran.text, "run: inv merge-back" in ran.text) == (
        1,
        True,
        True,
    )

    with pytest.raises(ReleaseError) as refused:
        merge_back(here(ready), agreed)

    assert refused.value.why.startswith(f"it conflicts in {CODE}; the merge is in progress here")
    text = (ready.project / CODE).read_text()
    assert text.count("<<<<<<<") == 1
    assert "v0.1.1" in text
    ready.write(CODE, text.partition("<<<<<<<")[0] + "ONE = 1111\n")
    ran = ready.run("bash", "-c", refused.value.run.replace("$EDITOR", "true"))
    assert ran.code == 0, ran.text
    assert history(ready, "main")[0] == "Merge acme 0.1.1 into main"
    assert [str(each.version) for each in sections(there(ready, "main", "CHANGELOG.md"))] == ["0.1.1", "0.1.0"]
    assert 'version = "0.2.0.dev0"' in there(ready, "main", "pyproject.toml")
    assert overview(here(ready)).debts == []


def test_a_pick_that_conflicts_is_left_to_be_resolved(ready: World) -> None:
    fix(ready, "ONE = 1", "ONE = 2", "Two")
    commit = fix(ready, "ONE = 2", "ONE = 3", "Three")
    later = fix(ready, "THREE = 3", "THREE = 33")

    with pytest.raises(ReleaseError) as refused:
        hotfix(here(ready), wanted(commit, later), agreed)

    there = beside(ready)
    assert str(refused.value) == (
        f"cannot pick {commit[:7]} Three automatically\n"
        f"  why: it conflicts in {CODE}; the cherry-pick is in progress in .release/hotfix-0.1.1\n"
        "  run: cd .release/hotfix-0.1.1 && git status      (resolve, git add, then inv hotfix --continue)"
    )
    assert "You are currently cherry-picking" in there.git("status") or "Cherry-pick" in there.git("status")
    with pytest.raises(ReleaseError, match=r"inv hotfix --continue"):
        hotfix(here(ready), wanted(commit, later), agreed)
    with pytest.raises(ReleaseError, match=r"inv hotfix --continue"):
        resume(here(ready), agreed)

    there.write(CODE, (there.project / CODE).read_text().replace("<<<<<<< HEAD\n", "").partition("=======")[0])
    there.write(CODE, "ONE = 3\n\nTWO = 2\n\nTHREE = 3\n")
    there.git("add", CODE)
    resume(here(ready), agreed)

    assert "Hotfix: security" in shows(ready, "0.1.1")
    assert "THREE = 33" in ready.git("show", f"v0.1.1:{CODE}", cwd=ready.remote)


def test_it_can_be_given_up_while_nothing_is_public(ready: World) -> None:
    refs, branches = ready.remote_refs(), ready.git("for-each-ref")
    fix(ready, "ONE = 1", "ONE = 2", "Two")
    commit = fix(ready, "ONE = 2", "ONE = 3", "Three")
    refs, branches = ready.remote_refs(), ready.git("for-each-ref")
    with pytest.raises(ReleaseError):
        hotfix(here(ready), wanted(commit), agreed)

    give_up(here(ready), agreed)

    assert (ready.remote_refs(), ready.git("for-each-ref")) == (refs, branches)
    assert not beside(ready).project.exists()
    assert ready.run("git", "config", "--get-regexp", "hotfix").code == 1
    with pytest.raises(ReleaseError, match="no hotfix is in progress"):
        give_up(here(ready), agreed)


def test_a_fix_can_be_made_in_the_working_tree_of_the_hotfix(ready: World) -> None:
    with pytest.raises(ReleaseError) as refused:
        hotfix(here(ready), wanted(), agreed)
    assert refused.value.run.startswith("cd .release/hotfix-0.1.1      (make the fix there, commit it")
    there = beside(ready)
    there.write(CODE, "ONE = 11\n")
    there.commit("Make one eleven")

    resume(here(ready), agreed)

    assert "- Make one eleven" in ready.git("show", "v0.1.1:CHANGELOG.md", cwd=ready.remote)


def test_another_clone_finishes_what_was_tagged(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    hook = ready.remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n')
    hook.chmod(0o755)
    with pytest.raises(ReleaseError, match="cannot push main to origin"):
        hotfix(here(ready), wanted(commit), agreed)
    assert "refs/tags/v0.1.1" in ready.remote_refs()
    hook.unlink()
    other = another(ready)

    resume(here(other), agreed)

    assert history(other, "main")[0] == "Merge acme 0.1.1 into main"
    assert "refs/heads/hotfix/0.1.1" not in other.remote_refs()
    with pytest.raises(ReleaseError, match=r"cannot abandon|no hotfix is in progress"):
        give_up(here(other), agreed)


def test_what_the_main_branch_has_and_the_hotfix_leaves_out_is_listed(
    ready: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")

    hotfix(here(ready), wanted(commit), agreed)

    left = [row for row in capsys.readouterr().out.splitlines() if row.startswith("  aside ")]
    assert [row.split(maxsplit=4)[-1].partition(" ")[2] for row in left] == ["Go on"]


def test_a_main_branch_here_that_cannot_follow_is_mentioned(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.commit("of my own", **{"mine.txt": "mine\n"})

    hotfix(here(ready), wanted(commit), agreed)

    assert "it has 1 commit that origin does not have: git pull --rebase origin main" in capsys.readouterr().out


def test_other_picks_than_those_of_the_hotfix_in_progress_are_refused(ready: World) -> None:
    one = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    two = fix(ready, "TWO = 2", "TWO = 22", "Two is twenty-two")

    def stop(_: str) -> None:
        raise ReleaseError("stopped", why="not agreed")

    with pytest.raises(ReleaseError, match="not agreed"):
        hotfix(here(ready), wanted(one), stop)
    with pytest.raises(ReleaseError) as refused:
        hotfix(here(ready), wanted(two), agreed)

    assert refused.value.why == f"it has {one[:7]} One is eleven, which this command does not pick"
    assert "refs/tags/v0.1.1" not in ready.remote_refs()
    hotfix(here(ready), wanted(one, two), agreed)
    assert there(ready, "v0.1.1", CODE).count("TWO = 22") == 1
