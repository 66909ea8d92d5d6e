"""The Invoke tasks that look back at releases: metrics, comparisons, history."""

from __future__ import annotations

from functools import partial

from invoke.context import Context as Invocation
from invoke.tasks import task

from release.tasks.assist_option import ASSIST
from release.tasks.commented_facts import commenting
from release.tasks.invoke_support import DRY_RUN, load, told
from release.tasks.task_arguments import Worded

AT = "as it was at the end of a day (2026-11-30) or at a commit; default: now"
OFFLINE = "do not query the index: every tag counts as a release, at the time it was made"


@task(help={"at": AT, "offline": OFFLINE, "json": "print it as JSON"})
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
        "json": "print it as JSON",
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
    klass=Worded,
    help={
        "at": AT,
        "last": "how many of the newest versions to show",
        "back-to": "a version: print the way back to it, with the commands",
        "offline": OFFLINE,
        "json": "print it as JSON",
    },
)
@told
def history(
    c: Invocation, at: str = "", last: int = 20, back_to: str = "", offline: bool = False, json: bool = False
) -> None:
    """Show the released versions, and what became of them."""
    from release.commands.after_release import history

    ctx = load(write=False)
    if back_to:
        ctx.report.say(history.back_to(ctx, back_to, offline=offline, json=json))
        return
    rows = history.look(ctx, at, last=last, offline=offline)
    print(history.as_json(ctx, rows)) if json else history.show(ctx, rows)


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": "the planned release, such as 1.3; default: the newest that is out and has objectives",
        "at": AT,
        "offline": OFFLINE,
        "json": "print it as JSON",
        "assist": ASSIST,
    },
)
@told
def analysis(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    offline: bool = False,
    json: bool = False,
    assist: bool = False,
) -> None:
    """Show which objectives a release reached, by weight."""
    from release.base.redact import redact
    from release.commands.after_release import analysis

    ctx = load(write=False)
    found = analysis.look(ctx, version or "", at, offline=offline)
    if not json:
        analysis.show(ctx, found)
    elif not assist:
        print(redact(analysis.as_json(ctx, found)))
    if assist:
        print(commenting(ctx, "analysis", json=json)(analysis.as_json(ctx, found)))


@task(
    klass=Worded,
    help={"at": AT, "last": "how many of the newest released plans to look at", "json": "print it as JSON"},
)
@told
def accuracy(c: Invocation, at: str = "", last: int = 5, json: bool = False) -> None:
    """Show how good past plans and forecasts were."""
    from release.commands.after_release import accuracy

    ctx = load(write=False)
    found = accuracy.look(ctx, at, last=last)
    print(accuracy.as_json(ctx, found)) if json else accuracy.show(ctx, found)


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": "a released version, such as 1.3.0; default: the newest final",
        "at": AT,
        "offline": "ask neither index nor remote: tags are the releases, and no records are shown",
        "json": "print it as JSON",
        "markdown": "print the agenda as a draft of Markdown",
        "write": "write that draft as plans/1.3.md, and commit it",
        "action": "write this action into the plan of the release, and commit it",
        "owner": "who does the action",
        "due": "the day by which the action is done, such as 2027-04-01",
        "dry-run": DRY_RUN,
        "assist": ASSIST,
    },
)
@told
def retrospective(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    offline: bool = False,
    json: bool = False,
    markdown: bool = False,
    write: bool = False,
    action: str = "",
    owner: str = "",
    due: str = "",
    dry_run: bool = False,
    assist: bool = False,
) -> None:
    """Show what happened around a release, and write its agenda."""
    from release.base.redact import redact
    from release.commands.after_release import retrospective

    ctx = load(write=False)
    found = retrospective.look(ctx, version or "", at, offline=offline)
    if action or owner or due:
        retrospective.act(ctx, found, retrospective.NewAction(action, owner, due), dry_run=dry_run)
    elif write:
        retrospective.write(ctx, found, dry_run=dry_run)
    elif markdown or (json and not assist):
        print(redact(retrospective.as_json(ctx, found) if json else retrospective.as_markdown(ctx, found)))
    elif not json:
        retrospective.show(ctx, found)
    if assist and not (write or action or owner or due):
        comment = commenting(ctx, "retrospective", json=json, markdown=markdown)
        print(comment(retrospective.as_json(ctx, found)))


@task(
    klass=Worded,
    help={
        "to": "the folder that is written, site/releases by default; what it had of older pages is replaced",
        "at": "as it was at the end of a day (2026-11-30) or at a commit; default: the newest commit, tag or record",
        "offline": "ask neither index nor remote: tags are the releases, and no records are shown",
        "live": "serve them on this machine instead, and make them again whenever a commit, tag or record is new",
        "port": "with --live: the port; 0: any that is free",
        "every": "with --live: seconds between two looks",
    },
)
@told
def pages(
    c: Invocation,
    to: str = "",
    at: str = "",
    offline: bool = False,
    live: bool = False,
    port: int = 8765,
    every: float = 5.0,
) -> None:
    """Write releases, activity and metrics as pages for people."""
    from release.commands.after_release import pages, pages_live

    if live:
        made = partial(pages.files, offline=offline)
        pages_live.live(lambda: load(write=False), made, port, max(1.0, every), offline=offline)
        return
    pages.pages(load(write=False), to, at, offline=offline)
