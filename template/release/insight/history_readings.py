"""What git says of the commits that no older release has, read at the same time: each reading walks the history."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from release.adapters.git.git_repository import Git
from release.config.fragments import Notes
from release.insight.change_marks import Marks, read_marks
from release.insight.fragment_log import FragmentEvent, read_fragment_log


@dataclass(frozen=True)
class Readings:
    """The marks of commits, and what they did to fragments."""

    marks: Marks
    events: Sequence[FragmentEvent]


def read_both(git: Git, notes: Notes, heads: Sequence[str], older: Sequence[str]) -> Readings:
    """Return the readings of the commits of some heads without those of older releases."""
    limits = [*heads, *(f"^{each}" for each in older)]
    with ThreadPoolExecutor(max_workers=1) as beside:
        marks = beside.submit(read_marks, git, limits)
        events = list(read_fragment_log(git, limits, notes))
        return Readings(marks.result(), events)
