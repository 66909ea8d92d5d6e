"""Publishing in CI: with the tag checked out, the same command builds, compares, uploads and proves, and no more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.abort import abort
from release.commands.publish_from_ci import publish_tagged
from release.commands.release import release
from release.commands.status import look, show
from release.context_loader import load_context
from tests.support.by_ci import runner, started, taken
from tests.support.forges.kinds import forge_server
from tests.support.forges.worlds import shown, token_for, with_forge
from tests.support.lines import Told, agreed, here
from tests.support.making import ready
from tests.support.world import World, make_world

FILES = {"acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"}


def test_the_laptop_tags_and_waits_and_the_job_publishes_the_same_bytes(
    laptop: World, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told()
    assert started(laptop, agree=told).startswith("0 of 2 files are on local")
    assert laptop.files() == {}
    assert "the distributions on local, by the CI workflow for the tag" in told.text
    assert "index account" not in capsys.readouterr().out

    publish_tagged(taken(runner(laptop)), agreed)

    built = {path.name: path.read_bytes() for path in (laptop.project / "dist").rglob("acme-*")}
    assert set(laptop.files()) == FILES == set(built)
    said = capsys.readouterr().out
    assert "install from index" in said
    assert "main is reopened by the command that made the tag; it waits for this job" in said
    assert 'version = "0.1.0"' in laptop.git("show", "main:pyproject.toml", cwd=laptop.remote)

    release(here(laptop), "auto", None, agreed)
    assert 'version = "0.2.0.dev0"' in laptop.git("show", "main:pyproject.toml", cwd=laptop.remote)


def test_a_job_that_only_builds_compares_and_uploads_nothing(begun: World, capsys: pytest.CaptureFixture[str]) -> None:
    job = runner(begun)

    told = Told()
    publish_tagged(taken(job), told, only="build")

    assert {path.name for path in (job.project / "dist").rglob("acme-*")} == FILES
    assert (begun.files(), told.text) == ({}, "")
    assert "metadata" in capsys.readouterr().out, "the distributions were asked about"


def test_what_a_job_has_uploaded_already_is_not_uploaded_again(begun: World, shelf: Path) -> None:
    shutil.copy(next((begun.project / "dist").rglob("*.whl")), shelf)

    publish_tagged(taken(runner(begun)), agreed)
    publish_tagged(taken(runner(begun, name="again")), agreed)

    assert set(begun.files()) == FILES


def test_a_candidate_goes_the_same_way(laptop: World, capsys: pytest.CaptureFixture[str]) -> None:
    started(laptop, "rc")

    publish_tagged(taken(runner(laptop, "v0.1.0rc1")), agreed)

    assert set(laptop.files()) == {name.replace("0.1.0", "0.1.0rc1") for name in FILES}
    assert "is reopened" not in capsys.readouterr().out


def test_a_tag_that_a_checkout_left_without_its_message_is_fetched_again(begun: World) -> None:
    job = runner(begun)
    job.git("tag", "--force", "v0.1.0", "HEAD")

    publish_tagged(taken(job), agreed)

    assert set(begun.files()) == FILES


def test_a_dry_run_tells_what_is_left(begun: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    publish_tagged(taken(runner(begun)), agreed, dry_run=True)

    assert "to do   upload to local                     0 of 2 files are on local" in capsys.readouterr().out
    assert begun.files() == {}


def test_one_agrees_to_what_becomes_public(begun: World) -> None:
    told = Told()
    there = taken(runner(begun))

    publish_tagged(there, told)

    commit = str(there.release_commit())
    made = f"its commit {commit[:7]} was made by {there.git.author_of(commit)}"
    upload = "the distributions on local; an upload cannot be undone"
    assert told.text == f"\nthis publishes acme 0.1.0:\n  {made}\n  {upload}"


def test_a_project_that_publishes_from_a_laptop_is_left_alone(
    tmp_path: Path, rendered: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = ready(make_world(tmp_path, rendered, index))
    release(here(world), "minor", None, agreed)
    before = world.files()

    publish_tagged(taken(runner(world)), agreed)

    assert 'nothing to do: without publish = "ci"' in capsys.readouterr().out
    assert world.files() == before


def test_a_line_is_found_by_the_commit_of_the_tag(begun: World) -> None:
    begun.git("push", "--quiet", "origin", "v0.1.0^{}:refs/heads/release/0.1")

    assert taken(runner(begun)).release.line == "release/0.1"

    begun.git("push", "--quiet", "origin", "v0.1.0^{}:refs/heads/hotfix/0.1.0")
    assert taken(runner(begun, name="second")).release.stage == "production", "a branch alone makes no hotfix"


def test_a_laptop_needs_no_account_where_ci_publishes(laptop: World) -> None:
    told = laptop.inv("doctor", TWINE_PASSWORD="", TWINE_USERNAME="").text

    assert "by the CI workflow for the tag" in told
    assert "there is no password" not in told


def test_the_status_tells_what_is_waited_for(begun: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    ctx = here(begun, write=False)

    show(ctx, look(ctx))

    told = capsys.readouterr().out
    assert "to do   wait for local                      0 of 2 files are on local" in told
    assert "upload to local" not in told
    assert "next: nox -s release waits for the workflow of v0.1.0: the forge's page of this project" in told


def test_a_rehearsal_waits_for_no_workflow(laptop: World) -> None:
    indexes = here(laptop).config.index

    assert load_context(laptop.project, laptop.environment(), write=False, indexes=indexes).config.publish == "here"


def test_a_tagged_release_that_ci_has_not_published_can_be_taken_back(begun: World) -> None:
    abort(here(begun), agreed)

    assert "refs/tags/v0.1.0" not in begun.remote_refs()


def test_what_the_workflow_has_drafted_is_told_before_and_goes_with_the_release(
    laptop: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a token no draft can be seen, which is said."""
    with forge_server("github") as server:
        with_forge(laptop, server, environment='""')
        told = Told()
        started(laptop, agree=told)
        assert "  the release on github (127.0.0.1" in told.text
        with pytest.raises(ReleaseError, match="cannot upload acme"):
            publish_tagged(taken(runner(laptop), TWINE_PASSWORD="wrong", **token_for(server)), agreed)
        assert [(each.tag, each.draft) for each in shown(server)] == [("v0.1.0", True)]

        abort(here(laptop), agreed, dry_run=True)
        assert "drafts made by a workflow stay: " in capsys.readouterr().out
        abort(load_context(laptop.project, laptop.environment(**token_for(server))), agreed)

        assert shown(server) == []
        assert "refs/tags/v0.1.0" not in laptop.remote_refs()
