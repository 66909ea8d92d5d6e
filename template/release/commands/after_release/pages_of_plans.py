"""What `inv pages` reads of plans: each planned release now, as it stood each week, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from packaging.version import Version

from release.base.errors import ReleaseError
from release.base.mail_addresses import without_addresses
from release.context import Context
from release.insight.failed_releases import Evidence
from release.insight.known_releases import Known
from release.insight.plan_versions import plan_versions
from release.insight.prediction_scores import mondays
from release.insight.retrospective import predictions
from release.pages.plan_facts import HealthThen, PlanFacts
from release.pages.site_facts import Prediction, Retrospect
from release.planning.dates.calendar import Calendar, calendar
from release.planning.dates.icalendar_file import icalendar
from release.planning.dates.timeline import timeline
from release.planning.health import Health, health
from release.planning.moment import Moment, end_of
from release.planning.people_checks import PASSED, check_states
from release.planning.plan import FOLDER
from release.planning.plan_names import plan_names
from release.planning.planned_release import PlannedRelease, planned_at

_WEEKS, _NEWEST = 26, 12  # weeks that health is shown of; planned releases that a retrospective is shown of
_DRAWN = 2  # plans to come whose past weeks are looked at


def plans(ctx: Context, known: Known, *, offline: bool) -> list[PlanFacts]:
    """Return the planned releases at the moment of a history, by version; none where nothing is planned."""
    moment, found = known.history.moment, []
    waiting = 0
    for name in plan_names(ctx.git, moment.main):
        release = planned_at(ctx, name, moment, ask_forge=not offline)
        days = _calendar(ctx, release)
        waiting += not release.released
        drawn = not release.released and waiting <= _DRAWN
        found.append(
            PlanFacts(
                release=release,
                health=Health(()) if release.released else _health(ctx, release, days, offline=offline),
                days=days,
                timeline=timeline(release, days) if days and not release.released else None,
                past=tuple(_past(ctx, name, moment)) if drawn else (),
                calendar=_file(ctx, release, days),
            )
        )
    return found


def _health(ctx: Context, release: PlannedRelease, days: Calendar | None, *, offline: bool) -> Health:
    answered = 0 if offline else sum(each.state == PASSED for each in check_states(ctx, release))
    return health(release, days, answered)


def _calendar(ctx: Context, release: PlannedRelease) -> Calendar | None:
    """Return the days of a planned release; None where it has no date and none can be forecast."""
    dated = release.plan.date or release.released or release.forecast() is not None
    return calendar(ctx.git, release) if dated else None


def _file(ctx: Context, release: PlannedRelease, days: Calendar | None) -> bytes:
    """Return the days as a file for calendars, in which people have no addresses; empty where no date is planned."""
    if not release.plan.date or days is None:
        return b""
    items = [replace(each, item=replace(each.item, owner=without_addresses(each.item.owner))) for each in release.items]
    return icalendar(ctx.git, ctx.project.name, replace(release, items=tuple(items)), days)


def _past(ctx: Context, name: str, moment: Moment) -> list[HealthThen]:
    """Return how a planned release stood at the end of each Monday since it was planned, and how it stands."""
    first = next(iter(plan_versions(ctx.git, name, moment.main)), None)
    if first is None:
        return []
    found = []
    for day in [*list(mondays(first.day, moment.day))[-_WEEKS:], moment.day]:
        then = moment if day == moment.day else _end_of(ctx, moment, day)
        try:
            release = planned_at(ctx, name, then) if then else None
        except ReleaseError:
            continue  # on that day there was no plan, or it could not be read
        if release:
            found.append(_then(release, health(release, _calendar(ctx, release), len(release.plan.check))))
    return found


def _end_of(ctx: Context, moment: Moment, day: date) -> Moment | None:
    main = ctx.git.newest_before(moment.main, end_of(day))
    return Moment(day, main, end_of(day)) if main else None


def _then(release: PlannedRelease, found: Health) -> HealthThen:
    said, planned = release.forecast() if release.open else None, release.plan.date
    return HealthThen(
        day=release.moment.day,
        colour=found.colour,
        reason="; ".join(each.name for each in found.reasons),
        done=sum(each.done for each in release.items),
        items=len(release.items),
        chance=said.chance(planned) if said and planned else None,
        half=said.by(0.5) if said else None,
        sure=said.by(0.85) if said else None,
    )


def retrospects(
    ctx: Context, known: Known, failed: Mapping[Version, Evidence], planned: list[PlanFacts]
) -> dict[Version, Retrospect]:
    """Return {version: what its plan gives to look back on} of the newest planned releases that are out."""
    found = {}
    for each in [plan for plan in planned if plan.released][-_NEWEST:]:
        release = known.history.of(each.release.version)
        if release is None:
            continue
        said = predictions(ctx, known, release, each.name, failed.get(release.version))
        rows = tuple(Prediction(one.about, one.predicted, one.came, one.good) for one in said)
        prose = ctx.git.file_at(known.history.moment.main, f"{FOLDER}/{each.name}.md") or ""
        found[release.version] = Retrospect(each.name, rows, each.release.plan.action, without_addresses(prose))
    return found
