"""inv risks: the risk register of a planned release."""

from __future__ import annotations

from release.context import Context
from release.planning import risk_register
from release.planning.planned_release import planned
from release.planning.prose import as_json


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the risks of a planned release at a moment."""
    release = planned(ctx, version, at)
    if json:
        return as_json(risk_register.as_document(release))
    return risk_register.as_markdown(release) if markdown else risk_register.as_text(release)
