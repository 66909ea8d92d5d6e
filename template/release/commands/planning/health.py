"""inv health: how a planned release stands, and the weekly status update for those who wait for it."""

from __future__ import annotations

from release.adapters.git.git_repository import Git
from release.context import Context
from release.planning import health
from release.planning.calendar import Calendar, calendar
from release.planning.people_checks import PASSED, check_states
from release.planning.planned_release import PlannedRelease, planned
from release.planning.prose import as_json
from release.planning.status_update import status_update


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, update: str = "") -> str:
    """Return the health of a planned release at a moment, or its status update for an audience."""
    release = planned(ctx, version, at)
    days = calendar_of(ctx.git, release)
    answered = sum(each.state == PASSED for each in check_states(ctx, release))
    found = health.health(release, days, answered)
    if update:
        return status_update(ctx.project.name, release, found, days, update)
    return as_json(health.as_document(release, found)) if json else health.as_text(release, found)


def calendar_of(git: Git, release: PlannedRelease) -> Calendar | None:
    """Return the calendar of a planned release; None where it has no date and none can be forecast."""
    if not release.plan.date and not release.released and release.forecast() is None:
        return None
    return calendar(git, release)
