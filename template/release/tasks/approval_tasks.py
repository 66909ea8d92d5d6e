"""The Invoke tasks of the process around a release: stages, approvals, waivers, hotfixes."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import (
    AS,
    DRY_RUN,
    GO_ON,
    JSON,
    QUIET,
    REFUSED,
    VERBOSE,
    YES,
    load,
    question,
    shown,
    told,
)
from release.tasks.task_arguments import Worded

_UNTIL = "the last day on which it counts (UTC), such as 2026-11-30"


@task(
    klass=Worded,
    positional=["stage"],
    help={
        "stage": "feature-complete, alpha, beta, candidate, production (the default) or hotfix",
        "ask": "also run the slow gates, instead of showing only cached results",
        "json": JSON,
        "quiet": QUIET,
    },
)
@told
def gates(c: Invocation, stage: str | None = None, ask: bool = False, json: bool = False, quiet: bool = False) -> None:
    """Show each criterion of a stage, and go or no go."""
    from release.commands import gates

    ctx = load(write=ask)
    ctx.report.console.quiet = json or quiet
    judgement = gates.judge(ctx, stage or gates.stage_here(ctx), thorough=ask)
    if quiet:
        shown("\n\n".join(gates.problems(judgement)))
    else:
        print(gates.as_json(judgement)) if json else gates.show(judgement)
    if not judgement.go:
        raise Exit(code=REFUSED)


@task(
    klass=Worded,
    positional=["stage"],
    help={
        "stage": "feature-complete, alpha, beta, candidate, production (the default) or hotfix",
        "as": AS,
        "note": "what you looked at, for the record",
        "condition": "what must come true; the approval then ends on the day --until",
        "until": _UNTIL,
        "withdraw": "take your approval of this commit back",
        "dry-run": DRY_RUN,
    },
)
@told
def approve(
    c: Invocation,
    stage: str | None = None,
    as_: str = "",
    note: str = "",
    condition: str = "",
    until: str = "",
    withdraw: bool = False,
    dry_run: bool = False,
) -> None:
    """Approve the newest commit of this line for a stage."""
    from release.commands import approve, gates

    ctx = load(write=not dry_run)
    stage = stage or gates.stage_here(ctx)
    if withdraw:
        approve.withdraw(ctx, stage, as_, dry_run=dry_run)
    else:
        approve.approve(ctx, stage, as_, note=note, condition=condition, until=until, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["gate"],
    help={
        "gate": "the gate, by its name",
        "reason": "why it may be missed",
        "ask": "only ask for it, to be granted by another person",
        "until": _UNTIL,
        "as": AS,
        "dry-run": DRY_RUN,
    },
)
@told
def waive(
    c: Invocation,
    gate: str,
    reason: str = "",
    until: str = "",
    as_: str = "",
    ask: bool = False,
    dry_run: bool = False,
) -> None:
    """Let a gate only warn on this line, until a day."""
    from release.commands import approve
    from release.engine.gate_names import current_names

    ctx = load(write=not dry_run)
    [gate] = current_names(ctx, [gate])
    if ask:
        approve.ask_to_waive(ctx, gate, reason, until, dry_run=dry_run)
        return
    approve.waive(ctx, gate, reason, until, as_, dry_run=dry_run)


@task(
    iterable=["pick"],
    help={
        "reason": "outage, security, data-loss, sla or regulatory (release.toml names them)",
        "pick": "the commit with the fix; for several, separate them with commas or repeat --pick",
        "from": "the version or line to start from; default: the newest final",
        "note": "the changelog note, if the picked commits have no fragment",
        "continue": GO_ON,
        "abort": "abandon the hotfix in progress, as long as nothing of it is public",
        "yes": YES,
        "dry-run": DRY_RUN,
        "verbose": VERBOSE,
    },
)
@told
def hotfix(
    c: Invocation,
    pick: list[str],
    reason: str = "",
    from_: str = "",
    note: str = "",
    continue_: bool = False,
    abort: bool = False,
    yes: bool = False,
    dry_run: bool = False,
    verbose: bool = False,
) -> None:
    """Release a fix of the last final; bring it back to main."""
    from release.branches.hotfix_branches import refuse_reason
    from release.commands import hotfix
    from release.tasks.invoke_support import answered, names

    ctx = load(write=not dry_run, verbose=verbose)
    if abort:
        hotfix.give_up(ctx, question(yes), dry_run=dry_run)
    elif continue_:
        hotfix.resume(ctx, question(yes), note, dry_run=dry_run)
    else:
        reasons = ctx.config.hotfix.reasons
        reason = reason or answered(f"reason ({', '.join(reasons)}): ", f"--reason {reasons[0]}")
        if reason not in reasons:
            refuse_reason(reason, reasons)
        picks = [name for text in pick for name in names(text.replace(" ", ","))]
        if not picks and not yes:
            asked = answered("commits with the fix (empty: it is made next): ", "", optional=True)
            picks = names(asked.replace(" ", ","))
        hotfix.hotfix(ctx, hotfix.Wanted(reason, picks, from_, note), question(yes), dry_run=dry_run)


@task(
    klass=Worded,
    positional=["version", "text"],
    help={
        "version": "the hotfix, such as 1.2.1",
        "text": "the root cause and the retrospective, or a link to them",
        "dry-run": DRY_RUN,
    },
)
@told
def follow_up(c: Invocation, version: str, text: str, dry_run: bool = False) -> None:
    """Record what is due after a hotfix."""
    from release.branches.process_overview import record_follow_up
    from release.values.version_numbers import parse_version

    record_follow_up(load(write=not dry_run), parse_version(version), text, dry_run=dry_run)
    print(f"the follow-up of {version} {'would be' if dry_run else 'is'} recorded")
