"""Releasing from a branch that takes only requests: what is proposed, merged, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.commands.rehearse import rehearse
from release.commands.release import release
from release.commands.status import look
from release.engine.step import State, Waiting
from tests.support.ended import assert_clean
from tests.support.lines import Told, agreed, another, here, there
from tests.support.proposing import BRANCH, PROPOSED, proposes, seen
from tests.support.requests import lands, merge, proposed, protect, rebase, squash
from tests.support.world import World


def test_a_release_is_proposed_on_a_branch_of_its_own_and_waits(guarded: World) -> None:
    before, told = guarded.remote_refs(), Told()

    with pytest.raises(Waiting) as waiting:
        release(here(guarded), "minor", None, told)

    refs = guarded.remote_refs()
    assert refs["refs/heads/main"] == before["refs/heads/main"] == guarded.git("rev-parse", "main")
    assert set(refs) - set(before) == {PROPOSED}
    message = guarded.git("log", "-1", "--format=%B", refs[PROPOSED], cwd=guarded.remote)
    assert message == "Release acme 0.1.0\n\nRelease: 0.1.0"
    assert 'version = "0.1.0"' in there(guarded, BRANCH, "pyproject.toml")
    assert told.text.endswith(
        "this publishes acme 0.1.0:\n"
        "  release-request/0.1.0 on origin, with a pull request into main\n"
        "and, with the same command, after that is merged:\n"
        "  the tag v0.1.0 on origin\n"
        "  main continues as 0.2.0.dev0, by another pull request"
    )
    assert str(waiting.value) == (
        "acme 0.1.0 is not complete yet\n"
        "next: open a pull request from release-request/0.1.0 into main, and merge it; then nox -s release continues"
    )
    assert_clean(guarded)


def test_what_waits_is_told_and_not_proposed_again(guarded: World) -> None:
    proposes(guarded)
    refs = guarded.remote_refs()

    assert "is not complete yet" in proposes(guarded)

    assert guarded.remote_refs() == refs
    assert seen(guarded)["propose the release commit"] is State.WAITING


def test_another_clone_waits_for_the_same_request(guarded: World) -> None:
    other = another(guarded)
    proposes(guarded)
    refs = guarded.remote_refs()

    proposes(other)

    assert other.remote_refs() == refs


def test_who_comes_second_with_a_proposal_goes_on_with_the_first(guarded: World) -> None:
    """Both have looked, and neither saw a branch there."""
    other = another(guarded)

    def meanwhile(_: str) -> None:
        proposes(other)

    with pytest.raises(Waiting):
        release(here(guarded), "minor", None, meanwhile)

    assert other.git("ls-remote", "origin", PROPOSED) == guarded.git("ls-remote", "origin", PROPOSED) != ""


@pytest.mark.parametrize(("way", "between"), [(merge, True), (squash, False), (rebase, True)])
def test_however_it_was_merged_the_same_command_goes_on(
    guarded: World, way: Callable[[World, str], str], between: bool
) -> None:
    proposed(guarded)
    if between:
        lands(guarded, **{"src/acme/more.py": '"""More."""\n'})
    way(guarded, BRANCH)

    release(here(guarded), "minor", None, agreed)

    refs = guarded.remote_refs()
    tagged = refs["refs/tags/v0.1.0^{}"]
    assert guarded.git("log", "-1", "--format=%(trailers:key=Release,valueonly)", tagged, cwd=guarded.remote) in (
        "0.1.0",
        "",  # below the trailer of a squash stand its authors
    )
    assert 'version = "0.1.0"' in there(guarded, "v0.1.0", "pyproject.toml")
    assert guarded.run("git", "merge-base", "--is-ancestor", tagged, "main", cwd=guarded.remote).code == 0
    assert PROPOSED not in refs
    assert 'version = "0.2.0.dev0"' in there(guarded, "release-request/after-0.1.0", "pyproject.toml")
    assert_clean(guarded)


def test_a_merged_release_goes_on_in_a_fresh_clone_with_what_came_after(guarded: World) -> None:
    proposed(guarded)
    released = squash(guarded, BRANCH)
    lands(guarded, **{"src/acme/more.py": '"""More."""\n'})

    release(here(another(guarded)), "auto", None, agreed)

    assert guarded.remote_refs()["refs/tags/v0.1.0^{}"] == released


def test_the_line_is_open_again_once_the_second_request_is_merged(guarded: World) -> None:
    proposed(guarded)
    merge(guarded, BRANCH)
    release(here(guarded), "minor", None, agreed)
    refs = guarded.remote_refs()

    status = look(here(guarded, write=False))
    assert status.complete
    assert status.steps[-1][1].fact == (
        "pull request: release-request/after-0.1.0 (open a pull request into main for it)"
    )
    squash(guarded, "release-request/after-0.1.0")
    status = look(here(guarded, write=False))

    assert guarded.remote_refs()["refs/tags/v0.1.0"] == refs["refs/tags/v0.1.0"]
    assert status.steps[-1][1].fact.startswith("main is 0.2.0.dev0 since ")


def test_the_next_release_starts_after_it(guarded: World) -> None:
    proposed(guarded)
    rebase(guarded, BRANCH)
    release(here(guarded), "minor", None, agreed)
    squash(guarded, "release-request/after-0.1.0")
    lands(guarded, **{"changelog.d/+more.fix.md": "More\n"})
    guarded.git("pull", "--quiet")

    with pytest.raises(Waiting):
        release(here(guarded), "auto", None, agreed)

    assert "refs/heads/release-request/0.1.1" in guarded.remote_refs()


def test_a_dry_run_says_what_waits_and_writes_nothing(guarded: World, capsys: pytest.CaptureFixture[str]) -> None:
    proposed(guarded)
    refs = guarded.remote_refs()

    release(here(guarded, write=False), "minor", None, agreed, dry_run=True)

    out = capsys.readouterr().out
    assert "  waiting propose the release commit" in out
    assert out.endswith("nothing was changed\n")
    assert guarded.remote_refs() == refs


def test_a_rehearsal_needs_nobody_to_merge(guarded: World, capsys: pytest.CaptureFixture[str]) -> None:
    refs = guarded.remote_refs()

    rehearse(here(guarded, write=False), "minor", None)

    assert "this release would have succeeded: acme 0.1.0" in capsys.readouterr().out
    assert guarded.remote_refs() == refs


def test_a_candidate_is_proposed_too_and_not_repeated_for_its_merge_alone(guarded: World) -> None:
    with pytest.raises(Waiting):
        release(here(guarded), "minor", "rc", agreed)
    merge(guarded, "release-request/0.1.0rc1")

    release(here(guarded), "minor", "rc", agreed)
    refs = guarded.remote_refs()
    release(here(guarded), "minor", "rc", agreed)

    assert "refs/tags/v0.1.0rc1" in refs
    assert guarded.remote_refs() == refs


def test_a_branch_that_the_remote_does_not_let_go_is_told_and_no_failure(
    guarded: World, capsys: pytest.CaptureFixture[str]
) -> None:
    proposed(guarded)
    merge(guarded, BRANCH)
    protect(guarded, "main", BRANCH)

    release(here(guarded), "minor", None, agreed)

    assert "  warn    delete release-request/0.1.0" in capsys.readouterr().out
    assert "refs/tags/v0.1.0" in guarded.remote_refs()
