"""The Invoke tasks that look back at releases: metrics, comparisons, history."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.tasks import task

from release.tasks.invoke_support import Worded, load, told

AT = "as it was at the end of a day (2026-11-30) or at a commit; default: now"
OFFLINE = "ask no index: a tag is a release, at the time when it was made"


@task(help={"at": AT, "offline": OFFLINE, "json": "print it for machines"})
@told
def metrics(c: Invocation, at: str = "", offline: bool = False, json: bool = False) -> None:
    """Show how often releases are made, and how many fail."""
    from release.commands.after_release import metrics

    ctx = load(write=False)
    found = metrics.look(ctx, at, offline=offline)
    print(metrics.as_json(ctx, found)) if json else metrics.show(ctx, found)


@task(
    klass=Worded,
    positional=["older", "newer"],
    help={
        "older": "a released version, such as 1.3.0",
        "newer": "a later one, such as 1.4.0",
        "offline": OFFLINE,
        "json": "print it for machines",
    },
)
@told
def compare(c: Invocation, older: str, newer: str, offline: bool = False, json: bool = False) -> None:
    """Show what is different between two releases."""
    from release.commands.after_release import compare

    ctx = load(write=False)
    found = compare.look(ctx, older, newer, offline=offline)
    print(compare.as_json(ctx, found)) if json else compare.show(ctx, found)


@task(
    help={
        "at": AT,
        "last": "how many of the newest versions to show",
        "back-to": "a version: print the way back to it, with the commands",
        "offline": OFFLINE,
        "json": "print it for machines",
    }
)
@told
def history(
    c: Invocation, at: str = "", last: int = 20, back_to: str = "", offline: bool = False, json: bool = False
) -> None:
    """Show the released versions, and what became of them."""
    from release.commands.after_release import history

    ctx = load(write=False)
    if back_to:
        ctx.report.say(history.back_to(ctx, back_to, offline=offline))
        return
    rows = history.look(ctx, at, last=last, offline=offline)
    print(history.as_json(ctx, rows)) if json else history.show(ctx, rows)
