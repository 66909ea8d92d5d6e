"""The Invoke tasks around a planned release: what it is to have, and when that will be done."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import DRY_RUN, REFUSED, Worded, load, question, told

_VERSION = "the planned release, such as 1.3; default: the next one"
_AT = "a past day (2026-11-30) or a commit to look at it from"
_JSON = "print it for machines"
_MARKDOWN = "print it as a document of Markdown"


def show(text: str) -> None:
    """Print a text without secrets."""
    from release.base.redact import redact

    print(redact(text))


@task(
    klass=Worded,
    positional=["version"],
    iterable=["item"],
    help={
        "version": "the release to plan, such as 1.3",
        "theme": "what the release is about, in a few words",
        "date": "the day of the final release, such as 2027-03-02; without it the forecast gives one",
        "item": "the title of an item; several by --item again",
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


@task(klass=Worded, positional=["version"], help={"version": _VERSION, "at": _AT, "json": _JSON, "markdown": _MARKDOWN})
@told
def scope(c: Invocation, version: str | None = None, at: str = "", json: bool = False, markdown: bool = False) -> None:
    """Show what the planned release is to have, and what is done."""
    from release.commands.planning import scope

    show(scope.show(load(write=False), version or "", at, json=json, markdown=markdown))


@task(klass=Worded, positional=["version"], help={"version": _VERSION, "at": _AT, "json": _JSON})
@told
def forecast(c: Invocation, version: str | None = None, at: str = "", json: bool = False) -> None:
    """Show when the planned release will be done, by chance."""
    from release.commands.planning import forecast

    show(forecast.show(load(write=False), version or "", at, json=json))


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": _VERSION,
        "at": _AT,
        "json": _JSON,
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
        show(calendar.show(ctx, version or "", at, json=json, markdown=markdown))


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": _VERSION,
        "at": _AT,
        "json": _JSON,
        "update": "print the weekly status update for team, management, customers or partners (Markdown)",
    },
)
@told
def health(c: Invocation, version: str | None = None, at: str = "", json: bool = False, update: str = "") -> None:
    """Show how the planned release stands, and why."""
    from release.commands.planning import health

    show(health.show(load(write=False), version or "", at, json=json, update=update))


@task(klass=Worded, positional=["version"], help={"version": _VERSION, "at": _AT, "json": _JSON})
@told
def prioritise(c: Invocation, version: str | None = None, at: str = "", json: bool = False) -> None:
    """Show what to do first, and what to defer to keep the date."""
    from release.commands.planning import prioritise

    show(prioritise.show(load(write=False), version or "", at, json=json))


@task(klass=Worded, positional=["version"], help={"version": _VERSION, "at": _AT, "json": _JSON})
@told
def timeline(c: Invocation, version: str | None = None, at: str = "", json: bool = False) -> None:
    """Show phases, critical path and buffer of the planned release."""
    from release.commands.planning import timeline

    show(timeline.show(load(write=False), version or "", at, json=json))


@task(klass=Worded, positional=["version"], help={"version": _VERSION, "at": _AT, "json": _JSON, "markdown": _MARKDOWN})
@told
def risks(c: Invocation, version: str | None = None, at: str = "", json: bool = False, markdown: bool = False) -> None:
    """Show what may delay the planned release."""
    from release.commands.planning import risks

    show(risks.show(load(write=False), version or "", at, json=json, markdown=markdown))


@task(
    klass=Worded,
    positional=["item"],
    help={
        "item": "the item, by its name in `inv scope`",
        "to": "the later release, such as 1.4",
        "reason": "why it has to wait",
        "version": "the release whose plan has it; default: the next one",
        "dry-run": DRY_RUN,
    },
)
@told
def defer(c: Invocation, item: str, to: str = "", reason: str = "", version: str = "", dry_run: bool = False) -> None:
    """Move an item of the plan to a later release, and commit that."""
    from release.commands.planning import defer

    defer.defer(load(write=False), item, to, reason, version, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["name"],
    help={
        "name": "the check that was made, by its name in the plan; without it: show all",
        "passed": "it passed",
        "failed": "it failed",
        "commit": "the commit or tag that was tried; default: the newest one of the release",
        "note": "what was tried or seen, for the record",
        "version": _VERSION,
        "at": _AT,
        "json": _JSON,
        "dry-run": DRY_RUN,
    },
)
@told
def check(
    c: Invocation,
    name: str | None = None,
    passed: bool = False,
    failed: bool = False,
    commit: str = "",
    note: str = "",
    version: str = "",
    at: str = "",
    json: bool = False,
    dry_run: bool = False,
) -> None:
    """Record what only people can check of a planned release."""
    from release.base.errors import ReleaseError
    from release.commands.planning import check

    ctx = load(write=False)
    if not name:
        show(check.show(ctx, version, at, json=json))
        return
    if passed == failed:
        why = "say whether it passed or failed"
        raise ReleaseError(f'cannot answer "{name}"', why=why, run=f'inv check "{name}" --passed')
    check.answer(ctx, name, passed=passed, commit=commit, note=note, version=version, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["stage"],
    help={
        "stage": "feature-complete, alpha, beta, candidate, production (the default) or hotfix",
        "ask": "also ask what takes long, instead of only what is known",
        "json": _JSON,
    },
)
@told
def readiness(c: Invocation, stage: str | None = None, ask: bool = False, json: bool = False) -> None:
    """Show go or no go for a stage, and what a go was worth so far."""
    from release.commands import gates
    from release.commands.planning import readiness

    ctx = load(write=ask)
    if not readiness.readiness(ctx, stage or gates.stage_here(ctx), thorough=ask, json=json):
        raise Exit(code=REFUSED)


@task(
    klass=Worded,
    positional=["kind"],
    help={"kind": "release (the default), candidate, hotfix, yank, half-upload, wrong-tag, lost-key or maintainer"},
)
@told
def runbook(c: Invocation, kind: str | None = None) -> None:
    """Print the checklist of a release, or what to do if it fails."""
    from release.commands.planning import runbook

    show(runbook.runbook(load(write=False), kind or "release"))
