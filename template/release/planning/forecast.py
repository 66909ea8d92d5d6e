"""When items will be done: seeded draws over past weeks, times the error ratios that such forecasts had."""

from __future__ import annotations

import functools
import hashlib
import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from statistics import median

WEEKS = 26  # how far back the weeks are drawn from
LEAST = 5  # items in those weeks below which there is no forecast
LEAST_WEEKS = 4  # weeks of history below which there is none: one week drawn again and again knows no other
_DRAWS, _MOST = 1001, 50_000  # draws, and weeks that are drawn in all
_CHANCES = (0.05, 0.15, 0.30, 0.50, 0.70, 0.85, 0.95)
# Time needed / median forecast at those chances. Fitted on 1,940 forecasts over 36 public repositories (fragments and
# first-parent commits, 2009 to 2026), by how many items were left; docs/planning.md has how well they hold.
_RATIOS = (
    (10, (0.32, 0.53, 0.80, 1.15, 1.75, 2.43, 3.70)),
    (100, (0.32, 0.51, 0.77, 1.05, 1.43, 1.95, 2.99)),
    (math.inf, (0.32, 0.50, 0.74, 1.00, 1.36, 1.68, 2.40)),
)
LEAST_OWN, _OWN_WEIGHT = 10, 60  # own past forecasts below which they do not count, and what the table weighs in them
_LONGEST = timedelta(days=36_500)


@dataclass(frozen=True)
class Forecast:
    """When what is left will be done: `left` items from a day on, with `median_days` of the draws."""

    day: date
    left: float
    weeks: tuple[int, ...]
    median_days: float
    own: tuple[float, ...] = ()  # time needed / median of this project's own past forecasts

    @property
    def per_week(self) -> float:
        """Items that were done in a week."""
        return sum(self.weeks) / len(self.weeks)

    def days(self, chance: float) -> float:
        """Return within how many days all is done with a chance."""
        return self.median_days * ratio_at(chance, self.left, self.own)

    def by(self, chance: float) -> date:
        """Return the day by which all is done with a chance."""
        return self.day + min(timedelta(days=math.ceil(self.days(chance))), _LONGEST)

    def chance(self, day: date) -> float:
        """Return the chance that all is done by a day."""
        return chance_within((day - self.day).days, self.median_days, self.left, self.own)


def forecast(
    day: date, left: float, weeks: Sequence[int], own: Sequence[float] = (), *, draws: int = _DRAWS
) -> Forecast | None:
    """Return the forecast for items that are left, from how many were done in each past week.

    None where the history is too short to say. The seed is a digest of what goes in: everyone gets the same answer.
    `own` are the ratios of this project's own past forecasts; from ten on they are mixed into those of the table.
    """
    if sum(weeks) < LEAST or len(weeks) < LEAST_WEEKS:
        return None
    counts = tuple(weeks)
    median_days = _median_days(left, counts, draws) if left > 0 else 0.0
    return Forecast(day, left, counts, median_days, tuple(own) if len(own) >= LEAST_OWN else ())


@functools.lru_cache(maxsize=4096)  # a page of past weeks asks the same again and again
def _median_days(left: float, weeks: tuple[int, ...], most: int) -> float:
    expected = left * len(weeks) / sum(weeks)
    draws = max(31, min(most, int(_MOST / max(expected, 1)))) | 1
    seed = hashlib.sha256(repr((round(left, 6), weeks)).encode()).digest()
    chance = random.Random(int.from_bytes(seed, "big"))  # noqa: S311  # no secret: the same answer for everyone
    return median(_days_of_one(left, weeks, chance, int(expected) + 8) for _ in range(draws))


def _days_of_one(left: float, weeks: tuple[int, ...], chance: random.Random, chunk: int) -> float:
    """Return how many days one draw needs; of its last week only the part that is needed."""
    done, before = 0, 0
    while True:
        sums = [done + each for each in accumulate(chance.choices(weeks, k=chunk))]
        if sums[-1] >= left:
            at = bisect_left(sums, left)
            start = sums[at - 1] if at else done
            return 7 * (before + at + (left - start) / (sums[at] - start))
        done, before = sums[-1], before + chunk


def ratio_at(chance: float, left: float, own: Sequence[float] = ()) -> float:
    """Return time needed / median forecast that is not exceeded with a chance, where `left` items are left."""
    ratios = _ratios(left, own)
    if chance <= _CHANCES[0]:
        return ratios[0] * max(chance, 0.0) / _CHANCES[0]
    at = min(bisect_left(_CHANCES, chance), len(_CHANCES) - 1)
    part = (chance - _CHANCES[at - 1]) / (_CHANCES[at] - _CHANCES[at - 1])
    return ratios[at - 1] * math.pow(ratios[at] / ratios[at - 1], part)


def chance_within(days: float, median_days: float, left: float, own: Sequence[float] = ()) -> float:
    """Return the chance that what is left is done within days; nothing is surer than 99 % while something is left."""
    if left <= 0:
        return 1.0
    if days <= 0 or median_days <= 0:
        return 0.0
    ratios, ratio = _ratios(left, own), days / median_days
    if ratio <= ratios[0]:
        return _CHANCES[0] * ratio / ratios[0]
    at = min(bisect_left(ratios, ratio), len(ratios) - 1)
    part = math.log(ratio / ratios[at - 1]) / math.log(ratios[at] / ratios[at - 1])
    return min(0.99, _CHANCES[at - 1] + part * (_CHANCES[at] - _CHANCES[at - 1]))


def own_share(count: int) -> float:
    """Return how much own past forecasts count beside the table: nothing below ten, a quarter with twenty."""
    return count / (count + _OWN_WEIGHT) if count >= LEAST_OWN else 0.0


def _ratios(left: float, own: Sequence[float]) -> tuple[float, ...]:
    """Return the ratios of the table; with own past forecasts the weighted geometric mean of both."""
    fixed = next(ratios for most, ratios in _RATIOS if left < most)
    if not (share := own_share(len(own))):
        return fixed
    ordered = sorted(max(each, 0.05) for each in own)
    return tuple(
        math.exp((1 - share) * math.log(ratio) + share * math.log(_quantile(ordered, chance)))
        for chance, ratio in zip(_CHANCES, fixed, strict=True)
    )


def _quantile(ordered: Sequence[float], chance: float) -> float:
    """Return the value that a share of ordered values does not exceed, interpolated; the outermost ones at the ends."""
    place = min(max(chance * (len(ordered) + 1) - 1, 0.0), len(ordered) - 1.0)
    at = min(int(place), len(ordered) - 2)
    return ordered[at] + (ordered[at + 1] - ordered[at]) * (place - at)
