"""Gates that a project writes as functions in its tasks.py: kept here from their definition until they are asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

GateFunction = Callable[[Any], str | None]


@dataclass(frozen=True)
class OwnGate:
    """A function of the owner's: it is given the context and returns None when it is met, else why it is not."""

    name: str
    ask: GateFunction
    severity: str
    stage: str
    reads: tuple[str, ...]
    run: str
    seconds: float


GATES: list[OwnGate] = []


def gate(
    name: str,
    *,
    severity: str = "blocking",
    stage: str = "",
    reads: Sequence[str] = (),
    run: str = "",
    seconds: float = 60.0,
) -> Callable[[GateFunction], GateFunction]:
    """Make a function a gate: asked by `inv preflight` and before every release.

    The function is given the context (`ctx.root`, `ctx.release.version`, ...) and returns None when all is well, else a
    sentence that says why not. `run` is the command that mends it, `reads` the tracked files it reads (a green answer
    stands until they change; empty: it is asked each time), `stage` and `severity` are as in release.toml.
    """

    def define(ask: GateFunction) -> GateFunction:
        GATES.append(OwnGate(name, ask, severity, stage, tuple(reads), run, seconds))
        return ask

    return define
