"""A dry run writes nothing, wherever a release stands: project, git, remote, index and home keep their bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.lines import here
from tests.support.making import (
    place_distributions,
    ready,
    release_commit,
    set_version,
    tagged,
)
from tests.support.traces import bytes_below
from tests.support.world import World

Everything = list[dict[str, str]]


def everything(world: World, shelf: Path) -> Everything:
    return [bytes_below(place) for place in (world.project, world.remote, world.home, shelf)]


def tried(world: World, shelf: Path, *words: str, code: int = 0) -> str:
    """Run a command that must write nothing, and return what it printed."""
    world.git("status")  # it refreshes git's index, as any look of the owner does
    before = everything(world, shelf)
    ran = world.inv(*words)
    assert ran.code == code, ran.text
    assert everything(world, shelf) == before
    return ran.out


def nothing_done(world: World, shelf: Path, files: list[Path]) -> None:
    """A fragment, and no more."""


def committed(world: World, shelf: Path, files: list[Path]) -> None:
    release_commit(world)


def built(world: World, shelf: Path, files: list[Path]) -> None:
    release_commit(world)
    place_distributions(world, files)


def pushed(world: World, shelf: Path, files: list[Path]) -> None:
    tagged(world, files)


def half_uploaded(world: World, shelf: Path, files: list[Path]) -> None:
    tagged(world, files)
    (shelf / files[0].name).write_bytes(files[0].read_bytes())


def complete(world: World, shelf: Path, files: list[Path]) -> None:
    tagged(world, files)
    for file in files:
        (shelf / file.name).write_bytes(file.read_bytes())
    set_version(world, "0.2.0.dev0")
    world.commit("Open main for 0.2.0.dev0\n\nReopened-after: 0.1.0")
    world.git("push", "--quiet", "origin", "main")


STAGES = [nothing_done, committed, built, pushed, half_uploaded, complete]


@pytest.mark.parametrize("stage", STAGES)
def test_a_dry_run_of_a_release_writes_nothing(
    world: World, shelf: Path, distributions: list[Path], stage: Callable[[World, Path, list[Path]], None]
) -> None:
    ready(world)
    stage(world, shelf, distributions)
    if stage is complete:
        ready(world)

    assert tried(world, shelf, "release", "minor", "--dry-run").endswith("\nnothing was changed\n")


@pytest.mark.parametrize(
    ("stage", "words", "code"),
    [
        (nothing_done, ["bump", "minor", "--dry-run"], 0),
        (nothing_done, ["build", "--dry-run"], 1),
        (nothing_done, ["publish", "--dry-run"], 1),
        (nothing_done, ["abort", "--dry-run"], 1),
        (nothing_done, ["note", "fix", "Mend it", "--dry-run"], 0),
        (nothing_done, ["notes"], 0),
        (nothing_done, ["status"], 0),
        (committed, ["build", "--dry-run"], 0),
        (built, ["publish", "--dry-run"], 0),
        (pushed, ["abort", "--dry-run"], 0),
        (half_uploaded, ["abort", "--dry-run"], 1),
        (half_uploaded, ["abort", "--spent", "--dry-run"], 0),
        (half_uploaded, ["status", "--json"], 0),
        (complete, ["status"], 0),
        (complete, ["yank", "0.1.0", "--reason", "broken", "--dry-run"], 0),
    ],
)
def test_a_dry_run_of_any_task_writes_nothing(
    world: World,
    shelf: Path,
    distributions: list[Path],
    stage: Callable[[World, Path, list[Path]], None],
    words: list[str],
    code: int,
) -> None:
    ready(world)
    stage(world, shelf, distributions)

    tried(world, shelf, *words, code=code)


def test_a_dry_run_tells_what_would_be_done(world: World, shelf: Path, distributions: list[Path]) -> None:
    ready(world)
    commit = tagged(world, distributions)

    rows = tried(world, shelf, "release", "minor", "--dry-run").splitlines()

    assert rows[0] == "acme 0.1.0 is in progress; continuing with it"
    states = [row[2:10].strip() for row in rows[3:8]]
    assert states == ["done", "done", "done", "to do", "to do"]
    made = f"  its commit {commit[:7]} was made by {here(world).git.author_of(commit)}"
    assert rows[-7:] == [
        "",
        "this publishes acme 0.1.0:",
        made,
        "  the distributions on local; an upload cannot be undone",
        "  main continues as 0.2.0.dev0",
        "",
        "nothing was changed",
    ]


def test_a_dry_run_refuses_what_the_release_would_refuse(world: World, shelf: Path) -> None:
    text = tried(world, shelf, "release", "minor", "--dry-run", code=1)

    assert "  no      fragments                           there is no fragment in changelog.d" in text


def test_a_dry_run_tells_what_is_left_out(repository: World, shelf: Path) -> None:
    ready(repository)

    text = tried(repository, shelf, "release", "minor", "--dry-run", "--skip", "conflict markers,signing")

    assert (
        "\n  main continues as 0.2.0.dev0\nskipping gates: conflict markers, signing\n\nnothing was changed\n" in text
    )


@pytest.mark.parametrize(
    ("skip", "refusal"),
    [("marks", 'there is no gate "marks" here'), ("working tree", 'cannot skip the gate "working tree"')],
)
def test_a_dry_run_refuses_to_leave_out_what_the_release_would_ask(
    repository: World, shelf: Path, skip: str, refusal: str
) -> None:
    ready(repository)

    tried(repository, shelf, "release", "minor", "--dry-run", "--skip", skip, code=1)

    assert repository.inv("release", "minor", "--dry-run", "--skip", skip).err.startswith(f"\n{refusal}\n")


def test_a_refused_release_writes_its_journal_and_memory_and_nothing_else(world: World, shelf: Path) -> None:
    world.git("status")
    before = everything(world, shelf)

    assert world.inv("release", "minor", "--yes").code == 1

    after = everything(world, shelf)
    new = [sorted(set(now) - set(then)) for then, now in zip(before, after, strict=True)]
    assert new == [
        [".git/release.lock", ".release", ".release/.gitignore", ".release/gates.json", ".release/journal.jsonl"],
        [],
        [],
        [],
    ]
    assert all(now[path] == what for then, now in zip(before, after, strict=True) for path, what in then.items())
