"""The forge release made public: the last thing that users see of a release, and only after the indexes have it all."""

from __future__ import annotations

from release.adapters.retry import patiently
from release.artifacts.forge_draft import found_of, pushed_commit, removed, show, stranger
from release.artifacts.forge_page import forge_of, is_latest, is_ours
from release.context import Context
from release.engine.step import Seen, Step, absent, done


def _observe(ctx: Context) -> Seen:
    if pushed_commit(ctx) is None:
        return absent(f"{ctx.release.tag} is not on {ctx.config.remote}")
    public, drafts = found_of(ctx)
    if public:
        return done(public.page) if is_ours(ctx, public) else stranger(ctx, public)
    if removed(ctx, public, drafts):
        return done(f"{forge_of(ctx).name} no longer has it: it was deleted there")
    return absent(f"it is a draft on {forge_of(ctx).name}" if drafts else f"{forge_of(ctx).name} has no draft of it")


def _do(ctx: Context) -> None:
    patiently(lambda: show(ctx, latest=is_latest(ctx)), ctx.config.retry, ctx.report.say)


REVEAL = Step("publish-page", "make the forge release public", _observe, _do, one_way=True, public=True)
