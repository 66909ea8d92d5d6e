"""Seconds until something starts: `inv --list` beside a plain tasks.py, and a project out of the template."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import ROOT
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.world import PROJECT, render

_TASKS = '''from invoke import task


@task
def build(c):
    """Build it."""


@task
def test(c):
    """Test it."""


@task
def clean(c):
    """Remove what was built."""
'''


LISTING, PLAIN = "inv --list, rendered project", "inv --list, three plain tasks"
COMMAND, CALL = "copier copy, as a command", "copier copy, in-process"


def time_starts(environments: Environments, rendered: Path, place: Path, rounds: int) -> Mapping[str, list[Taken]]:
    """Return {what: what each round took}, interleaved; one round before them is not counted."""
    plain = place / "plain"
    plain.mkdir()
    (plain / "tasks.py").write_text(_TASKS, encoding="utf-8")
    fresh = (place / f"fresh {number}" for number in itertools.count())

    def listing(folder: Path) -> None:
        _run(("inv", "--list"), folder, environments, place)

    def copied() -> None:
        words = ("copy", "--defaults", "--quiet", "--vcs-ref=HEAD", f"--data=project_name={PROJECT}")
        _run((sys.executable, "-m", "copier", *words, str(ROOT), str(next(fresh))), place, environments, place)

    things: dict[str, Callable[[], object]] = {
        LISTING: lambda: listing(rendered),
        PLAIN: lambda: listing(plain),
        COMMAND: copied,
        CALL: lambda: render(next(fresh)),
    }
    taken: dict[str, list[Taken]] = {name: [] for name in things}
    for number in range(rounds + 1):
        for name, thing in things.items():
            _, once = timed(thing)
            if number:
                taken[name].append(once)
    return taken


def _run(command: tuple[str, ...], cwd: Path, environments: Environments, place: Path) -> None:
    ended = run(command, cwd=cwd, env=environments.variables("ours"), log=place / "start.log")
    if ended.code != 0:
        raise RuntimeError(f"{command[0]} ended with {ended.code}\n{ended.output[-3000:]}")
