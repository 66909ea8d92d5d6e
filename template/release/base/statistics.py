"""The statistics of small samples: quantiles, the median absolute deviation, and the interval of a share.

The standard library has medians; a share of few needs an interval that is honest about how few they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

LEAST = 5  # observations below which a number is too few to judge


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies, interpolated between neighbours; 0.5 is the median."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def mad(values: Sequence[float]) -> float:
    """Return the median absolute deviation from the median."""
    middle = median(values)
    return median(abs(each - middle) for each in values)


def jeffreys(hits: int, n: int, level: float = 0.90) -> tuple[float, float]:
    """Return the interval that holds a share of which `hits` of `n` were seen, by Jeffreys' prior.

    Brown, Cai, DasGupta: Interval Estimation for a Binomial Proportion (2001); its ends are 0 and 1 where none or all
    were seen.
    """
    tail = (1 - level) / 2
    a, b = hits + 0.5, n - hits + 0.5
    low = 0.0 if hits == 0 else _beta_quantile(tail, a, b)
    high = 1.0 if hits == n else _beta_quantile(1 - tail, a, b)
    return low, high


def _beta_quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_share(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function (Numerical Recipes, 6.4)."""
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    result = d
    for m in range(1, 300):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return result
