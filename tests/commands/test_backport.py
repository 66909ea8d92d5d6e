"""Backports, by the command: onto a line that there is, or that is made from its last final."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release.base.errors import ReleaseError
from release.commands.backport import backport, give_up, resume
from release.commands.merge_back import merge_back
from release.commands.status import look
from tests.support.lines import CODE, Told, agreed, fix, here, history, there
from tests.support.traces import bytes_below
from tests.support.world import World


def test_a_commit_is_picked_onto_a_line_and_pushed(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    told = Told()

    backport(here(lined), [commit], "0.2", told)

    assert history(lined, "release/0.2")[0] == "One is eleven"
    body = lined.git("show", "--no-patch", "--format=%b", "release/0.2", cwd=lined.remote)
    assert body == f"(cherry picked from commit {commit})"
    assert "this pushes to release/0.2 on origin:" in told.text
    assert lined.git("rev-parse", "release/0.2") == lined.remote_refs()["refs/heads/release/0.2"]
    assert len(lined.git("worktree", "list").splitlines()) == 1


def test_again_it_does_nothing(lined: World, capsys: pytest.CaptureFixture[str]) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    backport(here(lined), [commit], "0.2", agreed)
    refs = lined.remote_refs()

    backport(here(lined), [commit], "0.2", agreed)

    assert "release/0.2 already has all of that; nothing to do" in capsys.readouterr().out
    assert lined.remote_refs() == refs


def test_a_line_that_was_never_frozen_is_made_from_its_last_final(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")

    backport(here(lined), [commit], "0.1", agreed)

    assert history(lined, "v0.1.0..release/0.1") == ["One is eleven"]


def test_a_line_made_from_a_release_of_main_gives_the_patch_of_it_next(lined: World) -> None:
    backport(here(lined), [fix(lined, "ONE = 1", "ONE = 11", "One is eleven")], "0.1", agreed)
    lined.git("switch", "--quiet", "release/0.1")

    status = look(here(lined, write=False))

    assert status.complete
    assert status.next == "0.1.1"


def test_what_the_freeze_does_not_allow_is_not_pushed(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "New", "feature")
    refs = lined.remote_refs()

    with pytest.raises(ReleaseError) as refused:
        backport(here(lined), [commit], "0.2", agreed)

    assert "New: it adds a fragment of the type feature" in refused.value.why
    assert refused.value.run.startswith("inv freeze --allow ")
    assert lined.remote_refs() == refs


def test_a_conflict_is_resolved_beside_and_gone_on_with(lined: World) -> None:
    fix(lined, "ONE = 1", "ONE = 2", "Two")
    commit = fix(lined, "ONE = 2", "ONE = 3", "Three")

    with pytest.raises(ReleaseError) as refused:
        backport(here(lined), [commit], "0.2", agreed)
    assert refused.value.run == (
        "cd .release/release-0.2 && git status      (resolve, git add, then inv backport --to 0.2 --continue)"
    )
    beside = replace(lined, project=lined.project / ".release" / "release-0.2")
    beside.write(CODE, "ONE = 3\n")
    beside.git("add", CODE)
    resume(here(lined), "0.2", agreed)

    assert there(lined, "release/0.2", CODE) == "ONE = 3"
    assert not beside.project.exists()


def test_it_can_be_given_up(lined: World) -> None:
    fix(lined, "ONE = 1", "ONE = 2", "Two")
    commit = fix(lined, "ONE = 2", "ONE = 3", "Three")
    refs = lined.git("for-each-ref")
    for line in ("0.2", "0.1"):
        with pytest.raises(ReleaseError):
            backport(here(lined), [commit], line, agreed)
        give_up(here(lined), line)

    assert lined.git("for-each-ref") == refs
    with pytest.raises(ReleaseError, match=r"no backport to release/0\.2 is in progress"):
        resume(here(lined), "0.2", agreed)


@pytest.mark.parametrize(
    ("names", "line", "why"),
    [
        (["HEAD"], "0.9", "there is neither a branch release/0.9 nor a final release of 0.9"),
        (["HEAD"], "next", "a line reads 1.2"),
        ([], "0.2", "no commit was named"),
        (["nothing"], "0.2", "this clone has no such commit"),
    ],
)
def test_a_backport_is_refused(lined: World, names: list[str], line: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        backport(here(lined), names, line, agreed)

    assert refused.value.why == why
    assert refused.value.run


def test_a_merge_is_picked_as_one_change(lined: World) -> None:
    lined.git("switch", "--quiet", "--create", "topic")
    fix(lined, "ONE = 1", "ONE = 11")
    fix(lined, "TWO = 2", "TWO = 22", "Both")
    lined.git("switch", "--quiet", "main")
    lined.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")
    lined.git("push", "--quiet", "origin", "main")

    backport(here(lined), ["HEAD"], "0.2", agreed)

    assert history(lined, "release/0.2")[0] == "Merge topic"
    assert "TWO = 22" in there(lined, "release/0.2", CODE)


def test_merges_and_other_commits_are_not_picked_together(lined: World) -> None:
    lined.git("switch", "--quiet", "--create", "topic")
    commit = fix(lined, "ONE = 1", "ONE = 11", "One")
    lined.git("switch", "--quiet", "main")
    lined.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")

    with pytest.raises(ReleaseError, match="cannot pick merges together with other commits"):
        backport(here(lined), ["HEAD", commit], "0.2", agreed)


def test_a_fix_made_on_a_line_is_brought_back_by_a_cherry_pick(lined: World) -> None:
    lined.git("switch", "--quiet", "release/0.2")
    fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    lined.git("switch", "--quiet", "main")

    merge_back(here(lined), agreed)

    assert history(lined, "main")[0] == "One is eleven"
    assert lined.git("rev-parse", "main") == lined.remote_refs()["refs/heads/main"]


def test_a_fix_that_conflicts_is_left_to_be_resolved(lined: World) -> None:
    lined.git("switch", "--quiet", "release/0.2")
    fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    lined.git("switch", "--quiet", "main")
    fix(lined, "ONE = 1", "ONE = 111")

    with pytest.raises(ReleaseError) as refused:
        merge_back(here(lined), agreed)

    lined.write(CODE, "ONE = 1111\n")
    ran = lined.run("bash", "-c", refused.value.run.replace("$EDITOR", "true"))
    assert ran.code == 0, ran.text
    merge_back(here(lined), agreed)


@pytest.mark.parametrize("state", ["elsewhere", "dirty", "behind"])
def test_nobody_is_left_amid_a_merge_where_it_would_be_in_the_way(lined: World, state: str) -> None:
    lined.git("switch", "--quiet", "release/0.2")
    fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    lined.git("switch", "--quiet", "main")
    fix(lined, "ONE = 1", "ONE = 111")
    run = {"elsewhere": "git switch main", "dirty": "git stash", "behind": "git pull --ff-only origin main"}[state]
    if state == "elsewhere":
        lined.git("switch", "--quiet", "--create", "topic")
    elif state == "dirty":
        lined.write("left.txt", "")
    else:
        lined.git("reset", "--quiet", "--hard", "HEAD^")

    with pytest.raises(ReleaseError) as refused:
        merge_back(here(lined), agreed)

    assert refused.value.run == run
    assert lined.run("git", "rev-parse", "--verify", "--quiet", "CHERRY_PICK_HEAD").code == 1


def test_a_backport_that_is_given_up_leaves_the_line_as_it_is_on_the_remote(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "New", "feature")
    with pytest.raises(ReleaseError, match="it adds a fragment of the type feature"):
        backport(here(lined), [commit], "0.2", agreed)

    give_up(here(lined), "0.2")

    assert lined.git("rev-parse", "release/0.2") == lined.remote_refs()["refs/heads/release/0.2"]


def test_a_fix_and_its_note_are_backported_together(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11")
    lined.note("fix", "One is eleven")

    backport(here(lined), [commit, "HEAD"], "0.2", agreed)

    assert history(lined, "release/0.2")[:2] == ["note: One is eleven", "ONE = 1 is ONE = 11"]


@pytest.mark.parametrize("option", ["--continue", "--abort"])
def test_a_dry_run_of_a_backport_in_conflict_changes_nothing(lined: World, option: str) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    other = fix(lined, "ONE = 11", "ONE = 111", "One is more")
    assert lined.inv("backport", other, "--to", "0.2", "--yes").code == 1, commit
    lined.git("status")
    before = [bytes_below(place) for place in (lined.project, lined.remote)]

    ran = lined.inv("backport", "--to", "0.2", option, "--dry-run")

    assert (ran.code, ran.out.endswith("nothing was changed\n")) == (0, True), ran.text
    assert [bytes_below(place) for place in (lined.project, lined.remote)] == before
