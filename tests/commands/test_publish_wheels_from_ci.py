"""Wheels that a workflow builds: all that the tag promises are recorded before anything is public, and only once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import publish_tagged
from release.commands.release import release
from tests.gates.test_built_files import wheel
from tests.support.by_ci import by_ci, runner, started, taken
from tests.support.lines import agreed, here
from tests.support.making import ready
from tests.support.world import HERE, World, make_world

TAG = f"cp{HERE.replace('.', '')}"
WHEELS = [f"acme-0.1.0-{python}-{python}-manylinux_2_17_x86_64.whl" for python in (TAG, "cp399")]
RECORD = "refs/keelway/wheels/v0.1.0"


def promising(project: Path) -> None:
    by_ci(project)
    with (project / "release.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[wheels]\nplatforms = ["manylinux_x86_64"]\npythons = ["{HERE}", "3.99"]\n')


def downloaded(job: World, names: list[str], text: str) -> None:
    """Lay wheels where the jobs that build them leave theirs; `text` makes one build of them differ from another."""
    place = job.project / "dist-wheels"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name in names:
        wheel(place, {"acme/__init__.py": f'"""{text}"""\n'}, name)


def why_not(job: World, part: str) -> str:
    with pytest.raises(ReleaseError) as refused:
        publish_tagged(taken(job), agreed, only=part)
    assert job.files() == {}
    return refused.value.why


def test_nothing_is_public_before_every_promised_wheel_is_recorded_and_then_all_are(
    tmp_path: Path, rendered: Path, index: str, shelf: Path
) -> None:
    laptop = ready(make_world(tmp_path, rendered, index, promising))

    assert started(laptop).startswith("2 wheels that v0.1.0 promises are not recorded yet")
    assert "Promised: cp399-manylinux_x86_64" in laptop.git("cat-file", "tag", "v0.1.0")

    job = runner(laptop)
    publish_tagged(taken(job), agreed, only="build")
    assert [path.name for path in (job.project / "dist").glob("0.1.0-*/*")] == ["acme-0.1.0.tar.gz"]
    downloaded(job, WHEELS[:1], "first")
    assert why_not(job, "record") == "missing: cp399-manylinux_x86_64"
    assert "are not recorded" in why_not(job, "upload")
    downloaded(job, [*WHEELS, WHEELS[0].replace("0.1.0", "0.2.0")], "first")
    assert why_not(job, "record") == f"no wheel of acme 0.1.0: {WHEELS[0].replace('0.1.0', '0.2.0')}"
    assert RECORD not in laptop.remote_refs()

    downloaded(job, WHEELS, "first")
    publish_tagged(taken(job), agreed, only="record")
    recorded = laptop.remote_refs()[RECORD]
    first = shutil.copytree(job.project / "dist-wheels", tmp_path / "first")
    publish_tagged(taken(job), agreed, only="record")  # as a job that is run again
    downloaded(job, WHEELS, "built again")
    publish_tagged(taken(job), agreed, only="record")
    assert laptop.remote_refs()[RECORD] == recorded
    assert why_not(job, "upload").startswith("not among the files that other jobs have built: ")

    shutil.copytree(first, job.project / "dist-wheels", dirs_exist_ok=True)
    shutil.copy(first / WHEELS[0], shelf)  # the job was killed after one upload
    publish_tagged(taken(job), agreed, only="upload")
    assert set(laptop.files()) == {*WHEELS, "acme-0.1.0.tar.gz"}

    release(here(laptop), "auto", None, agreed)
    assert 'version = "0.2.0.dev0"' in laptop.git("show", "main:pyproject.toml", cwd=laptop.remote)
