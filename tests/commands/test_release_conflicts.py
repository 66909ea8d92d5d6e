"""What stands in the place of a release in hand and is not ours is a conflict; nothing is changed by telling so."""

from __future__ import annotations

from pathlib import Path

from tests.support.making import clone_of, place_distributions, ready, record, release_commit, tag, tagged
from tests.support.refusing import paste, refusal, without_run
from tests.support.world import World


def test_other_bytes_on_the_index_are_a_conflict_of_the_release_in_hand(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    ready(world)
    tagged(world, distributions)
    sdist = distributions[-1]
    (shelf / sdist.name).write_bytes(b"other bytes")
    theirs, ours = world.files()[sdist.name], record([sdist]).split()[2]

    message = refusal(world)

    assert without_run(message) == (
        "cannot upload to local for acme 0.1.0\n"
        f"  why: {sdist.name} is on local with sha256 {theirs[:8]}.., the built file has {ours[:8]}..; "
        "an uploaded file cannot be replaced"
    )
    assert sorted(world.files()) == [sdist.name]
    paste(world, message)
    assert "acme-0.1.1.tar.gz" in world.files()


def test_the_build_that_differs_from_the_tag_is_a_conflict(world: World, distributions: list[Path]) -> None:
    ready(world)
    commit = tagged(world, distributions)
    folder = world.project / "dist" / f"0.1.0-{commit[:12]}"
    sdist = distributions[-1]
    (folder / sdist.name).write_bytes(b"other bytes")
    ours, theirs = record([sdist]).split()[2], record([folder / sdist.name]).split()[2]

    assert refusal(world) == (
        "cannot build the distributions for acme 0.1.0\n"
        f"  why: here: {sdist.name} (sha256 {theirs[:8]}..); v0.1.0 says {sdist.name} (sha256 {ours[:8]}..)\n"
        "       these files differ from the first build\n"
        f"  run: rm -r dist/{folder.name}"
        "      (builds again; if it still differs: "
        f"copy dist/{folder.name} from the other clone, or inv abort)"
    )


def test_the_tag_of_somebody_else_on_another_commit_is_a_conflict_of_the_release_in_hand(repository: World) -> None:
    ready(repository)
    ours = release_commit(repository)
    other = clone_of(repository, "another")
    other.git("switch", "--quiet", "--create", "topic")
    theirs = other.commit("not on main")
    other.git("push", "--quiet", "origin", tag(other))

    assert refusal(repository) == (
        "cannot tag and push for acme 0.1.0\n"
        f"  why: v0.1.0 is {theirs[:7]} on origin, ours is {ours[:7]}\n"
        "  run: inv abort"
    )
    ran = repository.inv("abort", "--yes")
    assert ran.code == 0, ran.text
    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == theirs


def test_distributions_of_another_release_are_refused(world: World, distributions: list[Path]) -> None:
    ready(world)
    release_commit(world, "0.2.0")
    folder = place_distributions(world, distributions, "0.2.0")

    ran = world.inv("release", "auto", "--yes")

    assert ran.code == 1
    assert "acme-0.1.0-py3-none-any.whl is not a file of acme 0.2.0" in ran.err
    assert "contents" not in ran.err
    assert folder.is_dir()
