"""A command of the project that prints a number in its last line, and whether that number is good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from release.base.shell import CommandFailed, Completed
from release.context import Context


@dataclass(frozen=True)
class Measurement:
    """How a command ended: its number (None where its last line is no number), its last line, and why it failed."""

    number: float | None
    last: str
    failure: str = ""


def measured(ctx: Context, words: Sequence[str]) -> Measurement:
    """Run a command in the project and return what it measured."""
    return measurement_of(ctx.tools.command(list(words), cwd=ctx.root))


def measurement_of(ended: Completed) -> Measurement:
    """Return what a command that ended has measured."""
    if ended.code != 0:
        return Measurement(None, "", CommandFailed(ended).why)
    last = next((line.strip() for line in reversed(ended.out.splitlines()) if line.strip()), "")
    try:
        number = float(last)
    except ValueError:
        number = math.nan
    return Measurement(number if math.isfinite(number) else None, last)


def judged(number: float, at_most: float | None, at_least: float | None) -> tuple[bool, str]:
    """Return whether a number is within its thresholds, and the fact in words."""
    if at_most is not None and number > at_most:
        return False, f"{number:g} is above {at_most:g}"
    if at_least is not None and number < at_least:
        return False, f"{number:g} is below {at_least:g}"
    return True, f"{number:g}"
