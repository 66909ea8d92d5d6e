"""`python -m benchmarks.forecasts`: how often the days of `inv forecast` were kept, beside the usual method.

backtest.csv: of 1,098 forecasts over 18 public repositories (2009 to 2026) the items left, the days that were needed,
and the median of the draws. Another half, by project, is kept for examination elsewhere.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from release.planning.forecast import WEEKS, forecast, ratio_at

CHANCES = (0.50, 0.85, 0.95)
BACKTEST = Path(__file__).parent / "backtest.csv"
_DAY = date(2026, 11, 30)
_OWN = 20  # newest own forecasts that count
_USUAL_DAYS, _USUAL_DRAWS = 90, 300


@dataclass(frozen=True)
class Past:
    """A forecast of the past and what came: items left, days needed, median of the draws in days."""

    project: str
    left: float
    needed: float
    median: float
    asked: date = date.min


def backtest() -> list[Past]:
    """Return the recorded forecasts; those with a median of 0 days said nothing."""
    with BACKTEST.open(encoding="utf-8") as file:
        rows = [
            Past(
                each["project"],
                float(each["items_left"]),
                float(each["actual_days"]),
                float(each["median_forecast_days"]),
                date.fromisoformat(each["asked_on"]),
            )
            for each in csv.DictReader(file)
        ]
    return [each for each in rows if each.median]


def half(rows: Sequence[Past], number: int) -> list[Past]:
    """Return the forecasts of every second project, beginning with the first (0) or the second (1)."""
    projects = sorted({each.project for each in rows})[number::2]
    return [each for each in rows if each.project in projects]


def kept(rows: Sequence[Past], chance: float) -> float:
    """Return in which share of the forecasts all was done within the days that ours gives for a chance."""
    return sum(each.needed <= each.median * ratio_at(chance, each.left) for each in rows) / len(rows)


def kept_with_own(rows: Sequence[Past], chance: float) -> float:
    """Return that share where a project's own past forecasts are mixed in: those whose outcome was known then."""
    hits = 0
    for each in rows:
        day = each.asked
        known = [one for one in rows if one.project == each.project and one.asked + timedelta(days=one.needed) <= day]
        newest = sorted(known, key=lambda one: one.asked)[-_OWN:]
        ratio = ratio_at(chance, each.left, [one.needed / one.median for one in newest])
        hits += each.needed <= each.median * ratio
    return hits / len(rows)


def kept_by_fit(fitted: Sequence[Past], others: Sequence[Past], chance: float) -> float:
    """Return that share for ratios that are fitted on some forecasts and tried on others."""
    ratio = quantiles((each.needed / each.median for each in fitted), n=100)[round(chance * 100) - 1]
    return sum(each.needed <= each.median * ratio for each in others) / len(others)


@dataclass(frozen=True)
class Generated:
    """A generated history: our forecast's inputs and outcome, and the days of the usual method by chance."""

    past: Past
    usual: dict[float, float]


def generated(count: int, seed: int = 18) -> list[Generated]:
    """Return histories of known truth: the weekly pace drifts (a random walk of its logarithm), changes land by day."""
    chance = random.Random(seed)  # noqa: S311  # no secret: the same histories each time
    found: list[Generated] = []
    while len(found) < count:
        left = chance.choice((5, 10, 20, 40, 80))
        paces = _Pace(chance)
        days = [_changes(chance, next(paces) / 7) for _ in range(WEEKS * 7)]
        weeks = [sum(days[at : at + 7]) for at in range(0, len(days), 7)]
        ours = forecast(_DAY, left, weeks)
        if ours is None or not sum(days[-_USUAL_DAYS:]):
            continue
        needed, waiting = 0, left
        while waiting > 0 and needed < 5000:
            needed, waiting = needed + 1, waiting - _changes(chance, next(paces) / 7)
        past = Past(str(len(found)), left, needed, ours.median_days)
        found.append(Generated(past, _usual(chance, days[-_USUAL_DAYS:], left)))
    return found


class _Pace:
    """The pace of each day, in changes a week."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._log: float = chance.uniform(0.3, 2.3)

    def __next__(self) -> float:
        self._log = min(4.0, max(-2.0, self._log + self._chance.gauss(0, 0.07)))
        return math.exp(self._log)


def _changes(chance: random.Random, mean: float) -> int:
    """Return how many changes land on a day (Poisson, by waiting times)."""
    count, waited = 0, chance.expovariate(1)
    while waited < mean:
        count, waited = count + 1, waited + chance.expovariate(1)
    return count


def _usual(chance: random.Random, days: Sequence[int], left: int) -> dict[float, float]:
    """Return {chance: days} of independent draws of the last 90 days, as most tools forecast."""
    ends = []
    for _ in range(_USUAL_DRAWS):
        needed, waiting = 0, left
        while waiting > 0 and needed < 5000:
            needed, waiting = needed + 1, waiting - chance.choice(days)
        ends.append(needed)
    cuts = quantiles(ends, n=100)
    return {each: cuts[round(each * 100) - 1] for each in CHANCES}


def usually_kept(rows: Sequence[Generated], chance: float) -> float:
    """Return in which share of generated histories the day of the usual method was kept."""
    return sum(each.past.needed <= each.usual[chance] for each in rows) / len(rows)


def main() -> None:
    """Print the table."""
    rows, made = backtest(), generated(1000)
    even, odd = half(rows, 0), half(rows, 1)
    print(
        f"{len(rows)} forecasts over {len({each.project for each in rows})} projects; {len(made)} generated histories"
    )
    print("share of the days that were kept, by the chance they were given with\n")
    table = {
        "shipped ratios, all projects": [kept(rows, each) for each in CHANCES],
        "shipped ratios, even projects": [kept(even, each) for each in CHANCES],
        "shipped ratios, odd projects": [kept(odd, each) for each in CHANCES],
        "with own past forecasts, all projects": [kept_with_own(rows, each) for each in CHANCES],
        "with own past forecasts, even projects": [kept_with_own(even, each) for each in CHANCES],
        "with own past forecasts, odd projects": [kept_with_own(odd, each) for each in CHANCES],
        "fitted on even, tried on odd": [kept_by_fit(even, odd, each) for each in CHANCES],
        "fitted on odd, tried on even": [kept_by_fit(odd, even, each) for each in CHANCES],
        "generated: fitted on 500, tried on 500": [
            kept_by_fit([each.past for each in made[::2]], [each.past for each in made[1::2]], at) for at in CHANCES
        ],
        "generated: draws of the last 90 days": [usually_kept(made, each) for each in CHANCES],
    }
    print(f"{'':<40}" + "".join(f"{each:>8.0%}" for each in CHANCES))
    for name, shares in table.items():
        print(f"{name:<40}" + "".join(f"{each:>8.1%}" for each in shares))


if __name__ == "__main__":
    main()
