"""Everything that the pages of a project show, as plain facts; nothing here is asked of the world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5

from packaging.version import Version

from release.insight.activity import Activity
from release.insight.changes import Change
from release.insight.release_facts import ReleaseFacts
from release.pages.plan_facts import PlanFacts, ScoreRow, coming
from release.planning.plan import Action
from release.planning.prose import counted
from release.values.version_numbers import series


@dataclass(frozen=True)
class MetricRow:
    """A metric in words, with the number of observations and its target; `met` None where nothing can be said."""

    name: str
    text: str
    n: int
    target: str
    met: bool | None


@dataclass(frozen=True)
class Obstacle:
    """Something that is in the way of the next release, and the command that helps."""

    what: str
    fact: str
    run: str = ""


@dataclass(frozen=True)
class Prediction:
    """What was predicted of one thing and what came; `good` None where that is no question of good or bad."""

    about: str
    predicted: str
    came: str
    good: bool | None


@dataclass(frozen=True)
class Retrospect:
    """What a planned release gave to talk about: the name of its plan, predictions, actions, and what was written."""

    name: str
    comparisons: tuple[Prediction, ...]
    actions: tuple[Action, ...]
    prose: str


@dataclass(frozen=True)
class Site:
    """The facts of all pages: releases and activities oldest first; `source` names the indexes, empty for tags alone.

    `asked`: whether the remote was asked for what is in the way.
    """

    project: str
    day: date
    commit: str
    source: str
    releases: tuple[ReleaseFacts, ...]
    activities: tuple[Activity, ...]
    waiting: tuple[Change, ...]
    metrics: tuple[MetricRow, ...]
    metrics_since: str
    obstacles: tuple[Obstacle, ...]
    unserved: tuple[Version, ...] = ()
    asked: bool = True
    retrospects: dict[Version, Retrospect] = field(default_factory=dict)
    plans: tuple[PlanFacts, ...] = ()
    scores: tuple[ScoreRow, ...] = ()

    @cached_property
    def known(self) -> frozenset[str]:
        """The versions that have a page."""
        return frozenset(str(each.version) for each in self.releases)

    @cached_property
    def activity(self) -> list[Activity]:
        """The activities, the newest first."""
        return list(reversed(self.activities))

    @cached_property
    def replays(self) -> dict[str, list[Activity]]:
        """What was done for each version, oldest first."""
        found: dict[str, list[Activity]] = {}
        for each in self.activities:
            found.setdefault(str(each.version), []).append(each)
        return found

    @cached_property
    def years(self) -> list[int]:
        """The years in which something was done, the newest first."""
        return sorted({datetime.fromtimestamp(each.at, UTC).year for each in self.activities}, reverse=True)

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The pages that each page leads to: (path, name)."""
        return [
            ("index.html", "Overview"),
            ("releases.html", "Releases"),
            *([("plan.html", "Plan")] if self.plans else []),
            ("activity.html", "Activity"),
            ("metrics.html", "Metrics"),
            ("compare.html", "Compare"),
            *([("accuracy.html", "Accuracy")] if self.scores else []),
        ]

    @property
    def coming(self) -> list[PlanFacts]:
        """The planned releases that are to come, the next first."""
        return coming(self.plans)

    @property
    def days(self) -> list[tuple[date, str, str, str]]:
        """The days of planned releases that are not past: (day, name of the plan, stage, state)."""
        found = [
            (day, plan.name, stage, state)
            for plan in self.plans
            for stage, day, state, _ in plan.stages
            if day >= self.day or (state == "late" and not plan.released)
        ]
        return sorted(found)

    def full(self, plan: PlanFacts) -> Version:
        """Return the version of the release of a plan: 1.3.0 for 1.3."""
        version = plan.release.version
        return Version(f"{version.major}.{version.minor}.{version.micro}")

    @property
    def newest(self) -> ReleaseFacts | None:
        """The final release with the highest version that is not yanked, else with the highest; None without any."""
        return max(self.releases, key=lambda each: (not each.release.yanked, each.version), default=None)

    @property
    def lines(self) -> list[tuple[str, ReleaseFacts]]:
        """The newest release of each line (1.3, 1.2), at most five, the highest first."""
        found = {series(each.version): each for each in sorted(self.releases, key=lambda each: each.version)}
        return list(reversed(found.items()))[:5]

    @property
    def pre_release(self) -> Activity | None:
        """The newest pre-release of a final that is not out."""
        found = [each for each in self.activity if each.kind == "pre-release" and each.version is None]
        return next(iter(found), None)

    @property
    def waiting_types(self) -> list[tuple[str, int]]:
        """How many changes wait, by type; none where no change has a type."""
        found = Counter(each.kind or "change" for each in self.waiting)
        return sorted(found.items()) if set(found) != {"change"} else []

    def verdicts(self, version: Version) -> list[Activity]:
        """Return what watches found wrong with a release."""
        watched = (each for each in self.replays.get(str(version), []) if each.kind == "watch")
        return [each for each in watched if not each.fact.endswith("keep")]

    @property
    def interval(self) -> str:
        """How far apart releases usually are, in words; empty where there are too few to judge."""
        days = sorted(each.since for each in self.releases[-12:] if each.since is not None)
        return f"every {counted(round(days[len(days) // 2]), 'day')} (median of {len(days)})" if len(days) >= 5 else ""

    @property
    def failures(self) -> list[ReleaseFacts]:
        """The releases that failed, the newest first."""
        return [each for each in reversed(self.releases) if each.failed]

    @property
    def last_failed(self) -> ReleaseFacts | None:
        """The newest release that failed."""
        return next(iter(self.failures), None)

    @property
    def feed(self) -> str:
        """The name of the feed, which stays (RFC 4287, section 4.2.6)."""
        return self.name_of("activity")

    @property
    def updated(self) -> int:
        """When the newest activity was, in seconds since 1970; 0 without any."""
        return self.activities[-1].at if self.activities else 0

    def name_of(self, *parts: object) -> str:
        """Return a name for something of this project that stays the same for ever."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join(['keelway', self.project, *map(str, parts)]))}"
