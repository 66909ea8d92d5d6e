"""The Invoke tasks that decide about a release: gates, deferring, checks by people, readiness, runbook, support."""

from __future__ import annotations

from functools import partial

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.assist_option import ASSIST
from release.tasks.commented_facts import commenting, printed
from release.tasks.invoke_support import (
    DRY_RUN,
    FRESH,
    JSON,
    PAST,
    PLANNED,
    QUIET,
    REFUSED,
    SKIP,
    VERBOSE,
    VERSION,
    load,
    names,
    show,
    shown,
    told,
)
from release.tasks.task_arguments import Worded


@task(
    klass=Worded,
    positional=["name"],
    help={
        "name": "the name of the check in the plan; without it: show all checks",
        "passed": "record that it passed",
        "failed": "record that it failed",
        "commit": "the commit or tag that was tested; default: the newest commit of the release",
        "note": "what was tested or seen, for the record",
        "version": PLANNED,
        "at": PAST,
        "json": JSON,
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
        show(check.show(ctx, version, at, json=json), json=json)
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
        "ask": "also run the slow gates, instead of showing only cached results",
        "json": JSON,
        "assist": ASSIST,
    },
)
@told
def readiness(
    c: Invocation, stage: str | None = None, ask: bool = False, json: bool = False, assist: bool = False
) -> None:
    """Show go or no go for a stage, and what a go was worth so far."""
    from release.commands import gates
    from release.commands.planning import readiness

    ctx = load(write=ask)
    comment = commenting(ctx, "readiness", json=json) if assist else None
    if not readiness.readiness(ctx, stage or gates.stage_here(ctx), thorough=ask, json=json, comment=comment):
        raise Exit(code=REFUSED)


@task(
    klass=Worded,
    positional=["kind"],
    help={
        "kind": "release (the default), major, minor, patch, alpha, beta, candidate, freeze, hotfix, yank, "
        "half-upload, wrong-tag, lost-key or maintainer"
    },
)
@told
def runbook(c: Invocation, kind: str | None = None) -> None:
    """Print the checklist of a release, or what to do if it fails."""
    from release.commands.planning import runbook

    show(runbook.runbook(load(write=False), kind or "release"))


@task(help={"at": PAST, "json": JSON, "markdown": "print it as a table of Markdown, for the documents"})
@told
def support(c: Invocation, at: str = "", json: bool = False, markdown: bool = False) -> None:
    """Show which series of releases are supported, and how long."""
    from release.commands.planning import support

    show(support.show(load(write=False), at, json=json, markdown=markdown), json=json)


@task(
    klass=Worded,
    positional=[],
    help={"at": PAST, "json": JSON, "markdown": "print it as a document of Markdown", "assist": ASSIST},
)
@told
def test_plan(c: Invocation, at: str = "", json: bool = False, markdown: bool = False, assist: bool = False) -> None:
    """Show what the next release's changes ask to be tested."""
    from release.commands.planning import tests_plan

    facts = partial(tests_plan.show, load(write=False), at)
    printed("test-plan", facts, assist=assist, json=json, markdown=markdown)


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
    positional=["stage"],
    help={
        "version": VERSION,
        "stage": "whose gates to ask: feature-complete, alpha, beta, candidate, production (the default) or hotfix",
        "only": "the only gates to run, by name, separated by commas",
        "skip": SKIP,
        "fresh": FRESH,
        "json": JSON,
        "quiet": QUIET,
        "verbose": VERBOSE,
    },
)
@told
def preflight(
    c: Invocation,
    stage: str | None = None,
    version: str = "auto",
    only: str = "",
    skip: str = "",
    fresh: bool = False,
    json: bool = False,
    quiet: bool = False,
    verbose: bool = False,
) -> None:
    """Find everything that could stop or spoil the next release."""
    from release.commands import preflight

    ctx = load(skip=skip, fresh=fresh, verbose=verbose)
    ctx.report.console.quiet = json or quiet
    findings = preflight.preflight(ctx, version, stage or "production", names(only))
    if quiet:
        shown("\n\n".join(preflight.problems(findings)))
    else:
        print(preflight.as_json(findings)) if json else preflight.show(findings)
    if findings.blocking:
        raise Exit(code=REFUSED)


@task(help={"json": JSON, "quiet": QUIET})
@told
def doctor(c: Invocation, json: bool = False, quiet: bool = False) -> None:
    """Show the tools, settings and rights that a release would use."""
    from release.commands import doctor

    ctx = load(write=False)
    ctx.report.console.quiet = json or quiet
    found = doctor.examine(ctx)
    if json:
        shown(doctor.as_json(found))
    elif quiet:
        shown("\n\n".join(found.problems))
    if not found.good:
        raise Exit(code=REFUSED)
