"""Quantiles, deviations and intervals, beside figures of others."""

from __future__ import annotations

import math

import pytest

from release.base.statistics import jeffreys, mad, quantile


def test_quantiles_are_interpolated() -> None:
    assert [quantile([4, 1, 3, 2], share) for share in (0, 0.5, 0.85, 1)] == [1, 2.5, pytest.approx(3.55), 4]
    assert quantile([7], 0.85) == 7


def test_the_median_absolute_deviation_is_not_moved_by_one_outlier() -> None:
    assert mad([1, 1, 2, 2, 4, 6, 9]) == 1
    assert mad([10, 10, 10, 10, 1000]) == 0


@pytest.mark.parametrize(("hits", "n"), [(1, 10), (3, 7), (98, 100), (0, 10), (10, 10)])
def test_an_interval_leaves_the_tails_of_the_beta_distribution_outside(hits: int, n: int) -> None:
    """Beside the density, summed up in small steps; it has a pole where none or all are hits."""
    a, b = hits + 0.5, n - hits + 0.5
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))
    step = 1e-5

    low, high = jeffreys(hits, n, 0.90)

    inside = [
        scale * x ** (a - 1) * (1 - x) ** (b - 1)
        for x in (low + step * (k + 0.5) for k in range(int((high - low) / step)))
    ]
    assert sum(inside) * step == pytest.approx(0.95 if hits in (0, n) else 0.90, abs=2e-3 if 0 < hits < n else 8e-3)
