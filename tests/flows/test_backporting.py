"""Backports, by the command: onto a line that there is, or that is made from its last final."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release.errors import ReleaseError
from release.flows.backporting import backport, give_up, resume
from release.flows.looking import look
from release.flows.returning import merge_back
from tests.support.lines import CODE, Told, agreed, fix, frozen, here, history, released, there
from tests.support.world import World


@pytest.fixture
def ready(repository: World) -> World:
    """The line 0.2 frozen; main is checked out and has moved on."""
    released(repository)
    frozen(repository)
    repository.git("switch", "--quiet", "main")
    return repository


def test_a_commit_is_picked_onto_a_line_and_pushed(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    told = Told()

    backport(here(ready), [commit], "0.2", told)

    assert history(ready, "release/0.2")[0] == "One is eleven"
    body = ready.git("show", "--no-patch", "--format=%b", "release/0.2", cwd=ready.remote)
    assert body == f"(cherry picked from commit {commit})"
    assert "this pushes to release/0.2 on origin:" in told.text
    assert ready.git("rev-parse", "release/0.2") == ready.remote_refs()["refs/heads/release/0.2"]
    assert len(ready.git("worktree", "list").splitlines()) == 1


def test_again_it_does_nothing(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    backport(here(ready), [commit], "0.2", agreed)
    refs = ready.remote_refs()

    backport(here(ready), [commit], "0.2", agreed)

    assert "release/0.2 has all of that already; there is nothing to do" in capsys.readouterr().out
    assert ready.remote_refs() == refs


def test_a_line_that_was_never_frozen_is_made_from_its_last_final(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")

    backport(here(ready), [commit], "0.1", agreed)

    assert history(ready, "v0.1.0..release/0.1") == ["One is eleven"]


def test_a_line_made_from_a_release_of_main_gives_the_patch_of_it_next(ready: World) -> None:
    backport(here(ready), [fix(ready, "ONE = 1", "ONE = 11", "One is eleven")], "0.1", agreed)
    ready.git("switch", "--quiet", "release/0.1")

    status = look(here(ready, write=False))

    assert status.complete
    assert status.next == "0.1.1"


def test_what_the_freeze_does_not_allow_is_not_pushed(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "New", "feature")
    refs = ready.remote_refs()

    with pytest.raises(ReleaseError) as refused:
        backport(here(ready), [commit], "0.2", agreed)

    assert "New: it brings a fragment of the type feature" in refused.value.why
    assert refused.value.run.startswith("inv freeze --allow ")
    assert ready.remote_refs() == refs


def test_a_conflict_is_resolved_beside_and_gone_on_with(ready: World) -> None:
    fix(ready, "ONE = 1", "ONE = 2", "Two")
    commit = fix(ready, "ONE = 2", "ONE = 3", "Three")

    with pytest.raises(ReleaseError) as refused:
        backport(here(ready), [commit], "0.2", agreed)
    assert refused.value.run == (
        "cd .release/release-0.2 && git status      (resolve, git add, then inv backport --to 0.2 --continue)"
    )
    beside = replace(ready, project=ready.project / ".release" / "release-0.2")
    beside.write(CODE, "ONE = 3\n")
    beside.git("add", CODE)
    resume(here(ready), "0.2", agreed)

    assert there(ready, "release/0.2", CODE) == "ONE = 3"
    assert not beside.project.exists()


def test_it_can_be_given_up(ready: World) -> None:
    fix(ready, "ONE = 1", "ONE = 2", "Two")
    commit = fix(ready, "ONE = 2", "ONE = 3", "Three")
    refs = ready.git("for-each-ref")
    for line in ("0.2", "0.1"):
        with pytest.raises(ReleaseError):
            backport(here(ready), [commit], line, agreed)
        give_up(here(ready), line)

    assert ready.git("for-each-ref") == refs
    with pytest.raises(ReleaseError, match=r"no backport to release/0\.2 is under way"):
        resume(here(ready), "0.2", agreed)


@pytest.mark.parametrize(
    ("names", "line", "why"),
    [
        (["HEAD"], "0.9", "there is neither a branch release/0.9 nor a final release of 0.9"),
        (["HEAD"], "next", "a line reads 1.2"),
        ([], "0.2", "no commit was named"),
        (["nothing"], "0.2", "this clone has no such commit"),
    ],
)
def test_a_backport_is_refused(ready: World, names: list[str], line: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        backport(here(ready), names, line, agreed)

    assert refused.value.why == why
    assert refused.value.run


def test_a_merge_is_picked_as_one_change(ready: World) -> None:
    ready.git("switch", "--quiet", "--create", "topic")
    fix(ready, "ONE = 1", "ONE = 11")
    fix(ready, "TWO = 2", "TWO = 22", "Both")
    ready.git("switch", "--quiet", "main")
    ready.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")
    ready.git("push", "--quiet", "origin", "main")

    backport(here(ready), ["HEAD"], "0.2", agreed)

    assert history(ready, "release/0.2")[0] == "Merge topic"
    assert "TWO = 22" in there(ready, "release/0.2", CODE)


def test_merges_and_other_commits_are_not_picked_together(ready: World) -> None:
    ready.git("switch", "--quiet", "--create", "topic")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One")
    ready.git("switch", "--quiet", "main")
    ready.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")

    with pytest.raises(ReleaseError, match="cannot pick merges together with other commits"):
        backport(here(ready), ["HEAD", commit], "0.2", agreed)


def test_a_fix_made_on_a_line_is_brought_back_by_a_cherry_pick(ready: World) -> None:
    ready.git("switch", "--quiet", "release/0.2")
    fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "main")

    merge_back(here(ready), agreed)

    assert history(ready, "main")[0] == "One is eleven"
    assert ready.git("rev-parse", "main") == ready.remote_refs()["refs/heads/main"]


def test_a_fix_that_conflicts_is_left_to_be_resolved(ready: World) -> None:
    ready.git("switch", "--quiet", "release/0.2")
    fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "main")
    fix(ready, "ONE = 1", "ONE = 111")

    with pytest.raises(ReleaseError) as refused:
        merge_back(here(ready), agreed)

    ready.write(CODE, "ONE = 1111\n")
    ran = ready.run("bash", "-c", refused.value.run.replace("$EDITOR", "true"))
    assert ran.code == 0, ran.text
    merge_back(here(ready), agreed)


@pytest.mark.parametrize("state", ["elsewhere", "dirty", "behind"])
def test_nobody_is_left_amid_a_merge_where_it_would_be_in_the_way(ready: World, state: str) -> None:
    ready.git("switch", "--quiet", "release/0.2")
    fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "main")
    fix(ready, "ONE = 1", "ONE = 111")
    run = {"elsewhere": "git switch main", "dirty": "git stash", "behind": "git pull --ff-only origin main"}[state]
    if state == "elsewhere":
        ready.git("switch", "--quiet", "--create", "topic")
    elif state == "dirty":
        ready.write("left.txt", "")
    else:
        ready.git("reset", "--quiet", "--hard", "HEAD^")

    with pytest.raises(ReleaseError) as refused:
        merge_back(here(ready), agreed)

    assert refused.value.run == run
    assert ready.run("git", "rev-parse", "--verify", "--quiet", "CHERRY_PICK_HEAD").code == 1


def test_a_backport_that_is_given_up_leaves_the_line_as_it_is_on_the_remote(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "New", "feature")
    with pytest.raises(ReleaseError, match="it brings a fragment of the type feature"):
        backport(here(ready), [commit], "0.2", agreed)

    give_up(here(ready), "0.2")

    assert ready.git("rev-parse", "release/0.2") == ready.remote_refs()["refs/heads/release/0.2"]


def test_a_fix_and_its_note_are_backported_together(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11")
    ready.note("fix", "One is eleven")

    backport(here(ready), [commit, "HEAD"], "0.2", agreed)

    assert history(ready, "release/0.2")[:2] == ["note: One is eleven", "ONE = 1 is ONE = 11"]
