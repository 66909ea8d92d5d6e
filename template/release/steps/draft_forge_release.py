"""The forge release as a draft: its page and its files, before anything is on an index; nobody else sees it yet."""

from __future__ import annotations

from release.adapters.retry import patiently
from release.artifacts.forge_draft import fill, found_of, look_at_draft
from release.artifacts.forge_page import forge_of, is_ours
from release.context import Context
from release.engine.step import Step


def _do(ctx: Context) -> None:
    """Fill the draft; after an unclear answer, what is there is looked at anew."""
    patiently(lambda: fill(ctx), ctx.config.retry, ctx.report.say)


def _undo(ctx: Context) -> None:
    """Discard our drafts of the tag, those of other attempts too."""
    for each in found_of(ctx)[1]:
        if is_ours(ctx, each):
            forge_of(ctx).releases.discard(each)


DRAFT = Step("draft", "draft the forge release", look_at_draft, _do, _undo)
