"""inv timeline: phases, critical path and buffer of a planned release."""

from __future__ import annotations

from release.context import Context
from release.planning.dates import timeline
from release.planning.dates.calendar import calendar
from release.planning.planned_release import planned
from release.planning.prose import as_json


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the timeline of a planned release at a moment."""
    release = planned(ctx, version, at)
    found = timeline.timeline(release, calendar(ctx.git, release))
    if json:
        return as_json(timeline.as_document(release, found))
    return timeline.as_markdown(release, found) if markdown else timeline.as_text(release, found)
