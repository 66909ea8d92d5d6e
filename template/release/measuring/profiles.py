"""A profile of both sides: how long each module takes to import, and each function of the project, by cProfile."""

from __future__ import annotations

import pstats
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.artifacts.install_check import Trial, Unfit
from release.measuring.passes import PYTEST, Sides

_IMPORTED = re.compile(r"^import time:\s+(?P<own>\d+) \|\s+\d+ \| +(?P<name>\S+)$", re.MULTILINE)
_PROFILED = "import cProfile; p = cProfile.Profile(); p.enable(); import {}; p.disable(); p.dump_stats('profile')"


@dataclass(frozen=True)
class Row:
    """A module or a function: its own seconds now, and in the last release (None where it was not there)."""

    name: str
    now: float
    before: float | None


def imported(both: Sides, top: int) -> list[Row]:
    """Return the modules whose own import takes longest now (python -X importtime), the longest first."""
    return _rows(*(_import_times(both, side) for side in reversed(both.each)), top=top)


def functions(both: Sides, top: int) -> list[Row]:
    """Return the functions that take longest now: while the benchmarks run, else while the package is imported."""
    return _rows(*(_function_times(both, side) for side in reversed(both.each)), top=top)


def _rows(now: Mapping[str, float], before: Mapping[str, float] | None = None, *, top: int) -> list[Row]:
    longest = sorted(now, key=lambda name: -now[name])[:top]
    return [Row(name, now[name], (before or {}).get(name)) for name in longest]


def _import_times(both: Sides, side: Trial) -> dict[str, float]:
    code = f"import {', '.join(both.modules)}"
    side.run("python", "-I", "-c", code)  # compiles
    ended = side.run("python", "-I", "-X", "importtime", "-c", code)
    if ended.code != 0:
        raise Unfit(f"{', '.join(both.modules)} cannot be imported", ended, "nox -s tests")
    return {each["name"]: int(each["own"]) * 1e-6 for each in _IMPORTED.finditer(ended.err)}


def _function_times(both: Sides, side: Trial) -> dict[str, float]:
    words: tuple[str, ...]
    if both.benchmarks:
        words = ("python", "-m", "cProfile", "-o", "profile", *PYTEST[1:], "--benchmark-disable", "benchmarks")
    else:
        words = ("python", "-I", "-c", _PROFILED.format(", ".join(both.modules)))
    ended = side.run(*words)
    found = side.folder / "profile"
    if not found.exists():
        raise Unfit("the profile was not written", ended, "nox -s profile")
    times: dict[str, float] = {}
    for (path, _, function), (_, _, own, _, _) in pstats.Stats(str(found)).stats.items():  # type: ignore[attr-defined]
        _, installed, place = path.replace("\\", "/").rpartition("/site-packages/")
        if installed and place.partition("/")[0].removesuffix(".py") in both.modules:
            name = f"{Path(place).as_posix()} {function}"
            times[name] = times.get(name, 0.0) + own
    return times
