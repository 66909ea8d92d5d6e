"""The issues and milestones of a project on a forge: the words for what each kind offers in its own way.

No input or output here; the adapters speak to the forges and give what is declared here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


class Issues(Protocol):
    """The issues of a project. Each listing is read to its last page, or raises: it is never a part of the whole."""

    def open_with(self, label: str) -> Sequence[Issue]:
        """Return the open issues with a label."""

    def changed_since(self, moment: datetime) -> Sequence[Issue]:
        """Return the issues, open or closed, that were opened, closed or changed since a moment."""

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
