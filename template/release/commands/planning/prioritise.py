"""inv prioritise: the order of what is open, and what has to be deferred to keep the date."""

from __future__ import annotations

from release.context import Context
from release.planning import priorities
from release.planning.planned_release import planned
from release.planning.prose import as_json


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False) -> str:
    """Return order and alternatives of a planned release at a moment."""
    release = planned(ctx, version, at)
    sure = release.policy.health.yellow
    return as_json(priorities.as_document(release, sure)) if json else priorities.as_text(release, sure)
