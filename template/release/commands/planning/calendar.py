"""inv calendar: the days of a planned release's stages, as a text, JSON, Markdown, or a file for calendars."""

from __future__ import annotations

from pathlib import Path

from release.base.errors import ReleaseError
from release.context import Context
from release.planning.dates import calendar as days
from release.planning.dates.icalendar_file import icalendar
from release.planning.planned_release import planned
from release.planning.prose import as_json


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the calendar of a planned release at a moment."""
    release = planned(ctx, version, at)
    found = days.calendar(ctx.git, release)
    if json:
        return as_json(days.as_document(release, found))
    return days.as_markdown(release, found) if markdown else days.as_text(release, found)


def write(ctx: Context, version: str, at: str, file: str) -> str:
    """Write the calendar into an iCalendar file, and return what was done."""
    release = planned(ctx, version, at)
    found = days.calendar(ctx.git, release)
    text = icalendar(ctx.git, ctx.project.name, release, found)
    try:
        Path(file).write_bytes(text)
    except OSError as error:
        raise ReleaseError(f"cannot write {file}", why=str(error), run="inv calendar --ics acme.ics") from error
    return f"{file} has {len(found.days)} days of {release.name}"
