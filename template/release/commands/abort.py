"""Aborting: the steps of the release in hand taken back in reverse, unless a one-way door was passed."""

from __future__ import annotations

from collections.abc import Callable

from release.base.errors import ReleaseError
from release.context import Context
from release.current_release import newest
from release.engine.begun_release import forget
from release.engine.converge import foresee, take_back
from release.engine.lock import locked
from release.engine.step import Seen, State, Step
from release.gates.forge_access import ACCOUNT
from release.pipeline import InProgress, in_progress
from release.steps.commit import abandon
from release.steps.commit_by_request import give_up as _propose_giving_up
from release.steps.draft_forge_release import DRAFT
from release.steps.publish_forge_release import REVEAL
from release.steps.tag import TAG


def abort(ctx: Context, agree: Callable[[str], None], *, dry_run: bool = False) -> None:
    """Take the release in hand back; `agree` is asked once, before the first change.

    Raises ReleaseError when nothing is in hand, or when something is on an index: that cannot be undone.
    """
    if dry_run:
        _foretell(ctx)
        return
    with locked(ctx):
        ctx, left = _reversible(ctx)
        agree("\n".join([f"this undoes {ctx.release}:", *(f"  {step.name}: {seen.fact}" for step, seen in left)]))
        for step, _ in left:
            take_back(ctx, step)
        forget(ctx.git)
    ctx.report.say(f"{ctx.release} is aborted")


def give_up(ctx: Context, agree: Callable[[str], None], *, dry_run: bool = False) -> None:
    """Give up a release that can neither be finished nor taken back: what is public of it stays, the next may start.

    Raises ReleaseError when nothing is in hand, or when nothing of it is public: that can be taken back.
    """
    begun = _in_hand(ctx)
    found = begun.ctx
    if begun.step(TAG.key).observe(found).state is not State.DONE:
        raise ReleaseError(f"cannot abandon {found.release}", why="nothing of it is published yet", run="inv abort")
    if dry_run:
        ctx.report.foretell(f"{found.release} would be abandoned")
        return
    with locked(ctx):
        agree(f"this abandons {found.release}; its tag and its files on an index stay as they are")
        for step, seen in foresee(found, [each for each in _with_draft(begun) if each.key == DRAFT.key]):
            if seen.begun or REVEAL.observe(found).state is not State.DONE:
                take_back(found, step)
        _propose_giving_up(found) if found.config.takes_requests(found.release.line) else abandon(found)
        forget(found.git)
    ctx.report.say(f"{found.release} is abandoned; next: inv release patch")


def _foretell(ctx: Context) -> None:
    ctx, left = _reversible(ctx)
    for step, seen in left:
        ctx.report.line("to undo", step.name, seen.fact)
    ctx.report.foretell()


def _reversible(ctx: Context) -> tuple[Context, list[tuple[Step, Seen]]]:
    """Return the release in hand and its steps that are done, last first."""
    begun = _in_hand(ctx)
    found = begun.ctx
    seen = foresee(found, _with_draft(begun))
    for step, each in seen:
        if step.one_way and (each.state is State.DONE or each.begun):
            version = found.release.version
            raise ReleaseError(
                f"cannot abort {found.release}",
                why=f"{each.fact}; that cannot be undone",
                run=f"inv release auto      (completes it; or inv abort --spent abandons {version})",
            )
    there = [(step, each) for step, each in reversed(seen) if each.state is State.DONE or each.begun]
    return found, [(step, each) for step, each in there if step.undo]


def _with_draft(begun: InProgress) -> tuple[Step, ...]:
    """Return the steps of the release in hand; with the draft, too, where the workflow of the tag makes it."""
    ctx, steps = begun.ctx, begun.steps
    pushed = ctx.release.tag in ctx.git.remote_refs(ctx.config.remote).tags
    if ctx.config.publish != "ci" or ctx.forge is None or not ctx.indexes or not pushed:
        return steps
    account = ACCOUNT.ask(ctx)
    if not account.met:  # a draft is seen by those alone who may make one
        fact = f"drafts made by a workflow stay: {account.fact}\nnext: {account.run}"
        ctx.report.line("warn", DRAFT.name, fact)
        return steps
    after_tag = [step.key for step in steps].index(TAG.key) + 1
    return (*steps[:after_tag], DRAFT, *steps[after_tag:])


def _in_hand(ctx: Context) -> InProgress:
    found = newest(ctx)
    begun = in_progress(found) if found else None
    if found is None or begun is None or begun.complete():
        why = "there is no release yet" if found is None else f"{found.release} is complete"
        raise ReleaseError("cannot abort: no release is in progress", why=why, run="inv status")
    return begun
