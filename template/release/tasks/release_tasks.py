"""The Invoke tasks of the release process: their arguments; the work is done in commands/."""

from __future__ import annotations

import sys
from functools import partial

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import (
    DRY_RUN,
    FRESH,
    JSON,
    REFUSED,
    SKIP,
    VERBOSE,
    VERSION,
    YES,
    load,
    question,
    told,
    typed,
)
from release.tasks.task_arguments import Worded

_PRE = "alpha, beta or rc: make a pre-release of that version"


@task(
    klass=Worded, help={"json": JSON, "watch": "keep watching until it is complete", "every": "seconds between looks"}
)
@told
def status(c: Invocation, json: bool = False, watch: bool = False, every: float = 15.0) -> None:
    """Show which release is where, and what would come next."""
    from release.commands import live_status, status

    if watch:
        live_status.watch(lambda: load(write=False), max(1.0, every))
    else:
        seen = status.look(ctx := load(write=False))
        print(status.as_json(seen)) if json else status.show(ctx, seen)


@task(
    klass=Worded,
    positional=["type", "text"],
    help={
        "type": "breaking, feature, fix, deprecation, security, docs or misc",
        "text": "what changed, for users, in one to three sentences",
        "issue": "the number of its issue",
        "stage": "only stage it, to be committed together with your change",
        "from": "a range such as main..HEAD: make notes of its commits (feat: ..., fix: ...) and merged pull requests",
        "yes": "with --from: write them without asking",
        "dry-run": DRY_RUN,
    },
)
@told
def note(
    c: Invocation,
    type: str | None = None,
    text: str | None = None,
    issue: str = "",
    stage: bool = False,
    from_: str = "",
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Write a note of a change for the changelog, and commit it."""
    from release.commands import note
    from release.commands.getting_started.notes_from_commits import from_commits

    if from_:
        ask = typed if sys.stdin.isatty() else None
        from_commits(load(write=False), from_, ask, yes=yes, commit=not stage, dry_run=dry_run)
        return
    if type is None or text is None:
        missing = ", ".join(f"'{name}'" for name, given in (("type", type), ("text", text)) if given is None)
        raise Exit(f"'note' did not receive required positional arguments: {missing}", REFUSED)
    note.note(load(write=False), type, text, issue, commit=not stage, dry_run=dry_run)


@task
@told
def notes(c: Invocation) -> None:
    """Show the changelog's next section as it would be now."""
    from release.commands import status

    status.draft(load(write=False))


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": f"{VERSION}; without any a terminal shows what it could be, and asks",
        "pre": _PRE,
        "skip": SKIP,
        "fresh": FRESH,
        "only": "in CI, where a tag is checked out, one part: build (and check), record, upload, proof or page",
        "all": "every project of the repository with fragments, each after those it depends on",
        "yes": YES,
        "dry-run": DRY_RUN,
        "verbose": VERBOSE,
    },
)
@told
def release(
    c: Invocation,
    version: str | None = None,
    pre: str = "",
    skip: str = "",
    fresh: bool = False,
    only: str = "",
    all: bool = False,
    yes: bool = False,
    dry_run: bool = False,
    verbose: bool = False,
) -> None:
    """Release a version, or finish the one in progress."""
    from release.commands import publish_from_ci, release, release_all

    read = partial(load, write=not dry_run, skip=skip, fresh=fresh, verbose=verbose)
    if all:
        release_all.release_all(read, version or "auto", pre or None, question(yes), dry_run=dry_run, unseen=yes)
        return

    ctx = read()
    if there := publish_from_ci.tagged_here(ctx, version or "auto", only=only):
        publish_from_ci.publish_tagged(there, question(yes), only=only, dry_run=dry_run)
        return
    if not (version or pre or yes or dry_run):
        from release.commands.getting_started.edited_notes import offer_to_edit
        from release.commands.getting_started.possible_versions import choose

        version, chosen = choose(ctx, typed if sys.stdin.isatty() else None)
        pre = chosen or ""
        while sys.stdin.isatty() and offer_to_edit(ctx, version, chosen, typed):
            ctx = read()  # one that has not looked yet
    release.release(ctx, version or "auto", pre or None, question(yes), dry_run=dry_run, unseen=yes)


@task(
    klass=Worded, positional=["version"], help={"version": VERSION, "pre": _PRE, "dry-run": DRY_RUN, "verbose": VERBOSE}
)
@told
def bump(
    c: Invocation, version: str | None = None, pre: str = "", dry_run: bool = False, verbose: bool = False
) -> None:
    """Commit version and changelog of the next release."""
    from release.commands import release

    release.bump(load(write=not dry_run, verbose=verbose), version or "auto", pre or None, dry_run=dry_run)


@task(help={"dry-run": DRY_RUN, "verbose": VERBOSE})
@told
def build(c: Invocation, dry_run: bool = False, verbose: bool = False) -> None:
    """Build and check the distributions of the last release commit."""
    from release.commands import release

    release.build(load(write=not dry_run, verbose=verbose), dry_run=dry_run)


@task(
    help={
        "index": "only to this index, even if it does not receive this stage by default",
        "version": "this release instead of the newest one; the bytes that its tag records are uploaded",
        "yes": YES,
        "dry-run": DRY_RUN,
        "verbose": VERBOSE,
    }
)
@told
def publish(
    c: Invocation, index: str = "", version: str = "", yes: bool = False, dry_run: bool = False, verbose: bool = False
) -> None:
    """Tag, push and upload the newest release commit, and prove it."""
    from release.commands import publish_to_index, release

    ctx = load(write=not dry_run, verbose=verbose)
    if index or version:
        publish_to_index.promote(ctx, index, version, question(yes), dry_run=dry_run)
    else:
        release.publish(ctx, question(yes), dry_run=dry_run)


@task(
    help={
        "spent": "abandon the version instead: what is published stays, and the next release can start",
        "yes": YES,
        "dry-run": DRY_RUN,
    }
)
@told
def abort(c: Invocation, spent: bool = False, yes: bool = False, dry_run: bool = False) -> None:
    """Take back the release in progress, while it is on no index."""
    from release.commands import abort

    do = abort.give_up if spent else abort.abort
    do(load(write=not dry_run), question(yes), dry_run=dry_run)


@task(klass=Worded, positional=["version"], help={"version": VERSION, "pre": _PRE, "skip": SKIP, "verbose": VERBOSE})
@told
def rehearse(c: Invocation, version: str | None = None, pre: str = "", skip: str = "", verbose: bool = False) -> None:
    """Release with a throw-away clone, remote and index."""
    from release.commands import rehearse

    rehearse.rehearse(load(write=False, skip=skip, verbose=verbose), version or "auto", pre or None)


@task(
    klass=Worded,
    positional=["version"],
    help={
        "version": "the version, such as 1.2.0",
        "reason": "what is wrong with it, for its users",
        "dry-run": DRY_RUN,
    },
)
@told
def yank(c: Invocation, version: str, reason: str = "", dry_run: bool = False) -> None:
    """Mark a released version on its indexes as not to be used."""
    from release.commands import yank

    yank.yank(load(write=not dry_run), version, reason, dry_run=dry_run)
