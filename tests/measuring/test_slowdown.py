"""The judgement on generated passes: a slowdown is caught, noise is never called one, and doubt is said."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass

import pytest

from release.measuring.slowdown import MOST, PASSES, Comparison, Speed, duration, passes_wanted

FACTOR, FLOOR = 1.15, 1e-5


@dataclass(frozen=True)
class Machine:
    """Disturbances: of each pass (relative), the share of passes beside another load, and what changes slowly."""

    noise: float
    bursts: float
    drift: float


QUIET = Machine(noise=0.02, bursts=0.02, drift=0.01)
NOISY = Machine(noise=0.06, bursts=0.1, drift=0.05)
WILD = Machine(noise=0.2, bursts=0.2, drift=0.1)


def passes(machine: Machine, slowdown: float, seed: int, seconds: float = 1e-3) -> Comparison:
    """Return the passes of two releases, A B A B, on a machine; a disturbance only ever takes longer."""
    chance, level = random.Random(seed), seconds
    sides: tuple[list[float], list[float]] = ([], [])
    for _ in range(MOST):
        level *= math.exp(chance.gauss(0, machine.drift))
        for side, factor in zip(sides, (1.0, slowdown), strict=True):
            burst = 1 + chance.random() if chance.random() < machine.bursts else 1.0
            side.append(level * factor * burst * (1 + abs(chance.gauss(0, machine.noise))))
    return Comparison("it", *sides)


def verdict(made: Comparison) -> Speed:
    """Judge as a session does: five passes, and three more while there is doubt."""
    count = PASSES
    while True:
        speed = Comparison(made.name, made.before[:count], made.now[:count]).judge(FACTOR, FLOOR)
        more = passes_wanted([speed], count)
        if not more:
            return speed
        count += more


@pytest.mark.parametrize("machine", [QUIET, NOISY], ids=["quiet", "noisy"])
def test_a_slowdown_of_30_percent_is_caught_20_times_of_20(machine: Machine) -> None:
    assert [verdict(passes(machine, 1.3, seed)) for seed in range(20)] == [Speed.SLOWER] * 20


@pytest.mark.parametrize(("machine", "unknown"), [(QUIET, 0), (NOISY, 3), (WILD, 45)], ids=["quiet", "noisy", "wild"])
def test_unchanged_code_is_never_called_slower_in_50_runs(machine: Machine, unknown: int) -> None:
    """And how often it is unknown, which a machine that is busy with something else is allowed to be."""
    found = Counter(verdict(passes(machine, 1.0, seed)) for seed in range(50))

    assert found[Speed.SLOWER] == 0
    assert found[Speed.UNKNOWN] <= unknown


def test_a_slowdown_below_the_floor_is_none() -> None:
    """Half as long again, and a microsecond in all."""
    before, now = (2e-6,) * 5, (3e-6,) * 5

    assert Comparison("it", before, now).judge(FACTOR, 1e-5) is Speed.SAME
    assert Comparison("it", before, now).judge(FACTOR, 1e-7) is Speed.SLOWER


def test_a_spread_that_would_hide_a_slowdown_is_never_green() -> None:
    wide = Comparison("it", (1.0, 1.6, 1.1, 1.9, 1.0), (1.7, 1.0, 1.8, 1.1, 1.4))

    assert wide.judge(FACTOR, FLOOR) is Speed.UNKNOWN


def test_a_faster_release_is_as_good_as_the_same() -> None:
    wide = Comparison("it", (1.0, 2.0, 1.9, 2.1, 2.0), (1.8, 1.0, 1.4, 1.1, 1.7))  # the slowest beats the median

    assert Comparison("it", (2.0,) * 5, (1.0,) * 5).judge(FACTOR, FLOOR) is Speed.SAME
    assert wide.judge(FACTOR, FLOOR) is Speed.SAME


def test_only_doubt_costs_further_passes() -> None:
    assert passes_wanted([Speed.SAME], 5) == 0
    assert passes_wanted([Speed.SAME, Speed.SLOWER], 5) == 3
    assert passes_wanted([Speed.SLOWER], 8) == 0
    assert passes_wanted([Speed.UNKNOWN], 8) == 3
    assert passes_wanted([Speed.UNKNOWN], 11) == 0


def test_durations_are_read_by_people() -> None:
    assert [duration(each) for each in (2.5, 0.0012, 3.4e-6, 5e-9)] == ["2.5 s", "1.2 ms", "3.4 us", "5 ns"]
