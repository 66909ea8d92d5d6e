"""What a release was to reach, and how much of it was reached, by weight; what is not known counts as not reached.

A plan has its `[[objective]]`s; where there is none, the targets of [metrics] in release.toml are the objectives.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from release.base.errors import ReleaseError
from release.context import Context
from release.insight.metrics import Metric
from release.monitoring.measured_commands import judged, measured
from release.planning.plan import Objective, path_of
from release.planning.planned_release import PlannedRelease
from release.planning.scope import change_since_baseline

_OF_THE_PLAN = ("scope", "days_late")


@dataclass(frozen=True)
class Reached:
    """An objective, whether it was reached (None where that is not known), and the fact that says so."""

    text: str
    weight: float
    met: bool | None
    fact: str
    target: str


def share(found: Sequence[Reached]) -> float:
    """Return which share of the weights was reached, 0 to 1."""
    whole = sum(each.weight for each in found)
    return sum(each.weight for each in found if each.met) / whole if whole else 0.0


def of_plan(
    ctx: Context, release: PlannedRelease, metrics: Callable[[], Iterable[Metric]], *, past: bool
) -> list[Reached]:
    """Return what became of a plan's objectives; `past`: commands, which only measure today, are not run.

    Raises ReleaseError for a metric that there is not.
    """
    known: dict[str, Metric] = {}
    if any(each.measure not in ("", *_OF_THE_PLAN) for each in release.plan.objective):
        known = {each.key: each for each in metrics()}
    return [_reached(ctx, release, each, known, past=past) for each in release.plan.objective]


def _reached(
    ctx: Context, release: PlannedRelease, objective: Objective, known: Mapping[str, Metric], *, past: bool
) -> Reached:
    target = f"at most {objective.at_most:g}" if objective.at_most is not None else f"at least {objective.at_least:g}"
    number, fact = _number(ctx, release, objective, known, past=past)
    met = None
    if number is not None:
        met, fact = judged(number, objective.at_most, objective.at_least)
    return Reached(objective.text or objective.measure or " ".join(objective.run), objective.weight, met, fact, target)


def _number(
    ctx: Context, release: PlannedRelease, objective: Objective, known: Mapping[str, Metric], *, past: bool
) -> tuple[float | None, str]:
    """Return the number of an objective, else why there is none."""
    if objective.measure == "scope":
        change = change_since_baseline(release)
        return (100 * change.delivered / change.promised, "") if change and change.promised else (None, "no items")
    if objective.measure == "days_late":
        return _days_late(release)
    if objective.measure:
        return value_of(_metric(release, objective.measure, known))
    if past:
        return None, "not known: a command measures only today"
    found = measured(ctx, objective.run)
    why = f"not known: {found.failure}" if found.failure else f"not known: its last line is no number: {found.last}"
    return found.number, why


def _days_late(release: PlannedRelease) -> tuple[float | None, str]:
    first = release.baseline
    if release.released is None or first is None or first.date is None:
        return None, "not known: it is not released, or no date was planned"
    return (release.released - first.date).days, ""


def _metric(release: PlannedRelease, name: str, known: Mapping[str, Metric]) -> Metric:
    if name in known:
        return known[name]
    names = [*known, *_OF_THE_PLAN]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    why = f'there is no metric "{name}"; ' + (f"did you mean {near[0]}?" if near else f"metrics: {', '.join(names)}")
    path = path_of(release.name)
    raise ReleaseError(f"cannot use {path}: objective.measure", why=why, run=f"$EDITOR {path}")


def value_of(metric: Metric) -> tuple[float | None, str]:
    """Return the number of a metric that a target is compared with: a median, a rate (of a share in percent)."""
    if not metric.enough:
        return None, f"too few to judge (n {metric.n})"
    name = next(each for each in ("per_30_days", "rate", "median") if each in metric.values)
    return metric.values[name] * (100 if metric.unit == "share" else 1), ""


def of_targets(metrics: Iterable[Metric], text_of: Callable[[Metric], str]) -> list[Reached]:
    """Return what became of the targets of [metrics], each of the same weight."""
    return [Reached(each.name, 1.0, each.met, text_of(each), each.target) for each in metrics if each.target]
