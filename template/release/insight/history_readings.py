"""What git says of the commits of a history, read at the same time: each reading walks it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from release.adapters.git.git_repository import Git
from release.config.towncrier_config import TowncrierConfig
from release.insight.change_marks import Marks, read_marks
from release.insight.fragment_log import FragmentEvent, read_fragment_log


@dataclass(frozen=True)
class Readings:
    """The marks of commits, and what they did to fragments."""

    marks: Marks
    events: Sequence[FragmentEvent]


def read_both(git: Git, notes: TowncrierConfig, heads: Sequence[str], older: Sequence[str]) -> Readings:
    """Return the marks of all commits of some heads, and what those did to fragments that no older release has.

    An older release may have a copy of a newer commit, which only the mark of the copy says.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        marks = beside.submit(read_marks, git, heads)
        events = list(read_fragment_log(git, [*heads, *(f"^{each}" for each in older)], notes))
        return Readings(marks.result(), events)
