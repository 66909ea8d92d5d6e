"""Two people who release at the same moment: one wins, the other is told who it was and can go on at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.killing import Running, told
from tests.faults.worlds import Behind, elsewhere
from tests.support.ended import End, assert_clean, end_of
from tests.support.mould import Mould
from tests.support.seed import MORE
from tests.support.world import World


@pytest.fixture(scope="session")
def unbroken_tag(tmp_path_factory: pytest.TempPathFactory, tagged_only: Mould) -> End:
    """How a release without an index ends that nothing disturbed."""
    return _undisturbed(tagged_only, tmp_path_factory.mktemp("unbroken") / "world")


@pytest.fixture(scope="session")
def unbroken_tag_and_no_more(tmp_path_factory: pytest.TempPathFactory, tag_and_no_more: Mould) -> End:
    """How a release ends that nothing follows and nothing disturbed."""
    return _undisturbed(tag_and_no_more, tmp_path_factory.mktemp("unbroken") / "world")


def _undisturbed(mould: Mould, place: Path) -> End:
    world = mould.copy(place)
    world.released("minor")
    return end_of(world, "")


@pytest.mark.journey
@pytest.mark.parametrize("round_", range(6 * MORE))
def test_of_two_releases_at_once_one_wins(
    round_: int, tag_and_no_more: Mould, unbroken_tag_and_no_more: End, tmp_path: Path
) -> None:
    """The push of branch and tag decides; nothing comes after it."""
    world = tag_and_no_more.copy(tmp_path / "world")

    loser = _race(world, tmp_path)

    assert end_of(world, "") == unbroken_tag_and_no_more
    _goes_on(*loser)


@pytest.mark.journey
@pytest.mark.parametrize("round_", range(2 * MORE))
def test_of_two_releases_at_once_one_wins_and_opens_the_line(
    round_: int, tagged_only: Mould, unbroken_tag: End, tmp_path: Path
) -> None:
    """The winner pushes once more while the loser looks."""
    world = tagged_only.copy(tmp_path / "world")

    loser = _race(world, tmp_path)

    assert end_of(world, "") == unbroken_tag
    _goes_on(*loser)


@pytest.mark.journey
@pytest.mark.parametrize("round_", range(3 * MORE))
def test_of_two_releases_at_once_to_an_index_one_wins(
    round_: int, behind: Behind, fresh: Mould, unbroken: End, tmp_path: Path
) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)

    loser = _race(world, tmp_path)

    assert end_of(world) == unbroken
    _goes_on(*loser)


@pytest.mark.journey
@pytest.mark.parametrize("round_", range(3 * MORE))
def test_the_same_person_twice_at_once_makes_one_release(
    round_: int, tagged_only: Mould, unbroken_tag: End, tmp_path: Path
) -> None:
    """Two jobs of a CI, for example; commits that they make in the same second are one commit, and both win."""
    world = tagged_only.copy(tmp_path / "world")
    clones = [world, elsewhere(world)]
    runs = [Running(clone, tmp_path / f"log-{number}") for number, clone in enumerate(clones)]

    codes = [run.wait() for run in runs]

    assert sorted(codes) in ([0, 0], [0, 1]), "\n".join(run.text() for run in runs)
    assert end_of(world, "") == unbroken_tag
    for clone, run in zip(clones, runs, strict=True):
        print(run.text())  # pytest shows it when the next line fails
        assert_clean(clone)


def _race(world: World, place: Path) -> tuple[World, str]:
    """Release from two clones at once; return the clone that lost and what it was told."""
    clones = [world, elsewhere(world)]
    world.git("config", "user.name", "Grace Hopper")  # the same person's commits, made in one second, are the same
    runs = [Running(clone, place / f"log-{number}") for number, clone in enumerate(clones)]
    codes = [run.wait() for run in runs]
    texts = [run.text() for run in runs]
    assert sorted(codes) == [0, 1], "\n".join(texts)
    lost = codes.index(1)
    return clones[lost], texts[lost]


def _goes_on(loser: World, text: str) -> None:
    """Fail unless the one who lost is told who won and what to run, has a clean clone, and that line works."""
    tagged = loser.git("rev-parse", "--short=7", "v0.1.0^{commit}", cwd=loser.remote)
    moved = re.search(r"main is \w{7} here and (\w{7}) on origin", text)
    assert f"v0.1.0 is {tagged}" in text or moved, text
    assert_clean(loser)

    ran = loser.run("bash", "-c", told(text))

    assert ran.code == 0, ran.text
    assert loser.git("rev-parse", "HEAD") == loser.remote_refs()["refs/heads/main"]
    assert_clean(loser)
