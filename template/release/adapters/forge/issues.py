"""The issues and milestones of a project on a forge: the words for what each kind offers in its own way.

No input or output here; the adapters speak to the forges and give what is declared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Protocol


@dataclass(frozen=True)
class Issue:
    """An issue, never a pull request; `reason` is why it was closed, empty where the forge does not say.

    `reason`: completed, not_planned, duplicate, or moved. `milestone` is the title of its milestone, empty without one.
    """

    number: int
    title: str
    labels: tuple[str, ...]
    milestone: str
    opened: datetime
    closed: datetime | None
    reason: str
    page: str


@dataclass(frozen=True)
class Milestone:
    """A milestone; `key` is what the forge calls it, `due` its day, `open` whether it was not closed."""

    key: str
    title: str
    due: date | None
    open: bool
    page: str


@dataclass(frozen=True)
class Opened:
    """Issues that were opened since a moment, the newest first.

    `since` is that moment, or when the oldest issue was opened that was looked at, where there were too many.
    """

    issues: tuple[Issue, ...]
    since: datetime


def opened_in(rows: Iterable[tuple[Issue, bool]], moment: datetime, most: int) -> Opened:
    """Return what was opened since a moment from rows (issue, whether it counts), the newest first."""
    found: list[Issue] = []
    read, oldest = 0, moment
    for issue, counts in islice(rows, most):
        read += 1
        if issue.opened < moment:
            break
        oldest = issue.opened
        found += [issue] if counts else []
    return Opened(tuple(found), oldest if read == most else moment)


class Issues(Protocol):
    """The issues of a project. Each listing is read to its last page, or raises: it is never a part of the whole.

    But for `opened_since`, whose answer says how far it was read.
    """

    def open_with(self, label: str) -> Sequence[Issue]:
        """Return the open issues with a label."""

    def changed_since(self, moment: datetime) -> Sequence[Issue]:
        """Return the issues, open or closed, that were opened, closed or changed since a moment."""

    def opened_since(self, moment: datetime, most: int) -> Opened:
        """Return the issues that were opened since a moment, read from the newest of `most` rows of the listing."""

    def of(self, milestone: Milestone) -> Sequence[Issue]:
        """Return the issues of a milestone, open or closed."""

    def milestones(self) -> Sequence[Milestone]:
        """Return the milestones, open or closed."""

    def make_milestone(self, title: str, due: date | None) -> Milestone:
        """Make a milestone."""

    def move_milestone(self, milestone: Milestone, due: date) -> None:
        """Change the day of a milestone."""

    def assign(self, number: int, milestone: Milestone) -> None:
        """Put an issue into a milestone."""


def when(text: str) -> datetime:
    """Return the moment that a forge writes (ISO 8601, RFC 3339)."""
    return datetime.fromisoformat(text)


def day_in(text: str | None) -> date | None:
    """Return the day that a forge writes, without its time: a due day has none."""
    return date.fromisoformat(text[:10]) if text else None
