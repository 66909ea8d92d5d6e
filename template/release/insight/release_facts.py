"""Each final release with all that its tag, its commits, its notes and the index say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from packaging.version import Version

from release.insight.failed_releases import DAY, Evidence
from release.insight.release_history import Released


@dataclass(frozen=True)
class ReleasedFile:
    """A file of a release: its sha256 as the tag records it, its bytes as the index says (None: it does not)."""

    name: str
    sha256: str
    size: int | None
    served: bool | None


@dataclass(frozen=True)
class ReleaseFacts:
    """A final release: what it is, what came of it, and what it rests on; `since` days after the one that it follows.

    `decisions` are (Approved, who) and the like from its tag; `people` in the order of their names; `notes` Markdown.
    """

    release: Released
    day: date
    kind: str
    support_end: date | None
    failed: Evidence | None
    notes: str
    files: tuple[ReleasedFile, ...]
    decisions: tuple[tuple[str, str], ...]
    signed: bool
    described: int
    since: float | None
    commits: int
    people: tuple[str, ...]
    dependencies: tuple[str, ...]

    @property
    def version(self) -> Version:
        """The version of the release."""
        return self.release.version

    @property
    def types(self) -> dict[str, int]:
        """How many changes it has of each type."""
        return dict(sorted(Counter(each.kind or "change" for each in self.release.changes).items()))

    @property
    def size(self) -> int | None:
        """The bytes of all its files; None where the index does not say."""
        sizes = [each.size for each in self.files]
        return sum(filter(None, sizes)) if sizes and None not in sizes else None

    @property
    def lead_days(self) -> float | None:
        """The median days from the landing of a change to this release; None without changes."""
        days = sorted(max(0, self.release.at - each.at) / DAY for each in self.release.changes)
        middle = len(days) // 2
        return None if not days else days[middle] if len(days) % 2 else (days[middle - 1] + days[middle]) / 2
