"""The announcement of a release before it: its day, the days to try it, and what it is to have."""

from __future__ import annotations

from datetime import date

from release.planning.dates.calendar import BEFORE, Calendar
from release.planning.planned_release import PlannedRelease


def upcoming(project: str, version: str, day: date, text: str = "") -> list[str]:
    """Return the lines about a release that comes on a day; `text` is what else there is to say of it."""
    head = f"{project} {version} is planned for {day:%A}, {day}."
    return [head, *(["", text.strip()] if text.strip() else [])]


def of_plan(project: str, release: PlannedRelease, days: Calendar, day: date, text: str = "") -> list[str]:
    """Return the lines about a planned release: promised is what is done; open is only what has to be in it."""
    lines = upcoming(project, release.name, day, text)
    now = release.moment.day
    coming = [each for each in days.days if each.stage in BEFORE and each.state(now) in ("ahead", "today")]
    lines += ["", "Before that:", *(f"- {each.stage}: {each.day}" for each in coming)] if coming else []
    done = [each.item.title for each in release.items if each.done]
    lines += ["", "Ready:", *(f"- {title}" for title in done)] if done else []
    musts = [each.item.title for each in release.open if each.item.must]
    lines += ["", "Planned:", *(f"- {title}" for title in musts)] if musts else []
    return [*lines, "", "Day and contents may change."]
