"""How good the predictions were: each kind as one score with n, beside its target and what other projects reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from release.base.statistics import LEAST, jeffreys
from release.insight.prediction_scores import HORIZONS, ForecastScore, ReleaseScore, StageScore

_NEAR = 3  # days
_PART = 15.0  # percent of the days from the asking to the planned day


@dataclass(frozen=True)
class Score:
    """A share of hits, or (without hits) a number; `elsewhere` is what other projects reached.

    `target`: the percentage of hits to be above, or the number not to be above.
    """

    key: str
    name: str
    n: int
    hits: int | None = None
    value: float = 0.0
    target: float = 0.0
    elsewhere: str = ""
    note: str = ""

    @property
    def enough(self) -> bool:
        """Whether there are enough observations to say anything."""
        return self.n >= LEAST

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one, or where there is too little to say."""
        if not (self.target and self.enough):
            return None
        return self.value <= self.target if self.hits is None else 100 * self.hits / self.n > self.target

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval of a share (Jeffreys, 90 %)."""
        return jeffreys(self.hits, self.n) if self.hits is not None and self.enough else None


def scores(releases: Sequence[ReleaseScore], own: Sequence[ForecastScore], finals: int, failed: int) -> list[Score]:
    """Return the scores of planned releases, of forecasts of the own history, and of finals of which some failed."""
    promised, delivered = sum(each.promised for each in releases), sum(each.delivered for each in releases)
    unplanned = sum(each.unplanned for each in releases)
    return [
        Score(
            "scope",
            "scope delivered",
            promised,
            delivered,
            target=85,
            elsewhere="Kubernetes: 79 % of 798 planned items (71 to 87 % a release)",
        ),
        Score("unplanned", "unplanned to delivered", delivered, value=unplanned / delivered if delivered else 0.0),
        *_dates([stage for each in releases for stage in each.stages]),
        *_forecasts([found for each in releases for found in each.forecasts], len(releases)),
        *_own(own),
        *_risks(releases),
        *_gates(releases, finals, failed),
    ]


_CPYTHON = {
    (7, 0): "CPython: 50 % of 111 stages",
    (7, _NEAR): "CPython: 87 %",
    (182, 0): "CPython: 39 %",
    (182, _NEAR): "CPython: 68 %",
}


def _dates(stages: Sequence[StageScore]) -> Iterator[Score]:
    for horizon in HORIZONS:
        asked = [each for each in stages if each.horizon == horizon]
        near = f"within {_NEAR} days"
        for key, name, reach in (("on_day", "on the day", 0), ("near", near, _NEAR)):
            hits = sum(abs(each.late) <= reach for each in asked)
            elsewhere = _CPYTHON.get((horizon, reach), "")
            yield Score(
                f"dates_{horizon}_{key}", f"{horizon} days ahead: {name}", len(asked), hits, elsewhere=elsewhere
            )
    off = [100 * abs(each.late) / each.horizon for each in stages]
    note = "median, in percent of the days until then"
    yield Score("dates", "days off", len(off), value=median(off) if off else 0.0, target=_PART, note=note)


def _forecasts(found: Sequence[ForecastScore], releases: int) -> Iterator[Score]:
    asked = [(each.chance, each.came) for each in found if each.chance is not None and each.came is not None]
    brier = sum((chance - came) ** 2 for chance, came in asked) / len(asked) if asked else 0.0
    note = f"Mondays of {releases} release{'' if releases == 1 else 's'}"
    yield Score("brier", "Brier score of the date", len(asked), value=brier, note=f"{note}; 0 is best, 0.25 a coin")
    yield from _covered("items", "items done", [each.within for each in found if each.within], note)


def _own(found: Sequence[ForecastScore]) -> Iterator[Score]:
    yield from _covered("own", "10 changes", [each.within for each in found if each.within], "Mondays of a year")


def _covered(key: str, name: str, found: Sequence[tuple[bool, bool]], note: str) -> Iterator[Score]:
    for place, share in enumerate((50, 85)):
        hits = sum(each[place] for each in found)
        yield Score(f"{key}_p{share}", f"{name} by the {share} % day", len(found), hits, note=note)


def _risks(releases: Sequence[ReleaseScore]) -> Iterator[Score]:
    found = [each for release in releases for each in release.risks]
    yield Score("risks", "risks judged right", len(found), sum(each.right for each in found), target=80)
    brier = sum((each.chance - each.materialised) ** 2 for each in found) / len(found) if found else 0.0
    yield Score("risks_brier", "Brier score of the risks", len(found), value=brier)


def _gates(releases: Sequence[ReleaseScore], finals: int, failed: int) -> Iterator[Score]:
    green = [each for each in releases if each.green]
    yield Score(
        "gates", "finals that did not fail", finals, finals - failed, target=90, note="each had passed its gates"
    )
    hits = sum(not each.failed for each in green)
    yield Score("green", "planned and Green finals", len(green), hits, target=90, note="right before the final")
