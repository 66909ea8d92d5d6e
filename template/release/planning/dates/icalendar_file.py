"""A calendar as an iCalendar file (RFC 5545): the same bytes each time, from the plan's own commits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.toml_schema import FILE
from release.planning.dates.calendar import Calendar, StageDay
from release.planning.plan import path_of
from release.planning.planned_release import PlannedRelease

_LONGEST = 75  # octets of a line, without its end


def icalendar(git: Git, project: str, release: PlannedRelease, found: Calendar) -> bytes:
    """Return the calendar of a release with a planned date, an all-day event for each stage.

    The UID of a stage stays when its day moves. DTSTAMP and SEQUENCE are those of the commits of the plan and of
    release.toml, not of now. Raises ReleaseError where no date is planned: a forecast moves each day.
    """
    path = path_of(release.name)
    if not release.plan.date:
        why = f"{path} has no date, and a forecast moves each day"
        raise ReleaseError(f"cannot write the calendar of {release.name}", why=why, run=f"$EDITOR {path}")
    commits = git.changes_of(release.moment.main, path, FILE)
    stamp = datetime.fromtimestamp(commits[0][1], UTC) if commits else datetime.fromtimestamp(0, UTC)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Keelway//release calendar//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"NAME:{_text(f'{project} {release.name}')}")
    for each in found.days:
        lines += _event(project, release, each, stamp, len(commits))
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(project: str, release: PlannedRelease, each: StageDay, stamp: datetime, sequence: int) -> list[str]:
    theme = f" ({release.plan.theme})" if release.plan.theme else ""
    due = [state.item for state in release.items if state.item.by == each.stage]
    owned = [f"{item.name}: {item.title}" + (f" ({item.owner})" if item.owner else "") for item in due]
    notes = [each.note, *(["due by then:", *owned] if owned else [])]
    return [
        "BEGIN:VEVENT",
        f"UID:{release.name}-{each.stage}@{project}.keelway",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{sequence}",
        f"DTSTART;VALUE=DATE:{_day(each.day)}",
        f"DTEND;VALUE=DATE:{_day(each.day + timedelta(days=1))}",
        f"SUMMARY:{_text(f'{project} {release.name}: {each.stage}{theme}')}",
        *([f"DESCRIPTION:{_text(chr(10).join(filter(None, notes)))}"] if any(notes) else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    """Return a text with what iCalendar reserves escaped."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line with CRLF, folded so that none is longer than 75 octets and no character is cut."""
    parts, room, size = [""], _LONGEST, 0
    for character in line:
        octets = len(character.encode())
        if size + octets > room:
            parts.append("")
            room, size = _LONGEST - 1, 0  # the space that a continuation begins with
        parts[-1] += character
        size += octets
    return "\r\n ".join(parts) + "\r\n"
