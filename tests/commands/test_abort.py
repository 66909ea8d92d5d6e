"""Aborting: what is ours and can be taken back is taken back; nothing else is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.making import clone_of, ready, release_commit, tag, tagged, taken_back
from tests.support.traces import traces
from tests.support.world import World


def refusal(world: World, *words: str) -> str:
    before = traces(world)
    ran = world.inv("abort", "--yes", *words)
    assert ran.code == 1, ran.text
    assert traces(world) == before
    return ran.err.strip("\n")


def aborted(world: World) -> str:
    ran = world.inv("abort", "--yes")
    assert ran.code == 0, ran.text
    return ran.out


def test_there_is_nothing_to_abort_before_the_first_release(repository: World) -> None:
    assert refusal(repository) == (
        "cannot abort: no release is in progress\n  why: there is no release yet\n  run: inv status"
    )


def test_a_complete_release_is_not_aborted(repository: World) -> None:
    ready(repository)
    repository.released("minor")

    assert refusal(repository) == (
        "cannot abort: no release is in progress\n  why: acme 0.1.0 is complete\n  run: inv status"
    )


def test_a_private_release_leaves_no_trace_and_the_files_of_the_user_survive(
    world: World, distributions: list[Path]
) -> None:
    ready(world)
    before = traces(world)
    assert world.inv("bump", "minor").code == 0
    assert world.inv("build").code == 0
    world.write("README.md", "mine\n")
    world.write("mine.txt", "mine\n")

    text = aborted(world)

    commit = text.partition("commit version and changelog: ")[2][:7]
    assert text.splitlines()[:3] == [
        "this undoes acme 0.1.0:",
        f"  build the distributions: 2 in dist/0.1.0-{text.partition('dist/0.1.0-')[2][:12]}",
        f"  commit version and changelog: {commit} on main",
    ]
    assert text.splitlines()[-1] == "acme 0.1.0 is aborted"
    assert (world.project / "README.md").read_text() == "mine\n"
    assert (world.project / "mine.txt").read_text() == "mine\n"
    world.git("checkout", "--quiet", "--", "README.md")
    (world.project / "mine.txt").unlink()
    after = traces(world)
    assert (after.refs, after.remote, after.status) == (before.refs, before.remote, "")
    assert [path for path in after.files if path.endswith((".whl", ".tar.gz"))] == []


def test_a_pushed_release_is_taken_back_by_a_commit_and_can_be_made_again(
    world: World, distributions: list[Path]
) -> None:
    ready(world)
    assert world.inv("bump", "minor").code == 0
    commit = world.git("rev-parse", "HEAD")
    refused = world.inv("publish", "--yes", TWINE_PASSWORD="not the password")
    assert " to ada, by the password from TWINE_PASSWORD" in refused.err
    assert world.remote_refs()["refs/tags/v0.1.0^{}"] == commit

    aborted(world)

    assert "refs/tags/v0.1.0" not in world.remote_refs()
    assert world.git("tag", "--list") == ""
    assert world.git("log", "-1", "--format=%s") == "Take back acme 0.1.0"
    assert world.git("rev-parse", "HEAD^") == commit, "nothing is forced"
    assert world.remote_refs()["refs/heads/main"] == world.git("rev-parse", "HEAD")
    assert world.git("diff", "--stat", f"{commit}^", "HEAD") == ""

    world.released("minor")

    assert sorted(world.files()) == [file.name for file in distributions]
    assert world.remote_refs()["refs/tags/v0.1.0^{}"] != commit
    assert (world.project / "CHANGELOG.md").read_text().count("## 0.1.0 ") == 1


def test_a_clone_that_did_not_make_the_release_takes_it_back(repository: World) -> None:
    ready(repository)
    commit = tagged(repository)
    elsewhere = clone_of(repository)

    aborted(elsewhere)

    assert "refs/tags/v0.1.0" not in elsewhere.remote_refs()
    assert elsewhere.git("rev-parse", "HEAD^") == commit
    repository.git("pull", "--quiet", "--ff-only")
    assert "acme: there is no release from main yet" in repository.inv("status").out


def test_past_the_one_way_door_nothing_is_taken_back(world: World, shelf: Path, distributions: list[Path]) -> None:
    tagged(world, distributions)
    shutil.copy(distributions[0], shelf)

    assert refusal(world) == (
        "cannot abort acme 0.1.0\n"
        "  why: 1 of 2 files are on local; that cannot be undone\n"
        "  run: inv release auto      (completes it; or inv abort --spent abandons 0.1.0)"
    )
    assert list(world.files()) == [distributions[0].name]


def test_one_file_of_ours_beside_one_of_somebody_else_is_past_the_door(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    tagged(world, distributions)
    shutil.copy(distributions[0], shelf)
    (shelf / distributions[1].name).write_bytes(b"theirs")

    assert refusal(world).splitlines()[0] == "cannot abort acme 0.1.0"


def test_a_tag_of_somebody_else_is_never_deleted(repository: World) -> None:
    ready(repository)
    other = clone_of(repository, "another")
    theirs = other.commit("theirs")
    other.git("push", "--quiet", "origin", tag(other))
    release_commit(repository)
    tag(repository)

    aborted(repository)

    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == theirs
    assert repository.git("rev-list", "--count", "origin/main..main") == "0"


def test_a_tag_that_was_made_here_and_never_pushed_goes_with_its_commit(repository: World) -> None:
    """A release that was killed between its tag and its push; else the next release would be refused."""
    ready(repository)
    release_commit(repository)
    tag(repository)

    aborted(repository)

    assert repository.git("tag", "--list") == ""
    repository.released("minor")


def test_a_tag_that_this_clone_has_not_fetched_goes_too(repository: World) -> None:
    ready(repository)
    tagged(repository)
    repository.git("tag", "--delete", "v0.1.0")

    aborted(repository)

    assert "refs/tags/v0.1.0" not in repository.remote_refs()


def test_commits_that_came_after_are_kept(repository: World) -> None:
    ready(repository)
    release_commit(repository)
    later = repository.commit("later", **{"later.txt": "later\n"})

    aborted(repository)

    assert repository.git("rev-parse", "HEAD^") == later
    assert (repository.project / "later.txt").exists()


def test_without_a_yes_nothing_is_taken_back(repository: World) -> None:
    release_commit(repository)
    before = traces(repository)

    ran = repository.inv("abort")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot ask for confirmation\n"
        "  why: there is no terminal, and --yes was not given\n"
        "  run: the same command with --yes",
    )
    assert traces(repository) == before


def test_what_would_be_taken_back_is_told_and_nothing_is_changed(repository: World) -> None:
    commit = tagged(repository)
    before = traces(repository)

    ran = repository.inv("abort", "--dry-run")

    assert ran.code == 0, ran.text
    assert ran.out.splitlines() == [
        f"  to undo tag and push                        v0.1.0 is {commit[:7]} on origin",
        f"  to undo commit version and changelog        {commit[:7]} on main",
        "nothing was changed",
    ]
    assert traces(repository) == before


def test_an_abort_that_was_stopped_half_way_goes_on(repository: World) -> None:
    """The tag is gone from the remote and from here, the release commit is still there."""
    ready(repository)
    tagged(repository)
    repository.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")
    repository.git("tag", "--delete", "v0.1.0")

    aborted(repository)

    assert repository.git("log", "-1", "--format=%s") == "Take back acme 0.1.0"
    assert repository.remote_refs()["refs/heads/main"] == repository.git("rev-parse", "HEAD")


def test_an_abort_that_was_stopped_before_its_push_goes_on(repository: World) -> None:
    """The commit that takes the release back was made and not pushed; the remote still has the release."""
    ready(repository)
    tagged(repository)
    repository.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")
    repository.git("tag", "--delete", "v0.1.0")
    repository.git("revert", "--no-commit", "HEAD")
    made = taken_back(repository)

    text = repository.inv("status").out
    ran = repository.inv("abort", "--yes")

    assert ran.code == 0, f"{text}\n{ran.text}"
    assert repository.remote_refs()["refs/heads/main"] == made == repository.git("rev-parse", "HEAD")
