"""The parts of a release by CI, a job each: only one of them has an identity, only one may write to the forge."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import publish_tagged, tagged_here
from tests.commands.test_publish_from_ci import FILES
from tests.conftest import emptied as files_off
from tests.support.by_ci import context, runner, started, taken
from tests.support.forges.kinds import forge_server
from tests.support.forges.worlds import shown, token_for, with_forge
from tests.support.lines import agreed
from tests.support.mould import Mould, mould_of
from tests.support.world import World


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory, _begun: Mould, _server: tuple[str, Path]) -> Mould:
    files_off(_server[1])
    job = runner(_begun.copy(tmp_path_factory.mktemp("built") / "world"))
    publish_tagged(taken(job), agreed, only="build")
    return mould_of(job)


@pytest.fixture
def built(tmp_path: Path, _built: Mould, index: str) -> World:
    """A job of CI into which the distributions of another one were downloaded."""
    return _built.copy(tmp_path)


def emptied(job: World) -> World:
    """Let the job be one into which nothing was downloaded."""
    shutil.rmtree(job.project / "dist")
    return job


def test_the_job_with_the_identity_uploads_what_was_built_and_runs_nothing(
    built: World, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    publish_tagged(taken(built), agreed, only="upload")

    said = capsys.readouterr().out
    assert set(built.files()) == FILES
    assert ("published files" in said, "install from index" in said, "have the distributions" in said) == (
        True,
        False,
        True,
    ), said


def test_it_builds_nothing(built: World) -> None:
    with pytest.raises(ReleaseError) as refused:
        publish_tagged(taken(emptied(built)), agreed, only="upload")

    assert refused.value.why.endswith("is missing, and this job builds nothing")
    assert built.files() == {}


def test_it_uploads_no_file_that_the_tag_does_not_record(built: World) -> None:
    wheel = next((built.project / "dist").rglob("*.whl"))
    wheel.write_bytes(b"exchanged between two jobs")

    with pytest.raises(ReleaseError) as refused:
        publish_tagged(taken(built), agreed, only="upload")

    assert "these files differ from the first build" in refused.value.why
    assert built.files() == {}


def test_a_job_that_was_lost_half_way_is_run_again(built: World, shelf: Path) -> None:
    shutil.copy(next((built.project / "dist").rglob("*.whl")), shelf)

    publish_tagged(taken(built), agreed, only="upload")
    publish_tagged(taken(emptied(built)), agreed, only="upload")

    assert set(built.files()) == FILES


@pytest.mark.parametrize("part", ["proof", "page"])
def test_nothing_is_proven_or_shown_before_all_is_there(built: World, part: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        publish_tagged(taken(built), agreed, only=part)

    assert refused.value.why == "at least one index lacks files that v0.1.0 records"


def test_what_the_index_serves_is_installed_in_a_job_of_its_own(
    built: World, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_tagged(taken(built), agreed, only="upload")
    capsys.readouterr()

    publish_tagged(taken(emptied(built)), agreed, only="proof")

    assert "install from index" in capsys.readouterr().out


def test_the_page_is_made_and_shown_last(laptop: World, capsys: pytest.CaptureFixture[str]) -> None:
    with forge_server("github") as server:
        with_forge(laptop, server, environment='""')
        started(laptop)
        job = runner(laptop)
        publish_tagged(taken(job), agreed, only="build")
        publish_tagged(taken(job), agreed, only="upload")
        assert shown(server) == []
        capsys.readouterr()

        publish_tagged(taken(job, **token_for(server)), agreed, only="page")

        [page] = shown(server)
    assert (page.tag, page.draft, set(page.files) >= FILES) == ("v0.1.0", False, True)
    assert "install from index" not in capsys.readouterr().out


def test_a_part_that_there_is_not_is_refused(built: World) -> None:
    with pytest.raises(ReleaseError) as refused:
        tagged_here(context(built), only="everything")

    assert refused.value.why == 'there is no part "everything"; parts: build, record, upload, proof, page'
