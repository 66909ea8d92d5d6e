"""What happened around one release, in order: its plan, freeze, candidates, decisions, the final, and what followed.

Each row comes from git or from a record below refs/keelway/; records are shown as they were made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, THAWED
from release.approvals.decision_records import Record, records
from release.context import Context
from release.insight.failed_releases import Evidence
from release.insight.known_releases import Known
from release.insight.plan_versions import PlanVersion
from release.insight.release_history import Released
from release.planning.moment import day_of, newest
from release.values.version_numbers import series

_PRE_STAGES = {"a": "alpha", "b": "beta", "rc": "candidate"}
_DECISIONS = ("Waived", "Off", "Left out")  # what a release rests on, as its tag says


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, and the day on which the first plan had it."""

    day: date
    what: str
    fact: str
    planned: date | None = None

    @property
    def days_late(self) -> int | None:
        """How many days after the planned day it was; negative before it, None where none was planned."""
        return (self.day - self.planned).days if self.planned else None


def timeline(
    ctx: Context,
    known: Known,
    release: Released,
    versions: Sequence[PlanVersion],
    days: Mapping[str, date],
    *,
    offline: bool = False,
) -> list[Event]:
    """Return the events of a release, oldest first; `days` is {stage: the day that was planned first}.

    `offline` reads no records, which are on the remote alone.
    """
    given = [] if offline else _own_records(ctx, known, release)
    found = [
        *_beginning(known, release),
        *_planned(versions),
        *_stages(ctx, known, release, days),
        *(_event_of(each) for each in given),
        Event(day_of(release.at), "final", release.tag, days.get("production")),
        *(Event(day_of(release.at), "decision", each) for each in decisions_of(ctx.git, release)),
        *_afterwards(known, release),
    ]
    return sorted(found, key=lambda each: each.day)


def decisions_of(git: Git, release: Released) -> list[str]:
    """Return which gates were waived, switched off or left out, as the release's tag says."""
    rows = git.tag_text(release.tag).splitlines()
    return [row for row in rows if row.partition(":")[0] in _DECISIONS]


def _beginning(known: Known, release: Released) -> Iterator[Event]:
    before = known.history.of(release.before) if release.before else None
    if before:
        yield Event(day_of(before.at), "release before", before.tag)
    if release.changes:
        first = min(release.changes, key=lambda each: (each.at, each.name))
        last = max(release.changes, key=lambda each: (each.at, each.name))
        yield Event(day_of(first.at), "first change", f"{first.name} ({first.commit[:7]})")
        if last is not first:
            yield Event(day_of(last.at), "last change", f"{last.name} ({last.commit[:7]})")


def _planned(versions: Sequence[PlanVersion]) -> Iterator[Event]:
    """Yield when the plan was made, and each time its date or its items became others."""
    if not versions:
        return
    first = versions[0]
    yield Event(first.day, "plan", f"{len(first.plan.item)} items, {_dated(first)} ({first.commit[:7]})")
    for old, new in pairwise(versions):
        facts = []
        if old.plan.date != new.plan.date:
            facts.append(f"{_dated(old)} becomes {_dated(new)}")
        names, wanted = ({item.name for item in each.plan.item} for each in (old, new))
        facts += [f"added {', '.join(sorted(wanted - names))}"] if wanted - names else []
        facts += [f"no longer in it {', '.join(sorted(names - wanted))}"] if names - wanted else []
        if facts:
            yield Event(new.day, "plan", f"{'; '.join(facts)} ({new.commit[:7]})")


def _dated(version: PlanVersion) -> str:
    return f"final on {version.plan.date}" if version.plan.date else "no date"


def _stages(ctx: Context, known: Known, release: Released, days: Mapping[str, date]) -> Iterator[Event]:
    """Yield the freeze, its end, and the pre-releases."""
    git, line = ctx.git, series(release.version)
    frozen = git.marks.commit_with(FROZEN, line, release.commit)
    if frozen and not release.version.micro:
        yield Event(day_of(git.time_of(frozen)), "freeze", frozen[:7], days.get("beta"))
        head = newest(git, ctx.config, ctx.config.lines.replace("{line}", line))
        thawed = git.marks.commit_with(THAWED, line, head) if head else None
        if thawed and git.time_of(thawed) <= known.history.moment.until:
            yield Event(day_of(git.time_of(thawed)), "thaw", thawed[:7])
    seen: set[str] = set()
    for version, (tag, at) in sorted(_pre_releases(ctx, release).items()):
        stage = _PRE_STAGES[version.pre[0] if version.pre else "rc"]
        yield Event(day_of(at), stage, tag, days.get(stage) if stage not in seen else None)
        seen.add(stage)


def _pre_releases(ctx: Context, release: Released) -> dict[Version, tuple[str, int]]:
    """Return {version: (tag, when it was made in seconds since 1970)} of the pre-releases of a final."""
    rows = ctx.git.read("for-each-ref", "--format=%(refname:short)%00%(creatordate:unix)", "refs/tags").splitlines()
    times = {tag: int(at or 0) for tag, at in (row.split("\0") for row in rows)}
    found = {version: (tag, at) for tag, at in times.items() if (version := ctx.config.version_of(tag))}
    return {each: found[each] for each in found if each.pre and Version(each.base_version) == release.version}


def _own_records(ctx: Context, known: Known, release: Released) -> list[Record]:
    """Return the decisions on the commits that this release has and the one before it has not."""
    before = known.history.of(release.before) if release.before else None
    span = [release.commit, *([f"^{before.commit}"] if before else [])]
    commits = set(ctx.git.read("rev-list", *span).split())
    line = f"exceptions/{series(release.version)}/"  # they name the commit that was picked, which is not on the branch
    found = [each for each in records(ctx, "") if each.commit in commits or each.name.startswith(line)]
    found = [each for each in found if _kind(each) in _KINDS and not each.forged]
    return [each for each in found if each.at.timestamp() <= known.history.moment.until]


_KINDS = {
    "approvals": "approval",
    "waivers": "waiver",
    "exceptions": "exception",
    "checks": "check",
    "watch": "watch",
    "follow-ups": "follow-up",
}


def _kind(record: Record) -> str:
    return record.name.partition("/")[0]


def _event_of(record: Record) -> Event:
    facts = record.facts
    keys = ("Stage", "Gate", "Check", "Verdict", "Result", "Role", "Condition", "Reason", "Note", "Evidence", "Text")
    said = "; ".join(f"{key.lower()} {facts[key]}" for key in keys if facts.get(key))
    fact = f"{said or record.name}: {record.by.name}, of {record.commit[:7]}"
    return Event(day_of(int(record.at.timestamp())), _KINDS[_kind(record)], fact)


def _afterwards(known: Known, release: Released) -> Iterator[Event]:
    for each in known.history.releases:
        same = each.version.release[:2] == release.version.release[:2]
        if same and each.version > release.version:
            what = "hotfix" if each.hotfix else "patch"
            yield Event(day_of(each.at), what, f"{each.tag}{f' ({each.hotfix})' if each.hotfix else ''}")


def failure_event(evidence: Evidence | None) -> Event | None:
    """Return when it was first seen that a release failed; None where it did not, or nothing says when."""
    if evidence is None or evidence.seen is None:
        return None
    return Event(day_of(evidence.seen), "failed", evidence.text)
