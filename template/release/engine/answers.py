"""The answers of gates: how each stands, what stops a release and what only warns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from release.base.errors import ReleaseError, describe
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict


class Standing(Enum):
    """How a gate stands after it was asked, or was not."""

    MET = "ok"
    NOT_MET = "no"
    WARNS = "warn"
    UNKNOWN = "unknown"
    LEFT_OUT = "skip"


@dataclass(frozen=True)
class Answer:
    """A gate with its verdict; `seconds` it took, `remembered` when an earlier answer still stands."""

    gate: Gate
    verdict: Verdict
    standing: Standing
    seconds: float = 0.0
    remembered: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the release may not go on."""
        severity = self.verdict.severity or self.gate.severity
        unmet = self.standing is Standing.NOT_MET and severity is Severity.BLOCKING
        return unmet or (
            self.standing is Standing.UNKNOWN and (self.gate.doubt or self.gate.severity) is Severity.BLOCKING
        )

    @property
    def warns(self) -> bool:
        """Whether a person should read it, although the release may go on."""
        return not self.blocks and self.standing in (Standing.WARNS, Standing.UNKNOWN)


def standing_of(gate: Gate, verdict: Verdict) -> Standing:
    """Return how a gate stands by its verdict."""
    if verdict.met:
        return Standing.MET
    if verdict.met is None:
        return Standing.UNKNOWN
    severity = verdict.severity or gate.severity
    return Standing.WARNS if severity is Severity.WARNING else Standing.NOT_MET


class GatesRefused(ReleaseError):
    """Blocking gates are not met; each is told with its fact and its remedy."""

    def __init__(self, ctx: Context, refusals: Sequence[Answer]) -> None:
        first = refusals[0]
        super().__init__(
            f"cannot release {ctx.release}: {first.gate.name}", why=first.verdict.fact, run=first.verdict.run
        )
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return "\n".join(map(problem, self.refusals))


def problem(answer: Answer) -> str:
    """Return what, why and run of a gate that is not met."""
    word = "cannot release" if answer.blocks else "warning"
    return describe(f"{word}: {answer.gate.name}", answer.verdict.fact, answer.verdict.run)
