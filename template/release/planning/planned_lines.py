"""The two lines that `inv status` has of the next planned release: its health, and its next date."""

from __future__ import annotations

from dataclasses import dataclass

from release.base.errors import ReleaseError
from release.context import Context
from release.planning.dates.calendar import calendar
from release.planning.health import health
from release.planning.people_checks import PASSED, check_states
from release.planning.planned_release import PlannedRelease, next_planned
from release.planning.prose import how_far


@dataclass(frozen=True)
class PlannedLines:
    """The next planned release: its name, its colour with the reason, and its next stage with the day."""

    release: str
    colour: str
    fact: str
    stage: str
    when: str


def planned_lines(ctx: Context) -> PlannedLines | None:
    """Return the lines; None where nothing is planned. A plan that cannot be read is said, not raised."""
    try:
        release = next_planned(ctx)
        return _lines(ctx, release) if release else None
    except ReleaseError as error:
        return PlannedLines("the next release", "unknown", f"{error.what}: {error.why}", "", error.run)


def _lines(ctx: Context, release: PlannedRelease) -> PlannedLines:
    dated = release.plan.date or release.forecast() is not None
    days = calendar(ctx.git, release) if dated else None
    passed = sum(each.state == PASSED for each in check_states(ctx, release))
    found = health(release, days, passed)
    coming = days.next(release.moment.day) if days else None
    reasons = [f"{each.name} ({each.fact})" for each in found.reasons] or ["nothing is in its way"]
    reason = reasons[0] + (f"; {len(reasons) - 1} more: inv health {release.name}" if reasons[1:] else "")
    when = f"{coming.day}, {how_far(coming.day, release.moment.day)}" if coming else f"inv calendar {release.name}"
    return PlannedLines(release.name, found.colour.value.lower(), reason, coming.stage if coming else "", when)
