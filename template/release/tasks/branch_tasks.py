"""The Invoke tasks of lines: freeze, thaw, backport, merge-back."""

from __future__ import annotations

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import AS, DRY_RUN, GO_ON, REFUSED, VERBOSE, YES, load, question, told
from release.tasks.task_arguments import Worded


@task(
    klass=Worded,
    positional=["kind"],
    help={
        "kind": "minor or major: the release that the branch is for",
        "check": "only list the commits of a range A..B that may not enter a frozen branch; exit code 1 if any",
        "allow": "grant an exception: let this commit in, or a cherry-pick of it",
        "ask": "ask for an exception for this commit, to be granted by another person",
        "reason": "why the exception is asked for, or granted",
        "status": "with --check: also mark the last of these commits on the forge",
        "line": "the release branch, such as 1.3; alone: finish its freeze",
        "as": AS,
        "yes": YES,
        "dry-run": DRY_RUN,
        "verbose": VERBOSE,
    },
)
@told
def freeze(
    c: Invocation,
    kind: str | None = None,
    check: str = "",
    allow: str = "",
    ask: str = "",
    reason: str = "",
    status: bool = False,
    line: str = "",
    as_: str = "",
    yes: bool = False,
    dry_run: bool = False,
    verbose: bool = False,
) -> None:
    """Make a line for the next release; it takes only fixes."""
    from release.commands import freeze, freeze_check

    if check:
        if not freeze_check.check(load(write=False), check, line, status=status and not dry_run):
            raise Exit(code=REFUSED)
    elif ask:
        freeze_check.ask(load(write=not dry_run), ask, reason, line, dry_run=dry_run)
    elif allow:
        freeze_check.allow(load(write=not dry_run), allow, reason, as_, line, dry_run=dry_run)
    else:
        ctx = load(write=not dry_run, verbose=verbose)
        freeze.freeze(ctx, kind or "minor", question(yes), line, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["line"],
    help={
        "line": "the release branch, such as 1.3; default: the only frozen one",
        "as": AS,
        "yes": YES,
        "dry-run": DRY_RUN,
    },
)
@told
def thaw(c: Invocation, line: str | None = None, as_: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """End the freeze of a line: anything may enter it again."""
    from release.commands import freeze

    freeze.thaw(load(write=not dry_run), line or "", question(yes), as_, dry_run=dry_run)


@task(
    klass=Worded,
    positional=["commits"],
    help={
        "commits": "the commits, separated by commas",
        "to": "the release branch, such as 1.2; made from its last final if there is none",
        "continue": GO_ON,
        "abort": "abandon the backport that stopped at a conflict",
        "yes": YES,
        "dry-run": DRY_RUN,
    },
)
@told
def backport(
    c: Invocation,
    commits: str | None = None,
    to: str = "",
    continue_: bool = False,
    abort: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Pick commits onto an older line, and push it."""
    from release.commands import backport
    from release.tasks.invoke_support import names

    ctx = load(write=not dry_run)
    if abort:
        backport.give_up(ctx, to, dry_run=dry_run)
    elif continue_:
        backport.resume(ctx, to, question(yes), dry_run=dry_run)
    else:
        backport.backport(ctx, names(commits or ""), to, question(yes), dry_run=dry_run)


@task(
    help={
        "request": "open a pull or merge request for it, even if it conflicts; push nothing to this branch",
        "yes": YES,
        "dry-run": DRY_RUN,
    }
)
@told
def merge_back(c: Invocation, request: bool = False, yes: bool = False, dry_run: bool = False) -> None:
    """Bring to this line what was fixed on others."""
    from release.commands import merge_back

    merge_back.merge_back(load(write=not dry_run), question(yes), by_request=request, dry_run=dry_run)
