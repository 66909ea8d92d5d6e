"""The Invoke tasks that look back at releases: their metrics."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.tasks import task

from release.tasks.invoke_support import load, told

AT = "as it was at the end of a day (2026-11-30) or at a commit; default: now"
OFFLINE = "ask no index: a tag is a release, at the time when it was made"


@task(help={"at": AT, "offline": OFFLINE, "json": "print it for machines"})
@told
def metrics(c: Invocation, at: str = "", offline: bool = False, json: bool = False) -> None:
    """Show how often releases are made, and how many fail."""
    from release.commands import metrics

    ctx = load(write=False)
    found = metrics.look(ctx, at, offline=offline)
    print(metrics.as_json(ctx, found)) if json else metrics.show(ctx, found)
