"""Looking: which release is where, read from the world, and what would come next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.retry import Unavailable
from release.base.errors import ReleaseError
from release.branches.merge_back_request import request_of
from release.branches.process_overview import FrozenLine, Overview, overview
from release.branches.unmerged_fixes import Debt
from release.channels.announcements import Announcement, pending
from release.channels.delivery import Delivery
from release.context import Context
from release.current_release import newest, start
from release.engine.converge import show as show_steps
from release.engine.run_gates import headline
from release.engine.step import Seen, State, Step, unknown
from release.insight.release_branches import ReleaseBranch, Way, own_fragments, release_branches, way_from
from release.pipeline import in_progress
from release.planning.planned_lines import PlannedLines, planned_lines
from release.versioning.changelog_writer import drafted


@dataclass(frozen=True)
class Status:
    """What `inv status` tells: the newest release of the line with its steps, and the next one.

    `behind`: the remote has commits of the line that this clone does not know, so there may be more to tell.
    """

    line: str
    newest: Context | None
    steps: list[tuple[Step, Seen]]
    fragments: int
    next: str
    process: Overview
    behind: bool
    announcements: list[Announcement]
    planned: PlannedLines | None
    branches: list[ReleaseBranch]
    way: Way | None
    tagged: str = ""
    unanswered: Mapping[str, str] = field(default_factory=dict)  # {remote that does not answer: why}

    @property
    def complete(self) -> bool:
        """Whether no release is in progress; the last step is only done after all others."""
        return all(seen.state is State.DONE for _, seen in self.steps)

    @property
    def unknown(self) -> bool:
        """Whether all that is known of the release in hand is done, and something of it is not known."""
        states = {seen.state for _, seen in self.steps}
        return State.UNKNOWN in states and states <= {State.UNKNOWN, State.DONE}


def look(ctx: Context) -> Status:
    """Gather the status of the line; reads git, the remote and the indexes, and changes nothing."""
    ctx = replace(ctx, indexes=tuple(index.asked_once() for index in ctx.indexes))
    unanswered = _without_what_is_down(ctx)
    found = newest(ctx)
    steps = [(step, _seen(found, step)) for step in in_progress(found).steps] if found else []
    fragments = own_fragments(ctx)
    on_remote = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.line)
    behind = on_remote is not None and ctx.git.commit_of(on_remote) is None
    told = pending(found) if found and all(seen.state is State.DONE for _, seen in steps) else []
    branches = release_branches(ctx)
    way = way_from(ctx) if fragments and not behind else None
    coming = str(way.version if way else start(ctx, "auto").version)
    tagged = "" if found else _tagged(ctx)
    process, plan = overview(ctx), planned_lines(ctx)
    return Status(
        ctx.line, found, steps, len(fragments), coming, process, behind, told, plan, branches, way, tagged, unanswered
    )


def _without_what_is_down(ctx: Context) -> dict[str, str]:
    """Return which remotes do not answer, and why; of those it counts from now on what this clone last knew."""
    unanswered = {}
    ctx.git.ask_once()
    for remote in (ctx.config.remote, *ctx.git.private.values()):
        try:
            ctx.git.own_refs(remote)
        except ReleaseError as error:
            said = [row.removeprefix("fatal: ") for row in error.why.splitlines() if row.startswith("fatal: ")]
            unanswered[remote] = next(iter(said), headline(error.why))
            ctx.git.take_last_known(remote)
    return unanswered


def _seen(ctx: Context, step: Step) -> Seen:
    """Return what the world shows of a step; unknown where an index or a forge does not answer."""
    try:
        return step.observe(ctx)
    except Unavailable as error:
        return unknown(error.why)


def _given_up(git: Git, version: Version, tag: str, head: str) -> bool:
    """Return whether a version was taken back by `inv abort`, perhaps in another clone: the tag here is left of it."""
    return git.marks.aborted(git.tags()[tag], str(version), head) is not None


def _tagged(ctx: Context) -> str:
    """Say which version of the line is tagged, where the release process did not release it; empty for none."""
    head = next(iter(ctx.heads(ctx.line)), None)
    tags = ctx.git.tags(merged=head) if head else {}
    known = sorted(((version, tag) for tag in tags if (version := ctx.config.version_of(tag))), reverse=True)
    found = next((each for each in known if not _given_up(ctx.git, *each, str(head))), None)
    return f"{found[1]} ({tags[found[1]][:7]}) is the newest release; it was not made with inv" if found else ""


def show(ctx: Context, status: Status) -> None:
    """Print a status for a person."""
    if status.newest is None:
        nothing = f"there is no release from {status.line} yet"
        ctx.report.say(f"{ctx.project.name}: {status.tagged or nothing}")
    else:
        state = "is released" if status.complete else "is in progress"
        state = "may be complete: not every service that shows it answered" if status.unknown else state
        ctx.report.say(f"{status.newest.release} {state}")
        show_steps(ctx, status.steps)
        for each in status.announcements:
            fact = f"{each.fact}\ninv announce" if each.standing is Delivery.DUE else each.fact
            ctx.report.line(each.standing.value, f"announce by {each.channel.name}", fact)
    _show_process(ctx, status.process)
    for branch in status.branches:
        ctx.report.line("branch", branch.branch, branch.told)
    if status.planned:
        ctx.report.line(status.planned.colour, f"plan of {status.planned.release}", status.planned.fact)
        ctx.report.line("next", status.planned.stage or "its date", status.planned.when)
    if status.behind:
        fact = f"{ctx.config.remote} has commits that are not in this clone; their effects are not shown above"
        ctx.report.line("warn", status.line, fact)
    for remote, why in status.unanswered.items():
        known = "branches and tags are shown as of the last fetch; approvals and other records are unknown"
        ctx.report.line("unknown", remote, f"{why}\n{known}")
    ctx.report.say(f"\nnext: {_next(ctx, status)}")


def _next(ctx: Context, status: Status) -> str:
    """Return the next command, which the gates of the process let through, and what it does."""
    stuck = next((seen for _, seen in status.steps if seen.state in (State.CONFLICT, State.WAITING)), None)
    if stuck:
        return stuck.run
    if status.behind:
        return f"git fetch --tags {ctx.config.remote} && inv status"
    if status.unknown or status.unanswered:
        return "inv status      (after it answers again)"
    if not status.complete:
        left = next((seen.run for _, seen in status.steps if seen.state is State.ABSENT), "")
        return left or "nox -s release finishes it"
    if status.process.hotfixes:
        return "inv hotfix --continue"  # it is merged back at its end
    asked = [seen.run for _, seen in status.steps if seen.run]
    asked = asked or [_how_to_pay(ctx, debt) for debt in status.process.debts if debt.branch == status.line]
    if asked:
        return "\n      ".join(asked)
    if status.way and status.way.blocker:
        return f"{status.way.run}\n      ({headline(status.way.blocker.fact)})"
    if status.way:
        count = f"{status.fragments} fragment" + ("s" if status.fragments > 1 else "")
        return f"{status.next}, by {count}; {status.way.run} makes it"
    return 'nothing to release; inv note fix "what changed" records a change'


def _show_process(ctx: Context, process: Overview) -> None:
    """Print a row for all that is frozen, owed, in hand or due; nothing where a project does none of that."""
    line = ctx.report.line
    for frozen in process.frozen:
        line("frozen", frozen.branch, f"since {frozen.since[:7]} ({frozen.by})")
        for each in frozen.exceptions:
            line("let in", each.commit[:7], f"by {each.by}: {each.facts.get('Reason', '')}")
    for branch in process.hotfixes:
        line("to do", branch, "a hotfix is in progress: inv hotfix --continue, or --abort")
    for debt in process.debts:
        line("debt", debt.branch, f"{debt}\n{_how_to_pay(ctx, debt)}")
    for gate, who in process.waivers.items():
        line("waived", gate, who)
    for due in process.follow_ups:
        line("overdue" if due.overdue else "due", "follow-up", f"{due}\ninv follow-up {due.version} TEXT")


def _how_to_pay(ctx: Context, debt: Debt) -> str:
    asking = request_of(ctx, debt.source, debt.branch)
    if asking in ctx.git.remote_refs(ctx.config.remote).branches:
        return f"{asking} waits to be merged"
    return f"git switch {debt.branch} && inv merge-back"


def as_json(status: Status) -> str:
    """Return a status for machines."""
    release = status.newest.release if status.newest else None
    return json.dumps(
        {
            "line": status.line,
            "release": str(release.version) if release else None,
            "tag": release.tag if release else None,
            "complete": status.complete,
            "steps": [{"name": step.name, "state": seen.state.value, "fact": seen.fact} for step, seen in status.steps],
            "announcements": {each.channel.name: each.standing.value for each in status.announcements},
            "fragments": status.fragments,
            "next": status.next,
            "behind": status.behind,
            "frozen": [_frozen(each) for each in status.process.frozen],
            "branches": [_branch(each) for each in status.branches],
            "hotfixes": list(status.process.hotfixes),
            "debts": [
                {"branch": debt.branch, "source": debt.source, "missing": debt.missing} for debt in status.process.debts
            ],
            "waived": status.process.waivers,
            "follow_ups": [
                {"version": str(due.version), "reason": due.reason, "due": due.due.isoformat(), "overdue": due.overdue}
                for due in status.process.follow_ups
            ],
            **({"unanswered": dict(status.unanswered)} if status.unanswered else {}),
            **({"planned": asdict(status.planned)} if status.planned else {}),
        },
        indent=2,
        ensure_ascii=False,
    )


def _frozen(line: FrozenLine) -> dict[str, object]:
    """Return a frozen branch for machines."""
    return {
        "branch": line.branch,
        "since": line.since,
        "by": line.by,
        "exceptions": [
            {"commit": each.commit, "by": str(each.by), "reason": each.facts.get("Reason", "")}
            for each in line.exceptions
        ],
    }


def _branch(each: ReleaseBranch) -> dict[str, object]:
    """Return a release branch for machines."""
    return {
        "branch": each.branch,
        "frozen": each.frozen,
        "candidate": str(each.candidate) if each.candidate else None,
        "final": str(each.final) if each.final else None,
        "next": str(each.way.version) if each.way else None,
        "stage": each.way.ctx.release.stage if each.way else None,
        "approved": [{"role": one.role, "by": str(one.record.by)} for one in each.given],
        "missing": list(each.missing),
        "since": each.since.isoformat(),
        "run": each.run,
    }


def draft(ctx: Context) -> None:
    """Print the section that the fragments would make in the changelog."""
    try:
        version = start(ctx, "auto").version
        ctx.report.say(drafted(ctx, version))
    finally:
        ctx.tools.close()
