"""`python -m benchmarks`: seconds for one patch release, ours beside others, with the goals that we set ourselves.

Needs this repository's dependency groups release, template and test. Nothing is asserted: a goal that is missed is
printed, and the exit code is 1 only when something that was to be measured failed to work.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT, metrics_cost
from benchmarks.contenders import BARE, PROVEN, SAME, TIMED, ZEST
from benchmarks.environments import build_environments
from benchmarks.hotfixes import BY_HAND as TYPED
from benchmarks.hotfixes import time_hotfixes
from benchmarks.preflights import ACT, BY_HAND, COLD, WARM, time_preflights
from benchmarks.scales import table, time_scales
from benchmarks.starting import CALL, COMMAND, LISTING, PLAIN, time_starts
from benchmarks.stopwatch import Taken
from benchmarks.timing import NotReleased, time_releases
from benchmarks.updates import BARE as UPDATE
from benchmarks.updates import time_updates
from benchmarks.world import NEW, OLD, a_place, render


@dataclass(frozen=True)
class Goal:
    """The median of `ours` shall be at most `most` times that of `other`."""

    ours: str
    other: str
    most: float


GOALS = (Goal(SAME.name, BARE.name, 1.0), Goal(SAME.name, ZEST.name, 0.6), Goal(PROVEN.name, ZEST.name, 1.0))
START = Goal(LISTING, PLAIN, 2.0)
PREFLIGHTS = {COLD: 30.0, WARM: 1.5, ACT: 2.0}  # seconds
_WIDE = 29  # of the column of names


def main() -> None:
    """Measure and print."""
    options = _options()
    warnings.filterwarnings("ignore", message="Dirty template changes")
    rounds = 1 if options.quick else options.rounds
    with a_place() as place:
        rendered = render(place / "rendered")
        environments = build_environments(options.cache.resolve(), rendered / "pyproject.toml")
        load = os.getloadavg()[0]
        print(f"{platform.platform()}; {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}")
        print(f"seconds: median of {rounds} interleaved rounds after one that is not counted\n")
        try:
            releases = time_releases(TIMED, environments, rendered, place, rounds)
        except NotReleased as error:
            sys.exit(str(error))
        print(f"one patch release, {OLD} -> {NEW}, to pypiserver on loopback and a bare remote on disk")
        _table(releases, {"to bare": BARE.name, "to zest": ZEST.name})
        _goals(releases, GOALS)
        starts = time_starts(environments, rendered, place, rounds)
        print("\nstart-up, and a project out of the template")
        _table({name: starts[name] for name in (LISTING, PLAIN)}, {"to plain": PLAIN})
        _goals(starts, (START,))
        _table({name: starts[name] for name in (COMMAND, CALL)}, {})
        print("\na copy and an update of the template, beside the bare commands of Copier")
        updates = time_updates(environments, place, rounds)
        _table(updates, {"to bare": UPDATE})
        print("\na preflight of a fresh project, everything on")
        looks = time_preflights(environments, rendered, place, rounds)
        _table(looks, {"by hand": BY_HAND})
        _seconds(looks, PREFLIGHTS)
        print("\na hotfix, from a commit on main to the index and back on main")
        _table(time_hotfixes(environments, rendered, place, rounds), {"by hand": TYPED})
        print("\nhow commands grow: CPU seconds of a fresh project, and how many times that")
        print("\n".join(table(time_scales(environments, rendered, place, small=options.quick))))
        print("\nthe figures of a year with 500 releases, beside the bare git log of the same commits")
        metrics_cost.main(10_000 if options.quick else 100_000)


def _seconds(taken: Mapping[str, Sequence[Taken]], goals: Mapping[str, float]) -> None:
    for name, most in goals.items():
        found = _median(taken[name])
        print(f"goal: {name} under {most:g} s: {found:.1f} s, {'reached' if found < most else 'missed'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default: 5)")
    parser.add_argument("--quick", action="store_true", help="one round: whether it works, not how long it takes")
    parser.add_argument("--cache", type=Path, default=ROOT / ".nox" / "bench", help="where environments are kept")
    return parser.parse_args()


def _table(taken: Mapping[str, Sequence[Taken]], beside: Mapping[str, str]) -> None:
    """Print a row for each thing; `beside` is {heading: the thing whose median this column divides by}."""
    print(f"{'':{_WIDE}}  median     min     max     cpu" + "".join(f"  {heading:>8}" for heading in beside))
    for name, rounds in taken.items():
        walls = [each.wall for each in rounds]
        cpu = statistics.median(each.cpu for each in rounds)
        row = f"{name:{_WIDE}}  {_median(rounds):6.2f}  {min(walls):6.2f}  {max(walls):6.2f}  {cpu:6.2f}"
        print(row + "".join(f"  {_median(rounds) / _median(taken[other]):8.2f}" for other in beside.values()))


def _goals(taken: Mapping[str, Sequence[Taken]], goals: Sequence[Goal]) -> None:
    for goal in goals:
        ratio = _median(taken[goal.ours]) / _median(taken[goal.other])
        word = "reached" if ratio <= goal.most else "missed"
        print(f"goal: {goal.ours} at most {goal.most:.1f} of {goal.other}: {ratio:.2f}, {word}")


def _median(rounds: Sequence[Taken]) -> float:
    return statistics.median(each.wall for each in rounds)


if __name__ == "__main__":
    main()
