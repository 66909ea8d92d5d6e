"""What the process around releases is at: frozen lines, exceptions, debts, follow-ups; empty where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from packaging.version import Version

from release.adapters.git.marks import HOTFIXED
from release.approvals.decision_records import Record, keep_counting, records
from release.approvals.stage_approvals import signs, why_not_counted
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.branches.freezes import exceptions, frozen_since
from release.branches.hotfix_branches import hotfix_branches
from release.branches.unmerged_fixes import Debt, debts
from release.context import Context

_HOTFIXES = 20  # newest tags that are looked at for what is due after a hotfix


@dataclass(frozen=True)
class FrozenLine:
    """A line that is frozen: since which commit, who made it, and what was let in nevertheless."""

    branch: str
    since: str
    by: str
    exceptions: Sequence[Record]


@dataclass(frozen=True)
class FollowUp:
    """What is due after a hotfix: root cause and retrospective, until an aware time in UTC."""

    version: Version
    reason: str
    due: datetime

    @property
    def overdue(self) -> bool:
        """Whether the time is over."""
        return datetime.now(UTC) > self.due

    def __str__(self) -> str:
        state = "was due" if self.overdue else "is due"
        return f"root cause and retrospective of {self.version} ({self.reason}): {state} {self.due:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Overview:
    """All of it; `hotfixes` are the branches of those that are not complete."""

    frozen: Sequence[FrozenLine]
    debts: Sequence[Debt]
    hotfixes: Sequence[str]
    follow_ups: Sequence[FollowUp]
    waivers: dict[str, str]


def overview(ctx: Context) -> Overview:
    """Gather what the process is at; reads the remote and this clone, and changes nothing."""
    there = ctx.lines()
    owing = [ctx.config.branch, *there.values()] if there or _outside(ctx) else []
    return Overview(
        frozen=[frozen for line, branch in there.items() if (frozen := _frozen(ctx, line, branch))],
        debts=[debt for branch in owing for debt in debts(ctx, branch)],
        hotfixes=hotfix_branches(ctx),
        follow_ups=follow_ups(ctx),
        waivers=waivers(ctx),
    )


def _outside(ctx: Context) -> bool:
    """Return whether there is a tag that the main branch does not have."""
    head = ctx.git.commit_of(f"refs/heads/{ctx.config.branch}")
    return bool(head and set(ctx.git.tags()) - set(ctx.git.tags(merged=head)))


def _frozen(ctx: Context, line: str, branch: str) -> FrozenLine | None:
    head = ctx.git.remote_refs(ctx.config.remote).branches[branch]
    if ctx.git.commit_of(head) is None:
        ctx.git.obtain(ctx.config.remote, f"refs/heads/{branch}").require()
    since = frozen_since(ctx, line, head)
    return FrozenLine(branch, since, ctx.git.author_of(since), exceptions(ctx, line)) if since else None


def follow_ups(ctx: Context) -> list[FollowUp]:
    """Return what is due after hotfixes, oldest first, without what was recorded as done."""
    tags = {version: commit for tag, commit in ctx.git.tags().items() if (version := ctx.config.version_of(tag))}
    newest = sorted((each for each in tags if not each.is_prerelease and each.micro), reverse=True)[:_HOTFIXES]
    if not newest:
        return []
    told = {each.name.partition("/")[2] for each in records(ctx, "follow-ups/") if not _why_void(ctx, each)}
    shown = f"--format=%H%x00%ct%x00%(trailers:key={ctx.git.key(HOTFIXED)},valueonly,separator=%x20)"
    rows = ctx.git.read("log", "--no-walk=unsorted", shown, *(tags[each] for each in newest)).splitlines()
    facts = {commit: (int(at), reason) for commit, at, reason in (row.split("\0") for row in rows)}
    found = []
    for version in reversed(newest):
        at, reason = facts.get(tags[version], (0, ""))
        if reason and str(version) not in told:
            due = datetime.fromtimestamp(at, UTC) + timedelta(hours=ctx.config.hotfix.follow_up)
            found.append(FollowUp(version, reason, due))
    return found


def _why_void(ctx: Context, record: Record) -> str:
    """Return why a follow-up does not count: it is of another commit than its release, or was not decided."""
    name = record.name
    version = ctx.config.version_of(ctx.config.tag_of(name.partition("/")[2]))
    if version is None or ctx.git.tags().get(ctx.tag_of(version)) != record.commit:
        return "it is not of the commit of that release"
    return why_not_counted(ctx, record, name, "", signed=signs(ctx.config))


def record_follow_up(ctx: Context, version: Version, text: str, *, dry_run: bool = False) -> None:
    """Record root cause and retrospective of a hotfix, or where they are written."""
    known = [each.version for each in follow_ups(ctx)]
    if version not in known:
        why = f"due: {', '.join(map(str, known)) or 'nothing'}"
        raise ReleaseError(f"nothing is due after {version}", why=why, run="inv status")
    if not text.strip():
        raise ReleaseError(f"cannot record the follow-up of {version}", why="the text is empty", run="inv status")
    if dry_run:
        return
    commit = ctx.git.tags()[ctx.tag_of(version)]
    keep_counting(
        ctx,
        f"follow-ups/{version}",
        commit,
        f"Follow up {version}",
        {"Text": text},
        sign=signs(ctx.config),
        why_void=partial(_why_void, ctx),
    )
