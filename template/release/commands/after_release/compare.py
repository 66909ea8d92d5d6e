"""`inv compare`: two releases beside each other: changes by type, API, dependencies, sizes, people, fixes needed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

from release.context import Context
from release.insight.comparison import Comparison, compare
from release.insight.failed_releases import failures
from release.insight.known_releases import known_releases, release_of


def look(ctx: Context, older: str, newer: str, *, offline: bool = False) -> Comparison:
    """Return what is different between two released versions, the older one first.

    Changes nothing. Raises ReleaseError for a version that was not released.
    """
    command = f"inv compare {older} {newer}"
    known = known_releases(ctx, "", lambda moment: moment.until, offline=offline, command=command)
    pair = [release_of(known, text, command) for text in (older, newer)]
    first, second = sorted(pair, key=lambda each: each.version)
    whole = known_releases(ctx, "", lambda _: first.at - 1, offline=offline, command=command)
    failed = failures(ctx.git, whole.history, ctx.project.notes, whole.taken_back)
    both = {str(each.version): failed[each.version] for each in (first, second) if each.version in failed}
    return compare(ctx, known.history.moment.main, first, second, both, offline=offline)


def show(ctx: Context, found: Comparison) -> None:
    """Print a comparison for a person."""
    older, newer = found.older, found.newer
    head = f"{ctx.project.name} {older.version} ({_day(older.at)}) to {newer.version} ({_day(newer.at)})"
    commits = f"{found.commits} commit{'' if found.commits == 1 else 's'}"
    ctx.report.say(f"{head}: {found.days:.0f} days, {commits}\n")
    counts = Counter(each.kind or "change" for each in found.changes)
    _row(ctx, "changes", [", ".join(f"{n} {kind}" for kind, n in counts.items()) or "none", *_changes(found)])
    _row(ctx, "API", [_broken(found), *found.api])
    _row(ctx, "dependencies", list(found.dependencies) or ["the same"])
    _row(ctx, "sizes", [_size(kind, *sizes) for kind, sizes in found.sizes.items()] or ["not compared"])
    _row(ctx, "people", [", ".join(found.people) or "none"])
    fixes = [f"{version}: {each.text}" for version, each in found.failed.items()]
    _row(ctx, "fixes needed", fixes or ["none that is known"])
    for doubt in found.doubts:
        _row(ctx, "not known", [doubt])


def _changes(found: Comparison) -> list[str]:
    """Return a line for each change, by type: the first line of its fragment, or its commit's subject."""
    rows = []
    for each in sorted(found.changes, key=lambda change: change.kind):
        kind = f"{each.kind}: " if each.kind else ""
        named = f" ({each.name})" if each.name in found.texts else ""
        rows.append(f"{kind}{found.texts.get(each.name, each.name)}{named}")
    return rows


def _row(ctx: Context, name: str, lines: list[str]) -> None:
    for number, line in enumerate(lines):
        ctx.report.say(f"  {name if number == 0 else '':<13} {line}")


def _broken(found: Comparison) -> str:
    count = len(found.api)
    return f"{count} change{'' if count == 1 else 's'} that can break users" if count else "nothing was removed"


def _size(kind: str, before: int, after: int) -> str:
    grown = f" ({100 * (after - before) / before:+.0f} %)" if before else ""
    return f"{kind} {after / 1000:.1f} kB, before {before / 1000:.1f} kB{grown}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def as_json(ctx: Context, found: Comparison) -> str:
    """Return a comparison for machines."""
    facts = {
        "project": ctx.project.canonical,
        "older": {"version": str(found.older.version), "at": _time(found.older.at)},
        "newer": {"version": str(found.newer.version), "at": _time(found.newer.at)},
        "days": round(found.days, 2),
        "commits": found.commits,
        "changes": [
            {"name": each.name, "type": each.kind or None, "text": found.texts.get(each.name)} for each in found.changes
        ],
        "api": list(found.api),
        "dependencies": list(found.dependencies),
        "sizes": {kind: {"before": before, "after": after} for kind, (before, after) in found.sizes.items()},
        "people": list(found.people),
        "fixes_needed": {version: each.text for version, each in found.failed.items()},
        "not_known": list(found.doubts),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
