"""The tag: seen here and on the remote, pushed with its branch, left half-way, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.artifacts.distributions import recorded
from release.base.errors import ReleaseError
from release.engine.step import State, absent, conflict, done
from release.steps.tag import TAG, PushRefused
from tests.support.making import (
    clone_of,
    place_distributions,
    pushed_by_another,
    record,
    release_commit,
    releasing,
    tag,
    tagged,
)
from tests.support.signing import signs_with
from tests.support.traces import traces
from tests.support.world import World


def undo(world: World) -> None:
    assert TAG.undo is not None
    TAG.undo(releasing(world))


def test_it_is_to_do_without_a_release_commit(repository: World) -> None:
    assert TAG.observe(releasing(repository)) == absent("there is no release commit")


def test_it_is_to_do_while_the_remote_does_not_have_it(repository: World) -> None:
    release_commit(repository)

    assert TAG.observe(releasing(repository)) == absent("v0.1.0 is not on origin")


def test_it_is_done_when_it_means_the_release_commit_on_the_remote(repository: World) -> None:
    commit = tagged(repository)

    assert TAG.observe(releasing(repository)) == done(f"v0.1.0 is {commit[:7]} on origin")


def test_a_tag_of_somebody_else_on_another_commit_is_a_conflict(repository: World) -> None:
    other = clone_of(repository, "another")
    theirs = other.commit("theirs")
    other.git("push", "--quiet", "origin", tag(other))
    ours = release_commit(repository)

    fact = f"v0.1.0 is {theirs[:7]} on origin, ours is {ours[:7]}"
    assert TAG.observe(releasing(repository)) == conflict(fact, "inv abort")


def test_the_conflict_names_who_made_the_other_commit_when_it_is_known_here(repository: World) -> None:
    other = clone_of(repository, "another")
    other.git("config", "user.name", "Grace Hopper")
    other.git("config", "user.email", "grace@example.org")
    theirs = tagged(other)
    ours = release_commit(repository)
    repository.git("fetch", "--quiet", "--no-tags")
    when = repository.git("show", "--no-patch", "--date=format-local:%Y-%m-%d %H:%M", "--format=%cd", theirs)

    seen = TAG.observe(releasing(repository))

    fact = f"v0.1.0 is {theirs[:7]} on origin (Grace Hopper <grace@example.org>, {when}), ours is {ours[:7]}"
    assert seen == conflict(fact, "inv abort")


def test_a_tag_on_another_commit_here_is_a_conflict(repository: World) -> None:
    tag(repository)
    here, commit = repository.git("rev-parse", "HEAD"), release_commit(repository)

    fact = f"v0.1.0 is {here[:7]} here, the release commit is {commit[:7]}"
    assert TAG.observe(releasing(repository)) == conflict(fact, "git tag --delete v0.1.0")


def test_branch_and_tag_reach_the_remote_and_the_tag_records_the_distributions(
    repository: World, distributions: list[Path]
) -> None:
    commit = release_commit(repository)
    place_distributions(repository, distributions)

    TAG.do(releasing(repository))

    refs = repository.remote_refs()
    assert refs["refs/heads/main"] == refs["refs/tags/v0.1.0^{}"] == commit
    assert repository.git("tag", "--list", "--format=%(contents)", "v0.1.0") == record(distributions)
    assert TAG.observe(releasing(repository)) == done(f"v0.1.0 is {commit[:7]} on origin")


def test_a_tag_that_was_made_and_not_pushed_is_pushed_as_it_is(repository: World) -> None:
    commit = release_commit(repository)
    tag(repository)
    made = repository.git("rev-parse", "v0.1.0")

    assert TAG.observe(releasing(repository)) == absent("v0.1.0 is not on origin", begun=True)
    TAG.do(releasing(repository))

    refs = repository.remote_refs()
    assert refs["refs/tags/v0.1.0"] == made
    assert refs["refs/heads/main"] == commit


def test_a_tag_that_was_pushed_without_its_branch_is_completed(repository: World) -> None:
    """Nothing of ours pushes so, but a person may have."""
    commit = release_commit(repository)
    repository.git("push", "--quiet", "origin", tag(repository))

    assert TAG.observe(releasing(repository)) == done(f"v0.1.0 is {commit[:7]} on origin")


def test_a_tag_that_only_the_remote_has_is_fetched(repository: World) -> None:
    commit = tagged(repository)
    repository.git("tag", "--delete", "v0.1.0")

    assert TAG.observe(releasing(repository)) == absent(
        f"v0.1.0 is {commit[:7]} on origin but not in this clone", begun=True
    )
    TAG.do(releasing(repository))

    assert repository.git("rev-parse", "v0.1.0") == repository.remote_refs()["refs/tags/v0.1.0"]


def test_a_push_that_the_remote_refuses_moves_neither_and_leaves_no_tag(repository: World) -> None:
    release_commit(repository)
    pushed_by_another(repository)
    before = traces(repository)

    with pytest.raises(PushRefused) as refusal:
        TAG.do(releasing(repository))

    after = traces(repository)
    assert refusal.value.what == "cannot push v0.1.0 to origin"
    assert "[rejected]" in refusal.value.why
    assert after.remote == before.remote
    assert repository.git("tag", "--list") == ""
    assert after.files == before.files


def test_a_push_that_is_refused_leaves_a_tag_that_was_there_before(repository: World) -> None:
    release_commit(repository)
    tag(repository)
    pushed_by_another(repository)

    with pytest.raises(PushRefused):
        TAG.do(releasing(repository))

    assert repository.git("tag", "--list") == "v0.1.0"


def test_undoing_deletes_it_here_and_there(repository: World) -> None:
    commit = tagged(repository)

    undo(repository)

    assert list(repository.remote_refs()) == ["HEAD", "refs/heads/main"]
    assert repository.git("tag", "--list") == ""
    assert TAG.observe(releasing(repository)) == absent("v0.1.0 is not on origin")
    assert repository.git("rev-parse", "HEAD") == commit


def test_undoing_leaves_a_tag_that_is_not_ours(repository: World) -> None:
    other = clone_of(repository, "another")
    theirs = other.commit("theirs")
    other.git("push", "--quiet", "origin", tag(other))
    release_commit(repository)
    tag(repository)

    undo(repository)

    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == theirs
    assert repository.git("tag", "--list") == ""


def test_undoing_leaves_a_tag_here_that_is_on_another_commit(repository: World) -> None:
    tag(repository)
    release_commit(repository)

    undo(repository)

    assert repository.git("tag", "--list") == "v0.1.0"


def test_undoing_is_refused_when_somebody_replaced_the_tag_meanwhile(repository: World) -> None:
    """The remote deletes it only while it is the very object that was seen."""
    tagged(repository)
    ctx = releasing(repository)
    seen = TAG.observe(ctx)
    other = clone_of(repository, "another")
    other.git("tag", "--force", "--annotate", "--message", "theirs", "v0.1.0", "v0.1.0^{}")
    other.git("push", "--quiet", "--force", "origin", "v0.1.0")
    theirs = other.git("rev-parse", "v0.1.0")

    assert TAG.undo is not None
    with pytest.raises(ReleaseError) as refusal:
        TAG.undo(ctx)

    assert seen.state is State.DONE
    assert refusal.value.what == "cannot delete v0.1.0 on origin"
    assert repository.remote_refs()["refs/tags/v0.1.0"] == theirs


def test_undoing_works_for_a_tag_without_annotation(repository: World) -> None:
    release_commit(repository)
    repository.git("tag", "v0.1.0")
    repository.git("push", "--quiet", "origin", "main", "v0.1.0")

    undo(repository)

    assert "refs/tags/v0.1.0" not in repository.remote_refs()


def test_a_tag_that_git_leaves_unsigned_is_taken_back_and_not_pushed(repository: World) -> None:
    """An ssh key that cannot be read: git says so, makes the tag without a signature, and exits 0."""
    release_commit(repository)
    for name, value in (("gpg.format", "ssh"), ("tag.gpgSign", "true"), ("user.signingKey", "/nowhere/key")):
        repository.git("config", name, value)

    with pytest.raises(ReleaseError) as refusal:
        TAG.do(releasing(repository))

    assert refusal.value.what.startswith(("cannot sign v0.1.0", "command failed: git"))  # a later git exits 1
    assert repository.git("tag", "--list") == ""
    assert list(repository.remote_refs()) == ["HEAD", "refs/heads/main"]


def test_a_tag_is_signed_where_git_is_told_to(repository: World) -> None:
    signs_with(repository, "adas", "ada@example.org", listed=False)
    repository.git("config", "tag.gpgSign", "true")
    release_commit(repository)

    TAG.do(releasing(repository))

    assert "-----BEGIN SSH SIGNATURE-----" in repository.git("cat-file", "tag", "v0.1.0", cwd=repository.remote)


def test_a_tag_of_an_earlier_attempt_that_this_clone_still_has_gives_no_wrong_hashes(
    repository: World, distributions: list[Path]
) -> None:
    tagged(repository, distributions)
    first = repository.git("rev-parse", "refs/tags/v0.1.0")
    elsewhere = clone_of(repository)
    repository.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")
    repository.git("tag", "--delete", "v0.1.0")
    repository.git("push", "--quiet", "origin", tag(repository, distributions[:1]))
    assert elsewhere.git("rev-parse", "refs/tags/v0.1.0") == first
    ctx = releasing(elsewhere)

    seen = TAG.observe(ctx)

    assert [each.name for each in recorded(ctx)] == [distributions[0].name]
    assert seen.state is State.CONFLICT
    assert elsewhere.run("bash", "-c", seen.run).code == 0
    assert TAG.observe(releasing(elsewhere)).state is State.DONE
