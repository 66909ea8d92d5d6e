"""inv support: which series of releases get what, for a terminal, for machines, and as a table for the documents."""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.context import Context
from release.planning import support
from release.planning.moment import moment_of
from release.planning.prose import as_json


def show(ctx: Context, at: str = "", *, json: bool = False, markdown: bool = False) -> str:
    """Return the series at a moment; raise ReleaseError where nothing was released, and nothing is planned."""
    moment = moment_of(ctx.git, ctx.config, at)
    found = support.supported(ctx.git, ctx.config, moment)
    if not found:
        why = "nothing was released by then, and no plan has a date"
        raise ReleaseError("cannot show what is supported", why=why, run="inv history")
    if json:
        return as_json(support.as_document(found, moment.day))
    if markdown:
        return support.as_markdown(found, moment.day)
    text = support.as_text(ctx.project.name, found, moment.day)
    if support.says_anything(ctx.config, found):
        return text
    return f"{text}\n\nno support period is configured\nnext: $EDITOR release.toml      ([calendar])"
