"""inv scope: what the next release is to have, and what of it is done."""

from __future__ import annotations

from release.context import Context
from release.planning import scope
from release.planning.planned_release import planned
from release.planning.prose import as_json


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the scope of a planned release at a moment, as a text, JSON or Markdown."""
    release = planned(ctx, version, at)
    if json:
        return as_json(scope.as_document(release))
    return scope.as_markdown(release) if markdown else scope.as_text(release)
