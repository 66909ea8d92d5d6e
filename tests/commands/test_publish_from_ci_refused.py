"""What a job of CI does not publish: another tag than the remote has, other bytes, a commit that no line has."""

from __future__ import annotations

import subprocess

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import publish_tagged, tagged_here
from release.context_loader import load_context
from tests.support.by_ci import context, runner, taken
from tests.support.lines import agreed
from tests.support.world import World


def test_only_a_job_of_ci_with_the_tag_of_a_release_takes_it(begun: World) -> None:
    job = runner(begun)
    assert tagged_here(load_context(job.project, job.environment(), write=False)) is None

    job.git("checkout", "--quiet", "--detach", "HEAD^")
    assert tagged_here(context(job)) is None
    with pytest.raises(ReleaseError, match="this is not a CI job with a release tag checked out"):
        tagged_here(context(job), only="build")


def test_another_version_than_the_tag_is_refused(begun: World) -> None:

    with pytest.raises(ReleaseError, match=r"0\.1\.0 is checked out"):
        tagged_here(context(runner(begun)), "0.2.0")


def test_a_tag_that_is_gone_from_the_remote_is_not_published(begun: World) -> None:
    job = runner(begun)
    begun.git("push", "--quiet", "origin", ":refs/tags/v0.1.0")

    with pytest.raises(ReleaseError, match=r"v0\.1\.0 is not there on origin, [0-9a-f]{7} is checked out") as caught:
        tagged_here(context(job))
    assert caught.value.run == "git ls-remote --tags origin"


def test_a_tag_that_was_moved_is_not_published_and_the_advice_checks_it_out(begun: World) -> None:
    job = runner(begun)
    begun.git("tag", "--force", "--annotate", "--message", "moved", "v0.1.0", "HEAD^")
    begun.git("push", "--quiet", "--force", "origin", "refs/tags/v0.1.0")

    with pytest.raises(ReleaseError, match=r"v0\.1\.0 is [0-9a-f]{9} on origin, [0-9a-f]{7} is checked out") as caught:
        tagged_here(context(job))
    subprocess.run(["sh", "-c", caught.value.run], cwd=job.project, check=True, capture_output=True)

    assert job.git("rev-parse", "HEAD") == begun.git("rev-parse", "v0.1.0^{commit}")


def test_a_commit_on_no_branch_is_not_published(begun: World) -> None:
    job = runner(begun)
    begun.git("update-ref", "refs/heads/main", "refs/heads/main^", cwd=begun.remote)

    with pytest.raises(ReleaseError, match="no release branch of origin has the commit"):
        tagged_here(context(job))


def test_other_bytes_than_the_tag_records_are_refused(begun: World) -> None:
    job = runner(begun)
    publish_tagged(taken(job), agreed, only="build")
    next((job.project / "dist").rglob("*.whl")).write_bytes(b"other")

    with pytest.raises(ReleaseError, match="these files differ from the first build"):
        publish_tagged(taken(job), agreed)

    assert begun.files() == {}
