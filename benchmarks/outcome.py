"""What became of a release after a mishap, judged by the world alone: before, after the first run, after the second."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from benchmarks.running import Ended
from benchmarks.truth import Truth
from benchmarks.world import NEW


class Grade(Enum):
    """How good an end is."""

    COMPLETE = "✓"  # the release is complete, and nothing else was released
    UNTOUCHED = "○"  # not released, and nothing that others see has changed
    BROKEN = "✗"  # others see a half release or one that nobody asked for


@dataclass(frozen=True)
class Moment:
    """The world after a run: `lacking` is what a complete release still lacks, in words."""

    ended: Ended
    truth: Truth
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A cell of the table: how good, and in words."""

    grade: Grade
    words: str

    def __str__(self) -> str:
        return f"{self.grade.value} {self.words}"


def finished(moment: Moment) -> bool:
    """Return whether a run left a complete release and said so; then there is no reason for a second one."""
    return moment.ended.code == 0 and not moment.lacking


def judge(before: Truth, first: Moment, between: Truth, second: Moment | None) -> Outcome:
    """Return the outcome; `between`: when the mishap is over; `second`: None when the first run was enough."""
    last = second or first
    others = sorted(last.truth.versions - before.versions - {NEW})
    if others:
        lacking = f"; of {NEW}: {', '.join(last.lacking)}" if last.lacking else ""
        return Outcome(Grade.BROKEN, f"wrong version: {', '.join(others)}{lacking}")
    if not last.lacking:
        doubt = ", but says that it failed" if last.ended.code else ""
        return Outcome(Grade.COMPLETE, _way(before, first, second) + doubt)
    if first.truth.same_public(before) and last.truth.same_public(between):
        nothing = first.truth == before and last.truth == between
        words = "refused, nothing changed; again so" if nothing else "nothing public, the clone is changed; stays so"
        return Outcome(Grade.UNTOUCHED, words + _claim(last))
    return Outcome(Grade.BROKEN, f"half done: {', '.join(last.lacking)}; stays so{_claim(last)}")


def _way(before: Truth, first: Moment, second: Moment | None) -> str:
    """Return how a complete release came about."""
    if second is None:
        return "finished automatically"
    if not first.lacking:
        return "finished, but said that it failed; run again"
    if first.truth == before:
        return "refused, nothing changed; then finished"
    if first.truth.same_public(before):
        return "nothing public; the same command finished it"
    return "half done; the same command finished it"


def _claim(last: Moment) -> str:
    """Return what is worth telling about the exit of the last run."""
    if last.ended.killed:
        return ", hangs"
    return ", says that all is well" if last.ended.code == 0 else ""
