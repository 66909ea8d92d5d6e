"""What was predicted of released plans beside what came: scope, days of stages, Monday forecasts, risks.

Nothing was recorded for it: a plan, a forecast and the state of an item are read from git as they were on a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from packaging.version import Version

from release.base.errors import ReleaseError
from release.context import Context
from release.insight.plan_versions import PlanVersion, plan_versions
from release.planning.dates.calendar import calendar
from release.planning.forecast import WEEKS, forecast
from release.planning.health import Colour, health
from release.planning.landings import commits_landed, fragments_landed, weeks_of
from release.planning.moment import Moment, day_of, end_of, moment_of
from release.planning.plan import STAGES
from release.planning.plan_names import plan_names
from release.planning.planned_release import PlannedRelease, planned_at
from release.planning.scope import change_since_baseline

HORIZONS = (7, 30, 90, 182)  # days before a planned day
_ITEMS = 10  # that a forecast of the own history is for
_MONDAYS = 52  # back, of which it is asked
_LIKELY = (0.50, 0.85)


@dataclass(frozen=True)
class StageScore:
    """The day of a stage as the plan had it so many days before, and how many days later the stage was reached."""

    stage: str
    horizon: int
    planned: date
    late: int


@dataclass(frozen=True)
class ForecastScore:
    """A Monday's forecast: the chance that it gave for the planned day, and whether that came; None without such a day.

    `within`: whether what was open was done by the day of 50 %, and of 85 %; None where nothing of it was done later.
    """

    monday: date
    chance: float | None
    came: bool | None
    within: tuple[bool, bool] | None


@dataclass(frozen=True)
class RiskScore:
    """A risk with the chance that it had first, and whether it materialised."""

    name: str
    chance: float
    materialised: bool

    @property
    def right(self) -> bool:
        """Whether it was taken for likely and came, or for unlikely and did not."""
        return (self.chance >= 0.5) == self.materialised


@dataclass(frozen=True)
class ReleaseScore:
    """All that was predicted of one released plan; `green` None where its health could not be computed any more.

    `failed`: whether the release failed, by evidence up to the moment of the question.
    """

    name: str
    failed: bool
    released: date
    promised: int
    delivered: int
    unplanned: int
    stages: tuple[StageScore, ...]
    forecasts: tuple[ForecastScore, ...]
    risks: tuple[RiskScore, ...]
    green: bool | None


def release_scores(ctx: Context, moment: Moment, last: int, failed: Collection[Version]) -> list[ReleaseScore]:
    """Return the scores of the newest `last` plans that were released by a moment, oldest first."""
    found: list[ReleaseScore] = []
    for name in reversed(plan_names(ctx.git, moment.main)):
        versions = plan_versions(ctx.git, name, moment.main)
        release = planned_at(ctx, name, moment)
        before = [each for each in versions if release.released and each.day <= release.released]
        if release.released and before and before[0].plan.item and len(found) < last:
            found.append(_score(ctx, release, before, failed=release.version in failed))
    return found[::-1]


def _score(ctx: Context, release: PlannedRelease, versions: Sequence[PlanVersion], *, failed: bool) -> ReleaseScore:
    change = change_since_baseline(release)
    return ReleaseScore(
        name=release.name,
        failed=failed,
        released=release.released or release.moment.day,
        promised=change.promised if change else 0,
        delivered=change.delivered if change else 0,
        unplanned=len(release.unplanned),
        stages=tuple(_stages(ctx, release, versions)),
        forecasts=tuple(_forecasts(ctx, release, versions)),
        risks=tuple(_risks(release, versions)),
        green=_was_green(ctx, release),
    )


def _stages(ctx: Context, release: PlannedRelease, versions: Sequence[PlanVersion]) -> Iterator[StageScore]:
    """Yield for each stage and horizon the plan that was in force so long before the day that it had."""
    reached = {
        each.stage: each.reached for each in calendar(ctx.git, release).days if each.evidence and not each.passed
    }
    ends = [*(each.day for each in versions[1:]), release.released or release.moment.day]
    planned = [_days(ctx, release, each) for each in versions]
    for stage in STAGES:
        actual = reached.get(stage)
        for horizon in HORIZONS if actual else ():
            days = (each.get(stage) for each in planned)
            asked = (
                day
                for version, end, day in zip(versions, ends, days, strict=True)
                if day and version.day <= day - timedelta(days=horizon) < end
            )
            day = next(asked, None)
            if day and actual and day - timedelta(days=horizon) < actual:
                yield StageScore(stage, horizon, day, (actual - day).days)


def _days(ctx: Context, release: PlannedRelease, version: PlanVersion) -> dict[str, date]:
    """Return {stage: day} as a version of the plan had it; nothing where it had no date."""
    if not version.plan.date:
        return {}
    return {each.stage: each.day for each in calendar(ctx.git, replace(release, plan=version.plan)).days}


def mondays(first: date, last: date) -> Iterator[date]:
    """Yield the Mondays from one day up to another, that one excluded."""
    day = first + timedelta(days=-first.weekday() % 7)
    while day < last:
        yield day
        day += timedelta(days=7)


def _forecasts(ctx: Context, release: PlannedRelease, versions: Sequence[PlanVersion]) -> Iterator[ForecastScore]:
    """Yield what each Monday's forecast said, of those on which a forecast was possible and something was open."""
    released = release.released or release.moment.day
    days = {each.item.name: each.day for each in release.items if each.done}
    for monday in list(mondays(versions[0].day, released))[-WEEKS:]:
        try:
            then = planned_at(ctx, release.name, moment_of(ctx.git, ctx.config, monday.isoformat()))
        except ReleaseError:
            continue  # on that day there was no plan, or it could not be read
        found = then.forecast()
        if found is None or not then.open:
            continue
        due = then.plan.date if then.plan.date and monday <= then.plan.date else None
        done = [day for each in then.open if (day := days.get(each.item.name))]
        within = (max(done) <= found.by(_LIKELY[0]), max(done) <= found.by(_LIKELY[1])) if done else None
        chance = found.chance(due) if due else None
        yield ForecastScore(monday, chance, released <= due if due else None, within)


def _risks(release: PlannedRelease, versions: Sequence[PlanVersion]) -> Iterator[RiskScore]:
    chances: dict[str, float] = {}
    for version in versions:
        for each in version.plan.risk:
            chances.setdefault(each.id or each.text, each.chance)
    for each in release.plan.risk:
        name = each.id or each.text
        if each.outcome and name in chances:
            yield RiskScore(name, chances[name], each.outcome == "materialised")


def _was_green(ctx: Context, release: PlannedRelease) -> bool | None:
    """Return whether it was Green right before its final, whose gate had asked for the checks by people."""
    before = ctx.git.commit_of(f"{release.line}^")
    try:
        then = planned_at(ctx, release.name, moment_of(ctx.git, ctx.config, before or ""))
        days = calendar(ctx.git, then) if then.plan.date or then.forecast() else None
        return health(then, days, len(then.plan.check)).colour is Colour.GREEN
    except ReleaseError:
        return None


def own_forecasts(ctx: Context, moment: Moment) -> list[ForecastScore]:
    """Return how forecasts of ten further changes came true, asked on each Monday of the last year.

    Needs no plan. One counts once the tenth change is there, or the day of 85 % is over without it.
    """
    times = sorted(each.at for each in fragments_landed(ctx.git, ctx.project.notes, moment.main))
    times = times or commits_landed(ctx.git, moment.main, 0)
    found = []
    for monday in mondays(moment.day - timedelta(days=7 * _MONDAYS), moment.day):
        end = end_of(monday)
        past, later = [each for each in times if each <= end], [each for each in times if each > end]
        weeks = weeks_of(past, end, WEEKS)
        said = forecast(monday, _ITEMS, weeks[_begun(past, end) :])
        if said is None:
            continue
        came = day_of(later[_ITEMS - 1]) if len(later) >= _ITEMS else None
        if came or said.by(_LIKELY[1]) < moment.day:
            within = tuple(came is not None and came <= said.by(chance) for chance in _LIKELY)
            found.append(ForecastScore(monday, None, None, (within[0], within[1])))
    return found


def _begun(past: Sequence[int], end: int) -> int:
    """Return how many of the weeks that are looked at were before the first change."""
    weeks = (end - past[0]) // (7 * 86_400) + 1 if past else 0
    return max(0, WEEKS - weeks)
