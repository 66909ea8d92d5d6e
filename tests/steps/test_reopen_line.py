"""Opening the line again: seen on the remote, left half-way, and no obstacle for those who push meanwhile."""

from __future__ import annotations

import pytest
from packaging.version import Version

from release.engine.step import State, absent, done
from release.steps.reopen_line import REOPEN
from release.values.bump import Bump
from release.versioning.next_version import opened_after
from tests.support.making import pushed_by_another, release_commit, releasing, set_version, short, tagged
from tests.support.world import World


@pytest.mark.parametrize(
    ("version", "bump", "after"),
    [("0.1.0", Bump.MINOR, "0.2.0.dev0"), ("1.2.3", Bump.MINOR, "1.3.0.dev0"), ("1.2.3", Bump.PATCH, "1.2.4.dev0")],
)
def test_the_main_branch_goes_on_with_the_next_minor_and_a_line_with_the_next_patch(
    version: str, bump: Bump, after: str
) -> None:
    assert str(opened_after(Version(version), bump)) == after


def test_it_is_to_do_while_the_release_commit_is_not_on_the_remote(repository: World) -> None:
    release_commit(repository)

    assert REOPEN.observe(releasing(repository)) == absent("main has not been reopened")


def test_it_is_to_do_while_the_line_has_the_version_of_the_release(repository: World) -> None:
    tagged(repository)

    assert REOPEN.observe(releasing(repository)) == absent("main is still 0.1.0")


def test_it_is_done_when_a_commit_carries_its_trailer(repository: World) -> None:
    tagged(repository)
    set_version(repository, "0.2.0.dev0")
    commit = repository.commit("Open main for 0.2.0.dev0\n\nReopened-after: 0.1.0")
    repository.git("push", "--quiet", "origin", "main")

    assert REOPEN.observe(releasing(repository)) == done(f"main is 0.2.0.dev0 since {commit[:7]}")


def test_it_is_done_when_somebody_gave_the_line_another_version(repository: World) -> None:
    tagged(repository)
    set_version(repository, "1.0.0.dev0")
    repository.commit("by hand")
    repository.git("push", "--quiet", "origin", "main")

    assert REOPEN.observe(releasing(repository)) == done("main is 1.0.0.dev0")


def test_it_is_to_do_while_the_clone_has_not_seen_the_remote(repository: World) -> None:
    tagged(repository)
    pushed_by_another(repository)

    assert REOPEN.observe(releasing(repository)) == absent("main is still 0.1.0")


def test_it_stays_done_when_others_push_what_this_clone_has_not_seen(repository: World) -> None:
    tagged(repository)
    REOPEN.do(releasing(repository))
    pushed_by_another(repository, theirs="theirs\n")

    assert REOPEN.observe(releasing(repository)).state is State.DONE


def test_the_next_version_reaches_the_remote(repository: World) -> None:
    commit = tagged(repository)

    REOPEN.do(releasing(repository))

    assert repository.git("rev-parse", "HEAD^") == commit
    assert repository.git("log", "-1", "--format=%B") == "Open main for 0.2.0.dev0\n\nReopened-after: 0.1.0"
    assert repository.git("show", "--format=", "--name-only", "HEAD").split() == ["pyproject.toml", "sbom.cdx.json"]
    assert '\nversion = "0.2.0.dev0"\n' in (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")
    assert REOPEN.observe(releasing(repository)) == done(f"main is 0.2.0.dev0 since {short(repository)}")


def test_a_commit_that_was_made_and_not_pushed_gives_way(repository: World) -> None:
    tagged(repository)
    set_version(repository, "0.2.0.dev0")
    made = repository.commit("Open main for 0.2.0.dev0\n\nReopened-after: 0.1.0")

    assert REOPEN.observe(releasing(repository)) == absent("main is still 0.1.0")
    REOPEN.do(releasing(repository))

    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")
    assert made not in repository.git("rev-list", "main").splitlines()


def test_a_commit_that_the_user_made_during_the_release_stays_here_and_is_mentioned(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = tagged(repository)
    mine = repository.commit("a change of mine", **{"mine.txt": "mine\n"})

    REOPEN.do(releasing(repository))

    assert repository.git("rev-parse", "HEAD") == mine
    assert repository.git("rev-parse", "origin/main^") == commit
    assert repository.git("log", "-1", "--format=%s", "origin/main") == "Open main for 0.2.0.dev0"
    printed = capsys.readouterr().out
    assert "it has 1 commit that origin does not have: git pull --rebase origin main" in printed
    repository.git("pull", "--quiet", "--rebase", "origin", "main")
    assert repository.git("log", "-2", "--format=%s") == "a change of mine\nOpen main for 0.2.0.dev0"


def test_what_others_pushed_meanwhile_is_taken_in(repository: World) -> None:
    tagged(repository)
    theirs = pushed_by_another(repository, **{"theirs.txt": "theirs\n"})

    REOPEN.do(releasing(repository))

    assert repository.git("rev-parse", "HEAD^") == theirs
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")
    assert (repository.project / "theirs.txt").exists()


def test_a_commit_that_was_made_and_not_pushed_gives_way_to_what_others_pushed(repository: World) -> None:
    tagged(repository)
    set_version(repository, "0.2.0.dev0")
    made = repository.commit("Open main for 0.2.0.dev0\n\nReopened-after: 0.1.0")
    theirs = pushed_by_another(repository)

    REOPEN.do(releasing(repository))

    assert repository.git("rev-parse", "HEAD^") == theirs
    assert repository.git("rev-parse", "HEAD") != made
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")


def test_a_line_that_diverged_by_a_commit_of_the_user_is_opened_on_what_the_remote_has(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    tagged(repository)
    mine = repository.commit("a change of mine", **{"mine.txt": "mine\n"})
    theirs = pushed_by_another(repository)

    REOPEN.do(releasing(repository))

    assert repository.git("rev-parse", "origin/main^") == theirs
    assert repository.git("rev-parse", "HEAD") == mine
    assert "git pull --rebase origin main" in capsys.readouterr().out


def test_a_project_without_a_version_of_its_own_is_marked_by_a_commit_that_changes_nothing(repository: World) -> None:
    """Where the tag is the version (dynamic) there is nothing to write; the trailer still says that it is complete."""
    path = repository.project / "pyproject.toml"
    text = path.read_text(encoding="utf-8").replace('version = "0.1.0.dev0"\n', 'dynamic = ["version"]\n')
    path.write_text(text, encoding="utf-8")
    repository.commit("dynamic")
    tagged(repository)

    REOPEN.do(releasing(repository))

    assert REOPEN.observe(releasing(repository)).state.name == "DONE"
