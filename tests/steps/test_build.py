"""The build: seen by what lies in dist/, left half-way, and the same bytes on any machine."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from release.engine.lock import locked
from release.engine.step import absent, conflict, done
from release.steps.build import BUILD, BUILD_TO_SHOW
from tests.support.forges.kinds import forge_server
from tests.support.forges.tagged import on
from tests.support.making import (
    clone_of,
    place_distributions,
    record,
    release_commit,
    releasing,
    tag,
    tagged,
    taken_back,
)
from tests.support.traces import bytes_below
from tests.support.world import World


def folder_of(world: World, commit: str) -> Path:
    return world.project / "dist" / f"0.1.0-{commit[:12]}"


def test_it_is_to_do_without_a_release_commit(repository: World) -> None:
    assert BUILD.observe(releasing(repository)) == absent("there is no release commit")


def test_it_is_to_do_while_its_folder_is_not_there(repository: World) -> None:
    release_commit(repository)

    assert BUILD.observe(releasing(repository)) == absent("not built in this clone")


def test_it_is_done_when_its_folder_is_there(repository: World, distributions: list[Path]) -> None:
    commit = release_commit(repository)
    place_distributions(repository, distributions)

    assert BUILD.observe(releasing(repository)) == done(f"2 in dist/0.1.0-{commit[:12]}")


def test_the_build_of_another_commit_does_not_count(repository: World, distributions: list[Path]) -> None:
    release_commit(repository)
    place_distributions(repository, distributions)
    taken_back(repository)
    release_commit(repository)

    assert BUILD.observe(releasing(repository)) == absent("not built in this clone")


def test_it_is_not_needed_when_every_index_has_every_file(world: World, shelf: Path, distributions: list[Path]) -> None:
    tagged(world, distributions)
    shutil.rmtree(world.project / "dist")

    assert BUILD.observe(releasing(world)) == absent("not in this clone; v0.1.0 records the hashes")
    for file in distributions:
        shutil.copy(file, shelf)
    assert BUILD.observe(releasing(world)) == done("not needed: every index has every file")


def test_other_bytes_than_the_tag_records_are_a_conflict(repository: World, distributions: list[Path]) -> None:
    commit = tagged(repository, distributions)
    sdist = folder_of(repository, commit) / distributions[1].name
    ours = record([distributions[1]]).split()[2]
    sdist.write_bytes(b"other bytes")
    here = record([sdist]).split()[2]
    place = f"dist/0.1.0-{commit[:12]}"
    advice = f"builds again; if it still differs: copy {place} from the other clone, or inv abort"

    assert BUILD.observe(releasing(repository)) == conflict(
        f"here: {sdist.name} (sha256 {here[:8]}..); v0.1.0 says {sdist.name} (sha256 {ours[:8]}..)\n"
        "these files differ from the first build",
        f"rm -r {place}      ({advice})",
    )


def test_a_file_that_the_tag_records_and_that_is_lost_is_a_conflict(
    repository: World, distributions: list[Path]
) -> None:
    commit = tagged(repository, distributions)
    (folder_of(repository, commit) / distributions[0].name).unlink()

    seen = BUILD.observe(releasing(repository))

    assert seen.fact.startswith(f"here: nothing; v0.1.0 says {distributions[0].name} (sha256 ")


@pytest.fixture
def built(repository: World) -> Iterator[tuple[World, dict[str, str]]]:
    """A release commit, and its distributions as they were built first; git is told nothing about line ends."""
    (repository.project / ".gitattributes").unlink()
    release_commit(repository)
    ctx = releasing(repository)
    BUILD.do(ctx)
    yield repository, bytes_below(folder_of(repository, repository.git("rev-parse", "HEAD")))


def test_building_leaves_the_folder_and_nothing_else(repository: World) -> None:
    (repository.project / ".gitignore").unlink()
    commit = release_commit(repository)

    BUILD.do(releasing(repository))

    assert BUILD.observe(releasing(repository)) == done(f"2 in dist/0.1.0-{commit[:12]}")
    found = bytes_below(repository.project / "dist")
    place = f"0.1.0-{commit[:12]}"
    files = [f"{place}/acme-0.1.0-py3-none-any.whl", f"{place}/acme-0.1.0.tar.gz"]
    assert sorted(found) == sorted([".gitignore", place, *files])
    assert repository.git("status", "--porcelain", "--untracked-files=all", "--", "dist") == ""
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_a_build_that_was_killed_is_swept_away_and_done_again(repository: World) -> None:
    commit = release_commit(repository)
    left = repository.project / "dist" / ".building-x1y2z3" / "out"
    left.mkdir(parents=True)
    (left / "acme-0.1.0.tar.gz").write_bytes(b"half of it")

    assert BUILD.observe(releasing(repository)) == absent("not built in this clone")
    with locked(releasing(repository)):  # as each command that changes something
        assert not left.parent.exists()
        BUILD.do(releasing(repository))

    assert BUILD.observe(releasing(repository)) == done(f"2 in dist/0.1.0-{commit[:12]}")


def test_what_is_not_committed_gets_into_no_distribution(built: tuple[World, dict[str, str]]) -> None:
    world, first = built
    folder = folder_of(world, world.git("rev-parse", "HEAD"))
    shutil.rmtree(folder)
    world.write("src/acme/stray.py", "stray = True\n")
    world.write("README.md", "changed\n")

    BUILD.do(releasing(world))

    assert bytes_below(folder) == first


def plain(clone: World) -> None:
    """Nothing but another path and a clock that went on."""


def converting_line_ends(clone: World) -> None:
    clone.git("config", "core.autocrlf", "true")
    clone.git("rm", "--quiet", "-r", "--cached", ".")
    clone.git("reset", "--quiet", "--hard")


def private_files(clone: World) -> None:
    os.umask(0o077)


@pytest.fixture
def umask() -> Iterator[None]:
    """The umask as it was before the test."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.mark.parametrize("make", [plain, converting_line_ends, private_files])
def test_another_clone_builds_the_same_bytes(
    built: tuple[World, dict[str, str]], umask: None, make: Callable[[World], None]
) -> None:
    world, first = built
    world.git("push", "--quiet", "origin", "main")
    clone = clone_of(world, "another clone")
    make(clone)

    BUILD.do(releasing(clone, TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8"))

    assert bytes_below(folder_of(clone, clone.git("rev-parse", "HEAD"))) == first


def test_undoing_removes_the_folder(repository: World, distributions: list[Path]) -> None:
    commit = release_commit(repository)
    place_distributions(repository, distributions)
    other = repository.project / "dist" / "mine"
    other.mkdir()

    assert BUILD.undo is not None
    BUILD.undo(releasing(repository))

    assert not folder_of(repository, commit).exists()
    assert other.is_dir()


def test_a_tag_without_a_record_is_no_conflict_of_the_build(repository: World, distributions: list[Path]) -> None:
    commit = release_commit(repository)
    place_distributions(repository, distributions)
    tag(repository)

    assert BUILD.observe(releasing(repository)) == done(f"2 in dist/0.1.0-{commit[:12]}")


def test_it_is_needed_again_where_a_forge_has_yet_to_show_what_ci_has_uploaded(
    world: World, shelf: Path, distributions: list[Path]
) -> None:
    tagged(world, distributions)
    shutil.rmtree(world.project / "dist")
    for file in distributions:
        shutil.copy(file, shelf)

    with forge_server("github") as server:
        ctx = on(world, server)
        by_ci = replace(ctx, config=replace(ctx.config, publish="ci"))

        seen = BUILD_TO_SHOW.observe(by_ci)
        seen_here = BUILD_TO_SHOW.observe(ctx)  # here the draft comes first, so it was there

    assert seen == absent("every index has every file, but the forge does not")
    assert seen_here == done("not needed: every index has every file")


def test_release_is_in_no_distribution_whatever_the_backend_is_told(repository: World) -> None:
    """hatchling packs into the sdist all that git tracks; an adopted project does not say otherwise."""
    path = repository.project / "pyproject.toml"
    told = 'only-include = ["src", "tests", "CHANGELOG.md", "sbom.cdx.json"]\n'
    text = path.read_text(encoding="utf-8")
    assert told in text
    repository.commit("as adopted", **{"pyproject.toml": text.replace(told, "")})
    commit = release_commit(repository)

    BUILD.do(releasing(repository))

    with tarfile.open(folder_of(repository, commit) / "acme-0.1.0.tar.gz") as sdist:
        names = sdist.getnames()
    assert "acme-0.1.0/noxfile.py" in names
    assert [name for name in names if "/release/" in name] == []
    assert repository.git("status", "--porcelain") == ""
