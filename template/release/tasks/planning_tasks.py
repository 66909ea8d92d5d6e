"""The Invoke tasks around a planned release: what it is to have, and when that will be done."""

from __future__ import annotations

from functools import partial

from invoke.context import Context as Invocation
from invoke.tasks import task

from release.tasks.assist_option import ASSIST, RECORD
from release.tasks.commented_facts import printed, recording, refuse_sending
from release.tasks.invoke_support import DRY_RUN, JSON, PAST, PLANNED, load, question, show, told
from release.tasks.task_arguments import Worded

_MARKDOWN = "print it as a document of Markdown"
_AGAIN = "send on this channel again, if it is not known whether the message arrived"
_NOT_SENT = "with --announce: print what would be sent; send nothing"


def refuse_past(at: str, what: str, run: str) -> None:
    """Raise ReleaseError where what was true on another day would be sent."""
    if at:
        from release.base.errors import ReleaseError

        raise ReleaseError(f"cannot announce {what}", why="--at shows another day than today", run=run)


@task(
    klass=Worded,
    positional=["version"],
    iterable=["item"],
    help={
        "version": "the release to plan, such as 1.3",
        "theme": "what the release is about, in a few words",
        "date": "the day of the final release, such as 2027-03-02; without it the forecast gives one",
        "item": "the title of an item; repeat --item for several",
        "pull": "take the issues of the milestone on the forge into the plan",
        "push": "make or move the milestone on the forge, and put the plan's issues into it",
        "yes": "with --push: do not ask before the forge is changed",
        "dry-run": DRY_RUN,
    },
)
@told
def plan(
    c: Invocation,
    version: str,
    item: list[str],
    theme: str = "",
    date: str = "",
    pull: bool = False,
    push: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Write the plan of a release, and commit it."""
    from release.commands.planning import milestone, plan

    ctx = load(write=False)
    if pull:
        milestone.pull(ctx, version, dry_run=dry_run)
    if push:
        milestone.push(ctx, version, question(yes), dry_run=dry_run)
    if not pull and not push:
        plan.plan(ctx, version, theme, date, item, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["version"],
    help={"version": PLANNED, "at": PAST, "json": JSON, "markdown": _MARKDOWN, "assist": ASSIST},
)
@told
def scope(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    json: bool = False,
    markdown: bool = False,
    assist: bool = False,
) -> None:
    """Show what the planned release is to have, and what is done."""
    from release.commands.planning import scope

    facts = partial(scope.show, load(write=False), version or "", at)
    printed("scope", facts, assist=assist, json=json, markdown=markdown)


@task(klass=Worded, positional=["version"], help={"version": PLANNED, "at": PAST, "json": JSON})
@told
def forecast(c: Invocation, version: str | None = None, at: str = "", json: bool = False) -> None:
    """Show when the planned release will be done, by chance."""
    from release.commands.planning import forecast

    show(forecast.show(load(write=False), version or "", at, json=json), json=json)


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": PLANNED,
        "at": PAST,
        "json": JSON,
        "markdown": _MARKDOWN,
        "ics": "write it into this file for calendars (iCalendar)",
    },
)
@told
def calendar(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    json: bool = False,
    markdown: bool = False,
    ics: str = "",
) -> None:
    """Show when the stages of the planned release are due."""
    from release.commands.planning import calendar

    ctx = load(write=False)
    if ics:
        show(calendar.write(ctx, version or "", at, ics))
    else:
        show(calendar.show(ctx, version or "", at, json=json, markdown=markdown), json=json)


@task(
    klass=Worded,
    positional=["version"],
    iterable=["again"],
    help={
        "version": PLANNED,
        "at": PAST,
        "json": JSON,
        "update": "print the weekly status update for team, management, customers or partners (Markdown)",
        "announce": "send the update to the channels that have its topic, once a week; without --update, every one",
        "again": _AGAIN,
        "dry-run": _NOT_SENT,
        "assist": ASSIST,
        "record": RECORD,
    },
)
@told
def health(
    c: Invocation,
    again: list[str],
    version: str | None = None,
    at: str = "",
    json: bool = False,
    update: str = "",
    announce: bool = False,
    dry_run: bool = False,
    assist: bool = False,
    record: bool = False,
) -> None:
    """Show how the planned release stands, and why."""
    from release.commands.planning import health

    if assist:
        refuse_sending(announce or bool(update), "inv health --update team")
        facts = partial(health.show, load(write=False), version or "", at)
        keep = recording(facts, at, dry_run=dry_run) if record else None
        printed("health", facts, assist=True, record=keep, json=json)
        return
    if announce:
        refuse_past(at, "the status update", "inv health --announce")
        health.announce(load(write=not dry_run), version or "", update, again, dry_run=dry_run)
        return
    show(health.show(load(write=False), version or "", at, json=json, update=update), json=json)


@task(
    klass=Worded,
    positional=["version"],
    iterable=["again"],
    help={
        "version": PLANNED,
        "at": PAST,
        "within": "days before its day from which something is due; default: 7",
        "who": "show only what this address has to do, also as the holder of a role or as a deputy",
        "json": JSON,
        "announce": "send what is due and overdue to the channels with the topic notices; the same list only once",
        "again": _AGAIN,
        "dry-run": _NOT_SENT,
    },
)
@told
def due(
    c: Invocation,
    again: list[str],
    version: str | None = None,
    at: str = "",
    within: int = 7,
    who: str = "",
    json: bool = False,
    announce: bool = False,
    dry_run: bool = False,
) -> None:
    """Show who has to act by when for the planned release."""
    from release.commands.planning import due

    if announce:
        refuse_past(at, "what is due", "inv due --announce")
        due.announce(load(write=not dry_run), version or "", within=within, again=again, dry_run=dry_run)
        return
    show(due.show(load(write=False), version or "", at, within=within, who=who, json=json), json=json)


@task(klass=Worded, positional=["version"], help={"version": PLANNED, "at": PAST, "json": JSON, "assist": ASSIST})
@told
def prioritise(
    c: Invocation, version: str | None = None, at: str = "", json: bool = False, assist: bool = False
) -> None:
    """Show what to do first, and what to defer to keep the date."""
    from release.commands.planning import prioritise

    facts = partial(prioritise.show, load(write=False), version or "", at)
    printed("prioritise", facts, assist=assist, json=json)


@task(
    klass=Worded,
    positional=["version"],
    help={"version": PLANNED, "at": PAST, "json": JSON, "markdown": _MARKDOWN, "assist": ASSIST},
)
@told
def timeline(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    json: bool = False,
    markdown: bool = False,
    assist: bool = False,
) -> None:
    """Show phases, critical path and buffer of the planned release."""
    from release.commands.planning import timeline

    facts = partial(timeline.show, load(write=False), version or "", at)
    printed("timeline", facts, assist=assist, json=json, markdown=markdown)


@task(
    klass=Worded,
    positional=["version"],
    help={"version": PLANNED, "at": PAST, "json": JSON, "markdown": _MARKDOWN, "assist": ASSIST},
)
@told
def risks(
    c: Invocation,
    version: str | None = None,
    at: str = "",
    json: bool = False,
    markdown: bool = False,
    assist: bool = False,
) -> None:
    """Show what may delay the planned release."""
    from release.commands.planning import risks

    facts = partial(risks.show, load(write=False), version or "", at)
    printed("risks", facts, assist=assist, json=json, markdown=markdown)
