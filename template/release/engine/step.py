"""A step: one change of the world, how it is seen there, done and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.gate import Gate


class State(Enum):
    """What the world shows of a step."""

    ABSENT = "to do"
    DONE = "done"
    WAITING = "waiting"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"  # only where somebody looks: what was asked did not answer


@dataclass(frozen=True)
class Seen:
    """An observation: the state, the fact it rests on, and what to run or do next where going on is not all of it.

    `begun`: something of the step is in the world already: a one-way door may have been passed, or there is something
    to take back.
    """

    state: State
    fact: str
    run: str = ""
    begun: bool = False


def done(fact: str, run: str = "") -> Seen:
    """The world is as the step leaves it; `run` is what a person still has to do, such as to merge a request."""
    return Seen(State.DONE, fact, run)


def absent(fact: str, *, begun: bool = False) -> Seen:
    """The step has not been done, or not all of it."""
    return Seen(State.ABSENT, fact, begun=begun)


def waiting(fact: str, run: str) -> Seen:
    """All that we can do is done, and somebody else has to do the rest."""
    return Seen(State.WAITING, fact, run, begun=True)


def unknown(why: str) -> Seen:
    """What would show it did not answer."""
    return Seen(State.UNKNOWN, why)


def conflict(fact: str, run: str, *, begun: bool = False) -> Seen:
    """Something is there that is not ours."""
    return Seen(State.CONFLICT, fact, run, begun)


@dataclass(frozen=True)
class Step:
    """One change of the world: its key, its name in the imperative, how to see it, do it and take it back.

    A step is known by its `key` and its `target` (the index or the branch that it is for), never by its name.

    `gates` gives the questions that are asked before it is done. `one_way`: nobody can take it back. `public`: others
    see it at once.
    """

    key: str
    name: str
    observe: Callable[[Context], Seen]
    do: Callable[[Context], None]
    undo: Callable[[Context], None] | None = None
    gates: Callable[[Context], tuple[Gate, ...]] = lambda _: ()
    one_way: bool = False
    public: bool = False
    target: str = ""


class Waiting(Exception):
    """Nothing went wrong, and nothing more can be done now: `what` waits, and `run` says what goes on from here."""

    def __init__(self, what: str, run: str) -> None:
        super().__init__(f"{what}\nnext: {run}")


class ConflictFound(ReleaseError):
    """Something is where a step's result should be, and it is not ours."""
