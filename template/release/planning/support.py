"""Which series of releases get what: every change, fixes only, security fixes only, or nothing any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.config.release_toml import Config
from release.planning.dates.support_days import KEYS, Support, changes_of
from release.planning.moment import Moment, day_of
from release.planning.plan import Plan, parse_plan, path_of
from release.planning.plan_names import plan_names
from release.planning.prose import columns, table, until
from release.values.version_numbers import series

SECURE = ("security", "docs", "misc")  # the types of fragments that a series with security fixes only takes


@dataclass(frozen=True)
class SupportedSeries:
    """A series at a day: its first final (or its planned day), its newest release, and from when on it gets less.

    `key` is where the day of a state comes from: "plans/1.2.toml (dates.end_of_life)"; "" where nothing says it.
    """

    name: str
    begun: date
    newest: Version | None
    changes: Mapping[Support, tuple[date, str]]
    ended_by: str = ""  # the series because of which it is not supported any more

    def state(self, now: date) -> Support:
        """Return what it gets on a day."""
        if self.ended_by:
            return Support.ENDED
        if self.newest is None:
            return Support.PLANNED
        found = [each for each, (day, _) in self.changes.items() if _begins(each, day) <= now]
        return found[-1] if found else Support.FULL

    def next(self, now: date) -> tuple[Support, date] | None:
        """Return the next state that it will have, with its first day; None where nothing says it."""
        if self.newest is None:
            return Support.FULL, self.begun
        coming = [(each, _begins(each, day)) for each, (day, _) in self.changes.items() if _begins(each, day) > now]
        return None if self.ended_by or not coming else coming[0]


def _begins(state: Support, day: date) -> date:
    """Return the first day of a state: the end of life is the last day of support."""
    return day + timedelta(days=1) if state is Support.ENDED else day


def supported(git: Git, config: Config, moment: Moment) -> list[SupportedSeries]:
    """Return the series of a project at a moment, newest first: those with a final, and those with a planned day."""
    finals = _finals(git, config, moment)
    plans = _plans(git, moment)
    names = sorted({*finals, *plans}, key=Version, reverse=True)
    begun = [name for name in names if name in finals]
    held = begun[: config.calendar.series] if config.calendar.series else begun
    found = []
    for name in names:
        path, plan = plans.get(name, ("", Plan()))
        first = min(finals[name].values()) if name in finals else plan.date
        if first is None:
            continue
        ended_by = held[-1] if name in finals and name not in held else ""
        newest = max(finals[name]) if name in finals else None
        changes = changes_of(config.calendar, plan.dates, first, path)
        found.append(SupportedSeries(name, first, newest, changes, ended_by))
    return found


def says_anything(config: Config, found: Collection[SupportedSeries]) -> bool:
    """Return whether release.toml or a plan says how long a series is supported."""
    return bool(config.calendar.series) or any(each.changes for each in found)


def _finals(git: Git, config: Config, moment: Moment) -> dict[str, dict[Version, date]]:
    """Return {series: {final version: its day}} of what was tagged up to a moment."""
    shown = "--format=%(refname:strip=2)%00%(*committerdate:unix)%00%(committerdate:unix)"
    found: dict[str, dict[Version, date]] = {}
    for row in git.read("for-each-ref", shown, "refs/tags").splitlines():
        tag, peeled, direct = row.split("\0")
        version, at = config.version_of(tag), int(peeled or direct or 0)
        if version and not version.is_prerelease and at <= moment.until:
            found.setdefault(series(version), {})[version] = day_of(at)
    return found


def _plans(git: Git, moment: Moment) -> dict[str, tuple[str, Plan]]:
    """Return {series: (path, plan)} of the plans of first releases; a plan of a patch says nothing of its series."""
    found = {}
    for name, version in plan_names(git, moment.main).items():
        if version.micro == 0:
            path = path_of(name)
            found[series(version)] = (path, parse_plan(git.file_at(moment.main, path) or "", path))
    return found


def _rows(found: Collection[SupportedSeries], now: date) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for each in found:
        coming, state = each.next(now), each.state(now)
        then = f"{coming[0].value} from {coming[1]}, {until(coming[1], now)}" if coming else ""
        if each.ended_by:
            then = f"since there is more than {each.ended_by}"
        rows.append((each.name, state.value, f"{each.begun}", str(each.newest or ""), then))
    return rows


def as_text(project: str, found: Collection[SupportedSeries], now: date) -> str:
    """Return the series for a terminal."""
    head = ("series", "gets", "since", "newest", "then")
    return "\n".join([f"{project}, as of {now}", "", *columns([head, *_rows(found, now)])])


def as_markdown(found: Collection[SupportedSeries], now: date) -> str:
    """Return the series as a table of Markdown, with all days: it stays true until one of them is over."""
    rows = []
    for each in found:
        days = [f"{each.changes[state][0]}" if state in each.changes else "" for state in KEYS]
        rows.append((each.name, each.state(now).value, f"{each.begun}", *days, str(each.newest or "")))
    head = ("Series", "Support", "First release", "Fixes only from", "Security only from", "Ends after", "Newest")
    return "\n".join(table(head, rows))


def as_document(found: Collection[SupportedSeries], now: date) -> dict[str, Any]:
    """Return the series for machines."""
    return {
        "as_of": now,
        "series": [
            {
                "series": each.name,
                "support": each.state(now).value,
                "begun": each.begun,
                "newest": each.newest,
                **{key: each.changes[state][0] if state in each.changes else None for state, key in KEYS.items()},
                "ended_by": each.ended_by or None,
            }
            for each in found
        ],
    }
