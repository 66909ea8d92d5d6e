"""Whether a number became slower: a judgement on the minimum of each pass, of the last release and of this one.

A pass of one follows a pass of the other (A B A B), so that what disturbs the machine for longer disturbs both; the
minimum of a pass is what is left of the code without the disturbance (Chen, Revels: Robust benchmarking in noisy
environments, 2016). The judgement rests on the pairs, and is unknown where they do not agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from release.base.statistics import mad

PASSES, MORE, MOST = 5, 3, 11  # of each side: at first, once more where it is not clear, and at most
_ERRORS = 3.0  # standard errors that a slowdown has to be away from none
_LEAST_ERROR = 0.005  # relative: few passes that agree by chance are no proof of a quiet machine
_AGREEING = 0.75  # share of the pairs in which this release is the slower one


class Speed(Enum):
    """How a number compares with that of the last release."""

    SAME = "ok"
    SLOWER = "slower"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Comparison:
    """The minimum of each pass (seconds, in the order of the passes), in the last release and now."""

    name: str
    before: Sequence[float]
    now: Sequence[float]

    @property
    def ratio(self) -> float:
        """How many times longer it takes now, by the medians of the minimums."""
        return median(self.now) / median(self.before)

    @property
    def error(self) -> float:
        """The standard error of the logarithm of the ratio, from the spread of the pairs."""
        spread = 1.4826 * mad(self._pairs)  # 1.4826 makes it a standard deviation, 1.2533 that of a median
        return max(_LEAST_ERROR, 1.2533 * spread / math.sqrt(len(self._pairs)))

    @property
    def _pairs(self) -> list[float]:
        return [math.log(now / before) for before, now in zip(self.before, self.now, strict=True)]

    def judge(self, factor: float, floor: float) -> Speed:
        """Say whether it takes more than `factor` times as long, and more than `floor` seconds longer.

        UNKNOWN where the numbers say so and the pairs do not agree, or where they are spread so widely that a change
        by the factor could not be seen.
        """
        longer = median(self.now) - median(self.before) > floor
        over = self.ratio > factor and longer
        least = min(math.log(self.ratio), median(self._pairs)) - _ERRORS * self.error
        agreeing = sum(pair > 0 for pair in self._pairs) >= _AGREEING * len(self._pairs)
        if over and least > 0 and agreeing:
            return Speed.SLOWER
        # No spread matters where even the slowest pass stays below the floor, or is faster than the last release was.
        within = max(self.now) - min(self.before) <= floor or max(self.now) <= median(self.before)
        if over or (_ERRORS * self.error > math.log(factor) and not within):
            return Speed.UNKNOWN
        return Speed.SAME

    def __str__(self) -> str:
        return f"{self.name}: {duration(median(self.now))}, was {duration(median(self.before))} (x {self.ratio:.2f})"


def passes_wanted(speeds: Sequence[Speed], made: int) -> int:
    """Return how many more passes of each side are worth their time, after `made` of them.

    Whatever is not clearly the same is measured three times more; what is unknown then, once again.
    """
    doubtful = Speed.UNKNOWN in speeds or (Speed.SLOWER in speeds and made == PASSES)
    return MORE if doubtful and made < MOST else 0


def duration(seconds: float) -> str:
    """Return seconds as a person reads them: "1.23 ms"."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
