"""The engine: observe, act, observe again. The world says what is done, so a release can stop and go on anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.gate import Answer
from release.engine.run_gates import ask
from release.engine.step import ConflictFound, Seen, State, Step, Waiting

ConfirmSteps = Callable[[Context, Sequence["Step"], Sequence[Answer]], None]


def converge(ctx: Context, steps: Sequence[Step], agree: ConfirmSteps) -> list[Step]:
    """Bring the world to where every step is done; return the steps that had to be done.

    `agree` is called once, after the first gates and before the first change, with the steps that are left and the
    answers of those gates; it raises to stop.
    Raises ReleaseError for a conflict, a gate that is not met, and a step that does not take effect; Waiting where
    somebody else has to do something first.
    """
    changed: list[Step] = []
    for number, step in enumerate(steps):
        with ctx.report.running(step.name) as watch:
            seen = observe(ctx, step)
        if seen.state is State.WAITING:
            _stop(ctx, step, seen)
        if seen.state is State.DONE:
            ctx.report.line("done", step.name, seen.fact)
            continue
        answers = ask(ctx, step.gates(ctx), thorough=bool(changed))
        if not changed:
            agree(ctx, steps[number:], answers)
        changed.append(step)
        with ctx.report.running(step.name) as watch:
            ctx.report.journal.write("begin", step=step.name, release=ctx.release)
            seen = _do(ctx, step)
        if seen.state is State.WAITING:
            _stop(ctx, step, seen)
        ctx.report.line("done", step.name, seen.fact, watch.seconds)
        ctx.report.journal.write("done", step=step.name, release=ctx.release, fact=seen.fact, seconds=watch.seconds)
    return changed


def _stop(ctx: Context, step: Step, seen: Seen) -> NoReturn:
    ctx.report.line(State.WAITING.value, step.name, seen.fact)
    ctx.report.journal.write("waiting", step=step.name, release=ctx.release, fact=seen.fact)
    raise Waiting(f"{ctx.release} is not complete yet", seen.run)


def observe(ctx: Context, step: Step) -> Seen:
    """Return what the world shows of `step`; raise ReleaseError for a conflict."""
    ctx.git.look_again()
    seen = step.observe(ctx)
    if seen.state is State.CONFLICT:
        raise ConflictFound(f"cannot {step.name} for {ctx.release}", why=seen.fact, run=seen.run)
    return seen


def _do(ctx: Context, step: Step) -> Seen:
    """Do `step` and return what the world then shows; after a failure, too, the world decides."""
    failure: ReleaseError | None = None
    try:
        step.do(ctx)
    except ReleaseError as error:
        failure = error
    try:
        seen = observe(ctx, step)
    except ReleaseError as error:
        raise error from failure
    if seen.state not in (State.DONE, State.WAITING):
        raise failure or ReleaseError(
            f"cannot {step.name} for {ctx.release}",
            why=f"the command succeeded, but its effect is not visible: {seen.fact}",
            run="inv status",
        )
    return seen


def take_back(ctx: Context, step: Step) -> None:
    """Undo one step that is done."""
    if step.undo is None:
        raise ReleaseError(f"cannot undo: {step.name}", why="this step cannot be undone", run="inv release auto")
    with ctx.report.running(step.name) as watch:
        step.undo(ctx)
    ctx.report.line("undone", step.name, seconds=watch.seconds)
    ctx.report.journal.write("undone", step=step.name, release=ctx.release, seconds=watch.seconds)


def show(ctx: Context, seen: Iterable[tuple[Step, Seen]]) -> None:
    """Print each step with what the world shows of it."""
    for step, each in seen:
        ctx.report.line(each.state.value, step.name, each.fact)


def foresee(ctx: Context, steps: Sequence[Step]) -> list[tuple[Step, Seen]]:
    """Return each step with what the world shows of it now; changes nothing."""
    return [(step, step.observe(ctx)) for step in steps]
