"""Giving a version up that can neither be finished nor taken back."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

from tests.support.making import ready, short, tagged
from tests.support.refusing import paste
from tests.support.world import World


def test_a_version_whose_file_name_is_taken_is_taken_back_and_the_next_one_is_released(world: World) -> None:
    world.note("feature", "Something new")
    assert world.inv("bump", "minor").code == 0
    assert world.inv("build").code == 0
    wheel = next(world.project.glob("dist/0.1.0-*/*.whl"))
    foreign = world.home / wheel.name
    foreign.write_bytes(wheel.read_bytes())
    with zipfile.ZipFile(foreign, "a") as archive:
        archive.writestr("acme/foreign.py", "")
    sent = world.run(sys.executable, "-m", "twine", "upload", "--repository-url", world.index, foreign)
    assert sent.code == 0, sent.text

    stuck = world.inv("publish", "--yes")
    assert stuck.code == 1
    assert stuck.err.strip("\n").splitlines()[-1] == "  run: inv abort && inv release 0.2.0"

    paste(world, stuck.err.strip("\n"))

    assert {name for name in world.files() if "0.2.0" in name} == {"acme-0.2.0-py3-none-any.whl", "acme-0.2.0.tar.gz"}
    assert "refs/tags/v0.1.0" not in world.remote_refs()


def test_what_is_still_private_is_not_given_up_but_taken_back(world: World) -> None:
    world.note("feature", "Something new")
    assert world.inv("bump", "minor").code == 0

    ran = world.inv("abort", "--spent", "--yes")

    assert (ran.code, ran.err.strip()) == (
        1,
        "cannot abandon acme 0.1.0\n  why: nothing of it is published yet\n  run: inv abort",
    )


def test_a_given_up_release_can_be_followed_by_the_next(world: World, shelf: Path, distributions: list[Path]) -> None:
    ready(world)
    commit = tagged(world, distributions)
    shutil.copy(distributions[0], shelf)

    ran = world.inv("abort", "--spent", "--yes")

    assert ran.code == 0, ran.text
    assert ran.out.splitlines() == [
        "this abandons acme 0.1.0; its tag and its files on an index stay as they are",
        "acme 0.1.0 is abandoned; next: inv release patch",
    ]
    assert world.remote_refs()["refs/tags/v0.1.0^{}"] == commit
    assert world.remote_refs()["refs/heads/main"] == world.git("rev-parse", "HEAD")
    assert short(world, "HEAD^") == commit[:7]
    assert list(world.files()) == [distributions[0].name]
