"""`inv pages --live`: the pages on this machine, made again whenever a commit, a tag or a record is new."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from release.adapters.page_server import LivePages, serving
from release.base.errors import ReleaseError
from release.context import Context

_REMOTE = 60.0  # seconds between two questions to the remote


Made = Callable[[Context], Mapping[str, bytes]]


def live(load: Callable[[], Context], files: Made, port: int, pause: float, *, offline: bool = False) -> None:
    """Serve the pages until Ctrl-C; changes nothing.

    `load` gives a context that has not looked yet, `files` what is served of one. A history that cannot be shown (a
    plan with a mistake, say) leaves the pages that there are. Raises ReleaseError where there are none yet, and for a
    port that is taken.
    """
    pages, ctx = LivePages(pause), load()
    here, there, asked = _here(ctx), _there(ctx, offline=offline), time.monotonic()
    pages.show(files(ctx))
    with serving(pages, port) as address:
        ctx.report.say(f"{ctx.project.name}: {address} (this machine alone; Ctrl-C ends it)")
        try:
            while True:
                time.sleep(pause)
                ctx = load()
                newer = _here(ctx)
                if time.monotonic() - asked >= _REMOTE:
                    theirs, asked = _there(ctx, offline=offline), time.monotonic()
                else:
                    theirs = there
                if (newer, theirs) != (here, there):
                    here, there = newer, theirs
                    _make_again(ctx, pages, files)
        except KeyboardInterrupt:
            ctx.report.say("\nended")


def _make_again(ctx: Context, pages: LivePages, files: Made) -> None:
    try:
        pages.show(files(ctx))
        ctx.report.say(f"made again at {ctx.git.read('rev-parse', '--short', 'HEAD')}")
    except ReleaseError as error:
        ctx.report.say(f"{error}\nthe pages stay as they were")


def _here(ctx: Context) -> str:
    """Return what this clone has: each ref with its commit."""
    return ctx.git.read("for-each-ref", "--format=%(objectname) %(refname)")


def _there(ctx: Context, *, offline: bool) -> object:
    """Return what the remote has; nothing where it is not asked, or has no answer now."""
    try:
        return None if offline else ctx.git.remote_refs(ctx.config.remote)
    except ReleaseError:
        return None
