"""A retrospective of one release: its timeline, what was predicted beside what came, and the actions for the next one.

A release without a plan has the first and the last of these, and what its history alone can say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.context import Context
from release.insight.failed_releases import DAY, Evidence, failures
from release.insight.known_releases import Known
from release.insight.plan_versions import PlanVersion, plan_versions, promised
from release.insight.release_history import Released
from release.insight.release_timeline import Event, decisions_of, failure_event, timeline
from release.planning.dates.calendar import SURE, calendar
from release.planning.health import headline, health
from release.planning.moment import Moment, day_of
from release.planning.plan import Action
from release.planning.plan_names import plan_names
from release.planning.planned_release import PlannedRelease, planned_at
from release.planning.prose import counted, percent
from release.planning.scope import change_since_baseline


@dataclass(frozen=True)
class Comparison:
    """What was predicted of one thing and what came of it; `good` None where that is no question of good or bad."""

    about: str
    predicted: str
    came: str
    good: bool | None = None


@dataclass(frozen=True)
class Retrospective:
    """All that is known of a release when people sit down to talk about it; `name` is that of its plan."""

    release: Released
    name: str
    planned: bool
    events: tuple[Event, ...]
    comparisons: tuple[Comparison, ...]
    decisions: tuple[str, ...]
    failure: Evidence | None
    actions: tuple[Action, ...]
    open_before: tuple[Action, ...]

    @property
    def late(self) -> list[Event]:
        """The events that came after their planned day."""
        return [each for each in self.events if (each.days_late or 0) > 0]

    @property
    def on_time(self) -> list[Event]:
        """The events that came on their planned day, or before it."""
        return [each for each in self.events if each.days_late is not None and each.days_late <= 0]


def retrospective(ctx: Context, known: Known, release: Released, *, offline: bool = False) -> Retrospective:
    """Return the retrospective of a release; changes nothing."""
    moment = known.history.moment
    names = plan_names(ctx.git, moment.main)
    name = next((each for each, version in names.items() if version == release.version), "")
    versions = plan_versions(ctx.git, name, moment.main) if name else []
    before = [each for each in versions if each.at <= release.at]  # a plan that came later only holds its actions
    plan = planned_at(ctx, name, moment) if name else None
    failure = failures(ctx.git, known.history, ctx.project.notes, known.taken_back).get(release.version)
    events = timeline(ctx, known, release, before, _days(ctx.git, plan, before), offline=offline)
    failed = failure_event(failure)
    own, before_it = plan.plan.action if plan else (), _open_before(ctx.git, moment, names, release.version)
    events = sorted([*events, *([failed] if failed else [])], key=lambda each: each.day)
    return Retrospective(
        release=release,
        name=name or _name(release.version),
        planned=bool(before),
        events=tuple(events),
        comparisons=tuple(_comparisons(ctx, known, release, plan if before else None, before, failure)),
        decisions=tuple(decisions_of(ctx.git, release)),
        failure=failure,
        actions=own,
        open_before=tuple(each for each in before_it if each.text not in {action.text for action in own}),
    )


def predictions(ctx: Context, known: Known, release: Released, name: str, failure: Evidence | None) -> list[Comparison]:
    """Return what was predicted of a release beside what came, by the plan of that name."""
    moment = known.history.moment
    versions = [each for each in plan_versions(ctx.git, name, moment.main) if each.at <= release.at]
    plan = planned_at(ctx, name, moment) if versions else None
    return list(_comparisons(ctx, known, release, plan, versions, failure))


def _name(version: Version) -> str:
    return f"{version.major}.{version.minor}" + (f".{version.micro}" if version.micro else "")


def _days(git: Git, plan: PlannedRelease | None, versions: list[PlanVersion]) -> dict[str, date]:
    """Return {stage: the day that was promised first}; nothing where no date was."""
    first = promised(versions)
    if plan is None or first is None or first.plan.date is None:
        return {}
    return {each.stage: each.day for each in calendar(git, replace(plan, plan=first.plan)).days}


def _comparisons(
    ctx: Context,
    known: Known,
    release: Released,
    plan: PlannedRelease | None,
    versions: list[PlanVersion],
    failure: Evidence | None,
) -> Iterator[Comparison]:
    if plan:
        yield from _date(ctx, release, plan, versions)
        yield from _scope(plan)
        yield from _risks(versions, plan)
        yield from _readiness(ctx, release, plan)
    yield from _measured(known, release)
    yield Comparison("fixes needed", "none", failure.text if failure else "none", failure is None)


def _date(ctx: Context, release: Released, plan: PlannedRelease, versions: list[PlanVersion]) -> Iterator[Comparison]:
    came, first = day_of(release.at), promised(versions)
    if first and first.plan.date:
        late = (came - first.plan.date).days
        fact = "on the day" if late == 0 else f"{counted(abs(late), 'day')} {'late' if late > 0 else 'early'}"
        yield Comparison("date of the final", f"{first.plan.date}", f"{came}, {fact}", late <= 0)
    if first:
        then = Moment(first.day, first.commit, first.at)
        found = planned_at(ctx, plan.name, then).forecast()
        if found:
            said = f"{percent(0.5)} by {found.by(0.5)}, {percent(SURE)} by {found.by(SURE)}"
            yield Comparison(f"forecast of {first.day}", said, f"{came}", came <= found.by(SURE))


def _scope(plan: PlannedRelease) -> Iterator[Comparison]:
    change = change_since_baseline(plan)
    if change and change.promised:
        all_in = change.delivered == change.promised
        share = f"{change.delivered} of them done, {percent(change.delivered / change.promised)}"
        yield Comparison("scope", counted(change.promised, "item"), share, all_in)
        if change.added:
            yield Comparison("added to the scope", "nothing", ", ".join(change.added))
        if change.dropped:
            yield Comparison("no longer in the scope", "nothing", ", ".join(change.dropped), False)
    yield Comparison("unplanned changes", "none", str(len(plan.unplanned)))


def _risks(versions: list[PlanVersion], plan: PlannedRelease) -> Iterator[Comparison]:
    """Yield each risk with the chance that it had first."""
    chances: dict[str, float] = {}
    for version in versions:
        for each in version.plan.risk:
            chances.setdefault(each.id or each.text, each.chance)
    for each in plan.plan.risk:
        name = each.id or each.text
        good = {"averted": True, "materialised": False}.get(each.outcome)
        yield Comparison(f"risk {name}", percent(chances.get(name, each.chance)), each.outcome or "not said", good)


def _readiness(ctx: Context, release: Released, plan: PlannedRelease) -> Iterator[Comparison]:
    """Yield how the plan stood right before the release commit."""
    before = ctx.git.commit_of(f"{release.commit}^")
    if before is None:
        return
    try:
        then = planned_at(ctx, plan.name, Moment(day_of(release.at), before, release.at - 1))
    except ReleaseError:
        return  # the branch of the release has no plans
    days = calendar(ctx.git, then) if then.plan.date or then.forecast() else None
    found = health(then, days, len(then.plan.check))
    yield Comparison("health before the final", headline(found), "released")


def _measured(known: Known, release: Released) -> Iterator[Comparison]:
    """Yield what the history alone says of this release, beside the one before it."""
    earlier = known.history.of(release.before) if release.before else None
    if earlier is None:
        yield Comparison("changes", "the first release", _count(release))
        return
    older = known.history.of(earlier.before) if earlier.before else None
    name = earlier.version
    yield Comparison("changes", f"{name}: {_count(earlier)}", _count(release))
    yield Comparison("lead time", f"{name}: {_lead(earlier)}", _lead(release))
    gap = f"{name}: {(earlier.at - older.at) / DAY:.0f} days" if older else f"{name}: the first release"
    yield Comparison("since the release before", gap, f"{(release.at - earlier.at) / DAY:.0f} days")


def _count(release: Released) -> str:
    kinds: dict[str, int] = {}
    for each in release.changes:
        kinds[each.kind or "change"] = kinds.get(each.kind or "change", 0) + 1
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "none"


def _lead(release: Released) -> str:
    days = [max(0, release.at - each.at) / DAY for each in release.changes]
    return f"median {median(days):.1f} days" if days else "no change"


def _open_before(git: Git, moment: Moment, names: Mapping[str, Version], version: Version) -> tuple[Action, ...]:
    """Return the actions of older plans that no plan says are done, each once."""
    found: dict[str, Action] = {}
    done: set[str] = set()
    for name, planned in names.items():
        versions = plan_versions(git, name, moment.main)
        for each in versions[-1].plan.action if versions else ():
            done |= {each.text} if each.done else set()
            if planned < version:
                found[each.text] = each
    return tuple(each for each in found.values() if each.text not in done)
