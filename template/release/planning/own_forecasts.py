"""How forecasts of a project's own past came true: what ten more changes needed, by the median that was drawn then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from release.planning.forecast import WEEKS, forecast
from release.planning.landings import WEEK, weeks_of
from release.planning.moment import day_of

_ITEMS = 10  # that such a forecast is for
_ASKED, _EVERY = 20, 2 * WEEK  # the newest forecasts that count, and the time between two of them
_DRAWS = 201  # enough for a ratio, which has an error of its own
BACK = _ASKED * 2  # weeks back in which they were asked


def own_ratios(times: Sequence[int], until: int) -> tuple[float, ...]:
    """Return time needed / median of the forecasts of every second week up to a second, the newest first.

    `times` are those (seconds since 1970) at which changes landed, oldest first. A forecast counts once its tenth
    change is there. The weeks are those since 1970, so the same ones are asked whatever the day.
    """
    found = []
    for number in range(_ASKED):
        end = (until // _EVERY - number) * _EVERY
        known = bisect_right(times, end)
        if known + _ITEMS > len(times) or times[known + _ITEMS - 1] > until:
            continue
        past = list(times[:known])
        begun = min(WEEKS, (end - past[0]) // WEEK + 1) if past else 0
        said = forecast(day_of(end), _ITEMS, weeks_of(past, end, WEEKS)[WEEKS - begun :], draws=_DRAWS)
        if said:
            found.append((times[known + _ITEMS - 1] - end) / 86_400 / said.median_days)
    return tuple(found)
