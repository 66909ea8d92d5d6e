"""A gate: a question that can stop a release and changes nothing; the verdict that answers it, and what that stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from release.base.errors import ReleaseError, describe
from release.context import Context


class Severity(Enum):
    """What a gate that is not met does to a release."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True)
class Verdict:
    """The answer of a gate: met, not met, or None where it could not be asked; with the fact and the remedy.

    `severity` stands in for that of the gate. `log` is all that the tool printed, for .release/logs.
    """

    met: bool | None
    fact: str
    run: str = ""
    severity: Severity | None = None
    log: str = ""


@dataclass(frozen=True)
class Reads:
    """All that a gate reads: while none of it changes, a green answer stands.

    `paths` are patterns of tracked files ("src" is all below it, "!src" all but that), `keys` those of release.toml,
    `tools` names of distributions. `version`: of the release in hand. `committed`: not what lies uncommitted in the
    tree, but the commit that the release starts from. `day`: what is known of the files may change overnight.
    `beside` gives what else decides, looked up outside.
    """

    paths: tuple[str, ...] = ("*",)
    tools: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    version: bool = False
    committed: bool = False
    day: bool = False
    beside: Callable[[Context], str] | None = None


@dataclass(frozen=True)
class Gate:
    """A question that can stop a release and changes nothing.

    `reads`: None where it asks the world outside, which may answer differently at any time. `needs`: the gates that
    must be met before it makes sense; `asked_after`: those that must have been answered. `heavy`: it keeps a core
    busy. `essential`: the steps stand on it, so it cannot be skipped. `doubt`: what it does to a release when it could
    not be asked, where that differs. `seconds`: how long it may take; None where the commands that it calls are
    limited already.
    """

    name: str
    ask: Callable[[Context], Verdict]
    severity: Severity = Severity.BLOCKING
    reads: Reads | None = None
    needs: tuple[str, ...] = ()
    asked_after: tuple[str, ...] = ()
    heavy: bool = False
    essential: bool = False
    doubt: Severity | None = None
    seconds: float | None = None


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
        return "\n".join([*map(problem, self.refusals), *as_warnings(self.refusals)])


def as_warnings(refusals: Sequence[Answer]) -> list[str]:
    """Return the line that says how refusals become warnings; none where the steps of a release stand on them."""
    names = [answer.gate.name for answer in refusals if not answer.gate.essential]
    tables = ", ".join(f'{{ name = "{name}", severity = "warning" }}' for name in names)
    what = "a warning" if len(names) == 1 else "warnings"
    return [f"to get {what} instead, in release.toml: gates = [{tables}]"] if names else []


def problem(answer: Answer) -> str:
    """Return what, why and run of a gate that is not met."""
    word = "cannot release" if answer.blocks else "warning"
    return describe(f"{word}: {answer.gate.name}", answer.verdict.fact, answer.verdict.run)
