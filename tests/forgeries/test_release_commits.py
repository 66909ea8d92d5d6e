"""Trailers that a contributor writes: none of them makes, hides, ends or completes a release."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import publish_tagged, tagged_here
from release.commands.release import release
from release.current_release import newest
from release.engine.gate import GatesRefused
from release.engine.step import State
from release.pipeline import complete, take
from release.steps.commit import COMMIT
from release.steps.reopen_line import REOPEN
from tests.forgeries.forging import EVIL, contributor, pushed
from tests.support.by_ci import context, runner
from tests.support.lines import Told, agreed, configured, final, frozen, here, released, reopened
from tests.support.making import ready, release_commit, releasing, set_version, told
from tests.support.world import World


def pulled(world: World) -> World:
    world.git("pull", "--quiet", "--ff-only")
    return world


def test_a_trailer_in_the_message_of_any_change_is_no_release_commit(repository: World) -> None:
    ready(repository)
    pushed(repository, "Improve the code\n\nRelease: 0.1.0", **EVIL)
    pulled(repository)

    assert newest(here(repository)) is None
    assert COMMIT.observe(releasing(repository)).state is State.ABSENT


def test_a_trailer_in_a_squash_as_github_writes_it_is_no_release_commit(repository: World) -> None:
    ready(repository)
    message = "Improve the code (#7)\n\nRelease: 0.1.0\n\nCo-authored-by: Mallory <mallory@example.org>"
    pushed(repository, message, **EVIL)
    pulled(repository)

    assert newest(here(repository)) is None


def test_an_empty_commit_on_a_merged_side_branch_is_no_release_commit(repository: World) -> None:
    ready(repository)
    there = contributor(repository)
    there.git("switch", "--quiet", "--create", "side")
    there.commit("evil", **EVIL)
    there.commit("Release acme 0.1.0\n\nRelease: 0.1.0")
    there.git("switch", "--quiet", "main")
    there.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    there.git("push", "--quiet", "origin", "main")
    pulled(repository)

    assert newest(here(repository)) is None


def test_a_release_commit_that_adds_code_is_refused(repository: World) -> None:
    ready(repository)
    there = contributor(repository)
    set_version(there, "0.1.0")
    told(there, "0.1.0")
    there.commit("Release acme 0.1.0\n\nRelease: 0.1.0", **EVIL)
    there.git("push", "--quiet", "origin", "main")
    pulled(repository)

    assert COMMIT.observe(releasing(repository)).state is State.CONFLICT


def test_a_release_commit_of_an_empty_change_is_refused(repository: World) -> None:
    ready(repository)
    pushed(repository, "Release acme 0.1.0\n\nRelease: 0.1.0")
    pulled(repository)

    assert COMMIT.observe(releasing(repository)).state in (State.CONFLICT, State.ABSENT)


def test_a_trailer_on_a_frozen_line_switches_no_gate_off(repository: World) -> None:
    released(repository)
    frozen(repository)
    pushed(repository, "Improve\n\nRelease: 0.2.0", "release/0.2", **EVIL)
    pulled(repository)

    assert newest(here(repository)) is None


def test_many_false_trailers_do_not_hide_the_release_in_progress(repository: World) -> None:
    ready(repository)
    release_commit(repository)
    for number in range(51):
        repository.git("commit", "--quiet", "--allow-empty", "--message", f"x\n\nRelease: 9.0.{number}")

    found = newest(here(repository))

    assert found is not None
    assert str(found.release.version) == "0.1.0"


def test_a_false_end_does_not_hide_the_release_in_progress(repository: World) -> None:
    ready(repository)
    commit = release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")
    pushed(repository, "Improve\n\nAborted: 0.1.0", **{"README.md": "# better\n"})
    pulled(repository)

    assert releasing(repository).release_commit() == commit


def test_a_false_opening_does_not_complete_a_release(repository: World) -> None:
    ready(repository)
    release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")
    pushed(repository, "Improve\n\nReopened-after: 0.1.0", **{"README.md": "# better\n"})
    pulled(repository)
    ctx = newest(here(repository))

    assert ctx is not None
    assert REOPEN.observe(ctx).state is State.ABSENT
    assert not complete(ctx)


def test_a_version_that_was_changed_by_hand_does_not_complete_a_release(repository: World) -> None:
    ready(repository)
    release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")
    set_version(repository, "0.3.0.dev0")
    repository.commit("a version")
    repository.git("push", "--quiet", "origin", "main")
    ctx = newest(here(repository))

    assert ctx is not None
    assert not complete(ctx)


def test_a_false_mark_on_main_takes_no_version_away(repository: World) -> None:
    released(repository)
    pushed(repository, "Improve\n\nFrozen: 0.2", **{"README.md": "# better\n"})
    pulled(repository)
    repository.note("feature", "New")

    assert str(take(here(repository), "minor").release.version) == "0.2.0"


def test_ci_publishes_no_tag_on_a_change_with_a_trailer(laptop: World) -> None:
    there = contributor(laptop)
    there.commit("Improve\n\nRelease: 0.1.0", **EVIL)
    there.git("tag", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    there.git("push", "--quiet", "origin", "main", "v0.1.0")

    assert tagged_here(context(runner(laptop))) is None


def test_ci_publishes_no_tag_on_a_release_commit_that_adds_code(laptop: World) -> None:
    there = contributor(laptop)
    set_version(there, "0.1.0")
    told(there, "0.1.0")
    there.commit("Release acme 0.1.0\n\nRelease: 0.1.0", **EVIL)
    there.git("tag", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    there.git("push", "--quiet", "origin", "main", "v0.1.0")

    with pytest.raises(ReleaseError) as refused:
        tagged_here(context(runner(laptop)))

    assert refused.value.why.endswith(
        "is not a release commit: it changes more than version and notes: src/acme/evil.py"
    )


def test_a_true_release_is_still_known_after_what_others_merged(repository: World) -> None:
    """A plain `git pull` makes the release commit the second parent of a merge; it is tagged, so it counts."""
    released(repository)
    there = contributor(repository)
    there.git("reset", "--quiet", "--hard", "v0.1.0^")
    there.commit("mine", **{"docs/mine.md": "# Mine\n"})
    there.git("merge", "--quiet", "--no-edit", "v0.1.0")
    there.git("push", "--quiet", "--force", "origin", "main")
    repository.git("fetch", "--quiet")
    repository.git("reset", "--quiet", "--hard", "origin/main")

    found = newest(here(repository))

    assert found is not None
    assert str(found.release.version) == "0.1.0"


def test_a_release_made_and_opened_by_plain_git_is_known(repository: World) -> None:
    repository.write("src/acme/extra.py", '"""More."""\n')
    final(repository, "0.1.0")
    reopened(repository, "0.1.0", "0.2.0.dev0")

    found = newest(here(repository))

    assert found is not None
    assert str(found.release.version) == "0.1.0"


def exactly_released(world: World, **files: str) -> World:
    """Let a contributor push code, and on top of it a commit that is exactly what a release makes."""
    there = contributor(world)
    if files:
        there.commit("code", **files)
    set_version(there, "0.1.0")
    told(there, "0.1.0")
    for fragment in (there.project / "changelog.d").glob("*.md"):
        fragment.unlink()
    there.commit("Release acme 0.1.0\n\nRelease: 0.1.0")
    there.git("push", "--quiet", "origin", "main")
    return there


GATE = '\n[[gates]]\nname = "no evil"\nrun = ["test", "!", "-e", "src/acme/evil.py"]\n'
APPROVERS = (
    '\n[[roles]]\nname = "qa"\nmembers = ["grace@example.org"]\n[[stages]]\nname = "production"\nroles = ["qa"]\n'
)


def test_the_gates_are_asked_of_the_commit_below_a_release_commit_of_another(repository: World) -> None:
    configured(repository, GATE)
    repository.commit("a gate")
    ready(repository)
    exactly_released(repository, **EVIL)
    pulled(repository)

    with pytest.raises(GatesRefused) as refused:
        release(here(repository), "auto", None, agreed)

    assert "no evil" in str(refused.value)
    assert "refs/tags/v0.1.0" not in repository.remote_refs()


def test_the_release_commit_of_another_is_finished_where_the_gates_agree_and_said_to_be_theirs(
    repository: World,
) -> None:
    configured(repository, GATE)
    repository.commit("a gate")
    ready(repository)
    exactly_released(repository)
    pulled(repository)
    asked = Told()

    release(here(repository), "auto", None, asked)

    assert "was made by Mallory <mallory@example.org>" in asked.text
    assert "refs/tags/v0.1.0" in repository.remote_refs()


def test_a_tag_that_a_contributor_pushed_is_not_uploaded_without_the_approval(repository: World) -> None:
    configured(repository, APPROVERS)
    repository.commit("rules")
    ready(repository)
    there = exactly_released(repository, **EVIL)
    there.git("tag", "--annotate", "--message", "acme 0.1.0", "v0.1.0")
    there.git("push", "--quiet", "origin", "v0.1.0")
    repository.git("pull", "--quiet", "--ff-only", "--tags")

    with pytest.raises(GatesRefused) as refused:
        release(here(repository), "auto", None, agreed)

    assert "as qa is missing" in str(refused.value)


def test_ci_asks_who_approved_the_tag_that_started_it(laptop: World) -> None:
    configured(laptop, APPROVERS)
    laptop.commit("rules")
    laptop.git("push", "--quiet", "origin", "main")
    there = exactly_released(laptop)
    there.git("tag", "--annotate", "--message", f"acme 0.1.0\n\n{'0' * 64}  acme-0.1.0.tar.gz", "v0.1.0")
    there.git("push", "--quiet", "origin", "v0.1.0")
    found = tagged_here(context(runner(laptop)))
    assert found is not None

    with pytest.raises(GatesRefused) as refused:
        publish_tagged(found, agreed)

    assert "as qa is missing" in str(refused.value)
