"""`inv metrics`: how often releases are made, how long changes wait for one, how many fail; beside their targets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from release.context import Context
from release.insight.failed_releases import DAY, Evidence, failures
from release.insight.known_releases import known_releases
from release.insight.metrics import Metric, Metrics, measure
from release.insight.release_history import History
from release.planning.moment import day_of


@dataclass(frozen=True)
class Measured:
    """The metrics of a project and the history that they were counted in."""

    history: History
    metrics: Metrics
    source: str


def look(ctx: Context, at: str = "", *, offline: bool = False) -> Measured:
    """Return the metrics as they were at a day or commit (empty: now); `offline` takes the tags as the releases.

    Changes nothing. Raises ReleaseError as `known_releases` does.
    """
    days = int(ctx.config.metrics.days * DAY)
    known = known_releases(ctx, at, lambda moment: moment.until - days, offline=offline, command="inv metrics")
    failed = failures(ctx.git, known.history, ctx.project.notes, known.taken_back)
    return Measured(known.history, measure(known.history, failed, ctx.config.metrics), known.source)


def show(ctx: Context, found: Measured) -> None:
    """Print a row for each metric, the releases that failed, and what was not counted."""
    say, history, metrics = ctx.report.say, found.history, found.metrics
    n = len(metrics.releases)
    counted = f"{n} final release{'' if n == 1 else 's'} from {day_of(metrics.since)} to {day_of(history.moment.until)}"
    say(f"{ctx.project.name}: {counted}, {f'times from {found.source}' if found.source else 'times of the tags'}\n")
    for each in metrics.metrics:
        result = "" if each.met is None else (": met" if each.met else ": missed")
        say(f"  {each.name:<24}  {text_of(each):<50}  n {each.n:<4}  {each.target}{result}".rstrip())
    if metrics.failed:
        say("\nfailed:")
        for version, evidence in metrics.failed.items():
            say(f"  {version}  {evidence.text}")
            say(f"  {'':{len(str(version))}}  {_course(evidence)}")
    for note in _notes(ctx, found):
        say(f"\n{note}")


def text_of(metric: Metric) -> str:
    """Return the number of a metric in words; "too few to judge" where there are fewer than five observations."""
    values = metric.values
    if metric.key == "waiting":
        return f"oldest {_long(values['oldest'])}, median {_long(values['median'])}" if metric.n else "nothing"
    open_ = f"; {values['open']:.0f} open" if values.get("open") else ""
    hits = f"{values['hits']:.0f} of {metric.n}" if "hits" in values else ""
    if not metric.enough:
        return f"{hits or ''}{', ' if hits else ''}too few to judge{open_}"
    if metric.unit == "share":
        rate, low, high = (f"{100 * values[name]:.0f}" for name in ("rate", "low", "high"))
        return f"{hits}, {rate} % (90 % interval: {low} to {high} %)"
    if metric.unit == "a release":
        return f"{values['hits']:.0f}, {values['rate']:.2f} a release"
    if "per_30_days" in values:
        return f"{values['per_30_days']:.1f} in 30 days"
    return f"median {_long(values['median'])}, 85 % within {_long(values['p85'])}{open_}"


def _long(days: float) -> str:
    """Return a duration for a person: hours up to two days."""
    if days < 2:
        return f"{days * 24:.1f} hours"
    return f"{days:.1f} days" if days < 10 else f"{days:.0f} days"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _course(evidence: Evidence) -> str:
    seen = f"seen {_day(evidence.seen)}" if evidence.seen is not None else "nothing says since when"
    if evidence.mended is None:
        return f"{seen}; open"
    after = f" after {_long(max(0, evidence.mended - evidence.seen) / DAY)}" if evidence.seen is not None else ""
    return f"{seen}; mended by {evidence.by}{after}"


def _notes(ctx: Context, found: Measured) -> list[str]:
    """Return what the numbers rest on where that is not plain, and what was left out."""
    history, releases = found.history, found.metrics.releases
    notes = []
    commits = [each for each in releases if not each.by_fragments]
    if commits:
        which = "every release" if len(commits) == len(releases) else f"{len(commits)} of {len(releases)} releases"
        notes.append(
            f"{which} had no fragments: its changes are first-parent commits, a fix is one whose subject says so"
        )
    if history.unserved:
        notes.append(f"not counted, for {found.source} has no files of them: {_versions(history.unserved)}")
    if history.untagged and not history.moment.day < datetime.now(UTC).date():
        what = f"not counted, for this clone has no tag of them: {_versions(history.untagged)}"
        notes.append(f"{what}\n  run: git fetch --tags {ctx.config.remote}")
    return notes


def _versions(versions: Sequence[object]) -> str:
    shown = ", ".join(map(str, versions[-8:]))
    return f"{len(versions) - 8} older, {shown}" if len(versions) > 8 else shown


def as_json(ctx: Context, found: Measured) -> str:
    """Return the metrics for machines."""
    history, metrics = found.history, found.metrics
    facts = {
        "project": ctx.project.canonical,
        "from": _time(metrics.since),
        "to": _time(history.moment.until),
        "source": found.source or "tags",
        "metrics": [_metric(each) for each in metrics.metrics],
        "failed": [
            {
                "version": str(version),
                "evidence": each.text,
                "seen": _time(each.seen),
                "mended": _time(each.mended),
                "by": str(each.by) if each.by else None,
            }
            for version, each in metrics.failed.items()
        ],
        "releases": [
            {
                "version": str(each.version),
                "at": _time(each.at),
                "changes": len(each.changes),
                "by_fragments": each.by_fragments,
            }
            for each in metrics.releases
        ],
        "waiting": [{"name": each.name, "landed": _time(each.at)} for each in history.waiting],
        "unserved": list(map(str, history.unserved)),
        "untagged": list(map(str, history.untagged)),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _metric(metric: Metric) -> dict[str, Any]:
    """Return one metric; of too few observations only what was counted, no statistic."""
    values = {
        name: value for name, value in metric.values.items() if metric.enough or name in ("hits", "open", "oldest")
    }
    return {
        "key": metric.key,
        "name": metric.name,
        "n": metric.n,
        "enough": metric.enough,
        "unit": metric.unit,
        "values": {name: round(value, 4) for name, value in values.items()},
        "target": metric.target or None,
        "met": metric.met,
        "text": text_of(metric),
    }


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
