"""inv forecast: when what is left of a planned release will be done, as days with their chances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from release.context import Context
from release.planning.forecast import LEAST, LEAST_WEEKS, Forecast, own_share
from release.planning.item_states import ItemState
from release.planning.planned_release import PlannedRelease, planned
from release.planning.prose import as_json, columns, counted, percent, until

_CHANCES = (0.50, 0.85, 0.95)
_NEEDS = "{} in the last {}; {} in at least {} weeks are needed"


@dataclass(frozen=True)
class ForecastItems:
    """A set of items, and the forecast for those of them that are open."""

    name: str
    items: Sequence[ItemState]
    forecast: Forecast | None


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False) -> str:
    """Return the forecast of a planned release at a moment, as a text or JSON."""
    release = planned(ctx, version, at)
    musts = [each for each in release.items if each.item.must]
    selections = [ForecastItems("every item", release.items, release.forecast())]
    selections += [ForecastItems("musts only", musts, release.forecast(musts))] if musts else []
    return as_json(_document(release, selections)) if json else _text(release, selections)


def _text(release: PlannedRelease, selections: Sequence[ForecastItems]) -> str:
    lines = release.heading
    if release.released:
        return "\n".join([*lines, "", "it is released; use --at DAY for what was forecast then"])
    landed = f"{sum(release.weeks)} {release.pace.unit} landed"
    if selections[0].forecast is None:
        why = _NEEDS.format(landed, counted(len(release.weeks), "week"), LEAST, LEAST_WEEKS)
        return "\n".join([*lines, "", f"not enough history for a forecast: {why}"])
    pace = f"capacity {release.plan.capacity:g} a week" if release.plan.capacity else _pace(release)
    lines += ["", f"{pace}; planned work was {percent(release.planned_share)} of it"]
    lines += _own(selections[0].forecast)
    for selection in selections:
        lines += ["", *_answers(release, selection)]
    return "\n".join(lines)


def _own(found: Forecast) -> list[str]:
    """Return what own past forecasts add to the ratios that all projects had; nothing while there are too few."""
    if not found.own:
        return []
    middle, share = median(found.own), percent(own_share(len(found.own)))
    return [f"{len(found.own)} own forecasts: time needed / forecast was {middle:.2f} (median); they count for {share}"]


def _pace(release: PlannedRelease) -> str:
    each_week = sum(release.weeks) / len(release.weeks)
    weeks = counted(len(release.weeks), "week")
    return f"{sum(release.weeks)} {release.pace.unit} landed in the last {weeks}, {each_week:.1f} a week"


def _answers(release: PlannedRelease, selection: ForecastItems) -> list[str]:
    open_items = sum(not each.done for each in selection.items)
    if selection.forecast is None or not open_items:
        return [f"{selection.name}: nothing is open"]
    lines = [f"{selection.name}: {open_items} of {len(selection.items)} open"]
    now = release.moment.day
    rows = [(percent(each), f"{day}", until(day, now)) for each in _CHANCES for day in [selection.forecast.by(each)]]
    if release.plan.date:
        chance = percent(selection.forecast.chance(release.plan.date))
        rows.append((chance, f"{release.plan.date}", "the planned date"))
    return [*lines, *columns(rows)]


def _document(release: PlannedRelease, selections: Sequence[ForecastItems]) -> dict[str, Any]:
    return {
        "release": release.name,
        "as_of": release.moment.day,
        "date": release.plan.date,
        "released": release.released,
        "unit": release.pace.unit,
        "weeks": list(release.weeks),
        "planned_share": round(release.planned_share, 4),
        "own_forecasts": [round(each, 3) for each in release.own_ratios],
        "enough_history": selections[0].forecast is not None,
        "selections": [_answer(release, each) for each in selections],
    }


def _answer(release: PlannedRelease, selection: ForecastItems) -> dict[str, Any]:
    found, planned_day = selection.forecast, release.plan.date
    return {
        "about": selection.name,
        "items": len(selection.items),
        "open": sum(not each.done for each in selection.items),
        "left": found and found.left,
        "median_days": found and round(found.median_days, 1),
        "by": found and {f"{each:.2f}": found.by(each) for each in _CHANCES},
        "chance_of_date": round(found.chance(planned_day), 4) if found and planned_day else None,
    }
