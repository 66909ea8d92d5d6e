"""`inv status --watch`: the status again and again while a release runs: steps, what is waited for, who has to act."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from release.commands import status
from release.context import Context

PAUSE = 15.0  # seconds between two looks; each asks the remote and the indexes


def watch(load: Callable[[], Context], pause: float = PAUSE) -> None:
    """Print the status whenever it is another one, until no release is in progress; changes nothing.

    `load` gives a context that has not looked yet. On a terminal the newest status replaces the one before it.
    """
    before = ""
    while True:
        ctx = load()
        seen = status.look(ctx)
        facts = status.as_json(seen)
        if facts != before:
            ctx.report.console.clear()  # on a terminal only
            status.show(ctx, seen)
            ctx.report.say(f"\nas of {datetime.now(UTC):%H:%M:%S} UTC; {_ahead(seen)}")
        before = facts
        if seen.complete:
            return
        time.sleep(pause)


def _ahead(seen: status.Status) -> str:
    if not seen.complete:
        return "checking again; Ctrl-C ends only this view"
    if seen.newest is None:
        return "no release is in progress"
    return f"no release is in progress; inv watch {seen.newest.release.version} --follow watches the release"
