"""The engine: observe, act, observe again. The world says what is done, so a release can stop and go on anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum

from release.context import Context
from release.errors import ReleaseError, describe


class State(Enum):
    """What the world shows of a step."""

    ABSENT = "to do"
    DONE = "done"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Seen:
    """An observation: the state, the fact it rests on, and for a conflict the command to run next.

    `begun`: something of the step is in the world already: a one-way door may have been passed, or there is something
    to take back.
    """

    state: State
    fact: str
    run: str = ""
    begun: bool = False


def done(fact: str) -> Seen:
    """The world is as the step leaves it."""
    return Seen(State.DONE, fact)


def absent(fact: str, *, begun: bool = False) -> Seen:
    """The step has not been done, or not all of it."""
    return Seen(State.ABSENT, fact, begun=begun)


def conflict(fact: str, run: str, *, begun: bool = False) -> Seen:
    """Something is there that is not ours."""
    return Seen(State.CONFLICT, fact, run, begun)


class Severity(Enum):
    """Whether a gate that is not met stops the release."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True)
class Verdict:
    """The answer of a gate: met, not met, or None where it could not be asked; with the fact and the remedy."""

    met: bool | None
    fact: str
    run: str = ""


@dataclass(frozen=True)
class Gate:
    """A question that can stop a release and changes nothing."""

    name: str
    ask: Callable[[Context], Verdict]
    severity: Severity = Severity.BLOCKING


@dataclass(frozen=True)
class Step:
    """One change of the world: its name in the imperative, how to see it, do it and take it back.

    `gates` are asked before it is done. `one_way`: nobody can take it back. `public`: others see it at once.
    """

    name: str
    observe: Callable[[Context], Seen]
    do: Callable[[Context], None]
    undo: Callable[[Context], None] | None = None
    gates: tuple[Gate, ...] = ()
    one_way: bool = False
    public: bool = False


def converge(ctx: Context, steps: Sequence[Step], agree: Callable[[Context, Sequence[Step]], None]) -> bool:
    """Bring the world to where every step is done; return whether anything had to be done.

    `agree` is called once, after the first gates and before the first change; it raises to stop.
    Raises ReleaseError for a conflict, a gate that is not met, and a step that does not take effect.
    """
    agreed = False
    for number, step in enumerate(steps):
        with ctx.report.running(step.name) as watch:
            seen = observe(ctx, step)
        if seen.state is State.DONE:
            ctx.report.line("done", step.name, seen.fact)
            continue
        ask(ctx, step.gates)
        if not agreed:
            agree(ctx, steps[number:])
            agreed = True
        with ctx.report.running(step.name) as watch:
            ctx.report.journal.write("begin", step=step.name, release=ctx.release)
            seen = _do(ctx, step)
        ctx.report.line("done", step.name, seen.fact, watch.seconds)
        ctx.report.journal.write("done", step=step.name, release=ctx.release, fact=seen.fact, seconds=watch.seconds)
    return agreed


def observe(ctx: Context, step: Step) -> Seen:
    """Return what the world shows of `step`; raise ReleaseError for a conflict."""
    ctx.git.look_again()
    seen = step.observe(ctx)
    if seen.state is State.CONFLICT:
        raise ConflictFound(f"cannot {step.name} for {ctx.release}", why=seen.fact, run=seen.run)
    return seen


class ConflictFound(ReleaseError):
    """Something is where a step's result should be, and it is not ours."""


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
    if seen.state is not State.DONE:
        raise failure or ReleaseError(
            f"cannot {step.name} for {ctx.release}",
            why=f"it was done and the world does not show it: {seen.fact}",
            run="inv status",
        )
    return seen


def take_back(ctx: Context, step: Step) -> None:
    """Undo one step that is done."""
    if step.undo is None:
        raise ReleaseError(f"cannot take back: {step.name}", why="it has no way back", run="inv release auto")
    with ctx.report.running(step.name) as watch:
        step.undo(ctx)
    ctx.report.line("undone", step.name, seconds=watch.seconds)
    ctx.report.journal.write("undone", step=step.name, release=ctx.release, seconds=watch.seconds)


def foresee(ctx: Context, steps: Sequence[Step]) -> list[tuple[Step, Seen]]:
    """Return each step with what the world shows of it now; changes nothing."""
    return [(step, step.observe(ctx)) for step in steps]


def ask(ctx: Context, gates: Sequence[Gate]) -> None:
    """Ask all gates at once and print a line each; raise ReleaseError naming every blocking one that is not met."""
    if not gates:
        return
    with ctx.report.running(", ".join(gate.name for gate in gates)) as watch:
        answers = list(asked(ctx, gates))
    refusals = []
    for gate, verdict in answers:
        ctx.report.line(_word(gate, verdict), gate.name, verdict.fact)
        ctx.report.journal.write("gate", gate=gate.name, met=verdict.met, fact=verdict.fact)
        if verdict.met is not True and gate.severity is Severity.BLOCKING:
            refusals.append((gate, verdict))
    ctx.report.journal.write("gates", asked=len(answers), refusing=len(refusals), seconds=watch.seconds)
    if refusals:
        raise GatesRefused(ctx, refusals)


def asked(ctx: Context, gates: Sequence[Gate]) -> Iterable[tuple[Gate, Verdict]]:
    """Yield each gate with its verdict, in the order given; they are asked concurrently."""
    with ThreadPoolExecutor(max_workers=max(len(gates), 1)) as pool:
        return list(zip(gates, pool.map(lambda gate: _verdict(ctx, gate), gates), strict=True))


def _verdict(ctx: Context, gate: Gate) -> Verdict:
    try:
        return gate.ask(ctx)
    except ReleaseError as error:
        return Verdict(None, f"could not be asked: {error.what}\n{error.why}".rstrip(), error.run)


def _word(gate: Gate, verdict: Verdict) -> str:
    if verdict.met:
        return "ok"
    if gate.severity is Severity.WARNING:
        return "warn"
    return "unknown" if verdict.met is None else "no"


class GatesRefused(ReleaseError):
    """Blocking gates are not met; each is told with its fact and its remedy."""

    def __init__(self, ctx: Context, refusals: Sequence[tuple[Gate, Verdict]]) -> None:
        first, verdict = refusals[0]
        super().__init__(f"cannot release {ctx.release}: {first.name}", why=verdict.fact, run=verdict.run)
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return "\n".join(
            describe(f"cannot release: {gate.name}", verdict.fact, verdict.run) for gate, verdict in self.refusals
        )
