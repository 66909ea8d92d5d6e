"""A gate: a question that can stop a release and changes nothing, and the verdict that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

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
