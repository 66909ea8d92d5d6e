"""What was decided about a freeze: since when it stands, who may end it, and which exceptions were granted."""

from __future__ import annotations

from collections.abc import Sequence

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, THAWED
from release.approvals.decision_records import Person, Record, records
from release.approvals.stage_approvals import signs, why_not_counted
from release.approvals.two_people import why_alone
from release.base.errors import ReleaseError
from release.context import Context

FREEZING = "feature-complete"  # the stage whose roles decide about a freeze


def frozen_since(ctx: Context, line: str, at: str) -> str | None:
    """Return the commit that froze a line, in the history of `at`; None when it never was, or was thawed.

    A freeze counts wherever it stands in the history: a merge with its parents exchanged, which is an ordinary push,
    takes it off the first-parent history. Of several since the last thaw the oldest: a second freeze forgives nothing.
    """
    marks = ctx.git.marks.trailers((FROZEN, THAWED), at, anywhere=True)
    of_line = [(commit, trailer) for commit, trailer in marks if trailer.endswith(f": {line}")]
    left = [commit for commit, trailer in of_line if trailer == f"{FROZEN}: {line}"]
    thaws = [commit for commit, trailer in of_line if trailer == f"{THAWED}: {line}"]
    for thaw in _by_age(ctx.git, thaws) if left else ():
        before = [freeze for freeze in left if ctx.git.contains(thaw, freeze)]
        if before and _ends(ctx, line, thaw, _oldest(ctx.git, before, at), at):
            left = [freeze for freeze in left if freeze not in before]
    return _oldest(ctx.git, left, at) if left else None


def _by_age(git: Git, commits: Sequence[str]) -> list[str]:
    """Return commits so that none stands before one of its history; their dates are what their authors wrote."""
    return sorted(commits, key=lambda each: sum(git.contains(each, other) for other in commits))


def _oldest(git: Git, freezes: Sequence[str], at: str) -> str:
    """Return the freeze that has no other one in its history; of several, that after which most came in."""
    if len(freezes) == 1:
        return freezes[0]
    first = [each for each in freezes if not any(git.contains(each, other) for other in freezes if other != each)]
    after = {each: git.read("rev-list", "--count", "--first-parent", f"{each}..{at}", "--") for each in first}
    return max(first, key=lambda each: int(after[each]))


def _ends(ctx: Context, line: str, thaw: str, since: str, at: str) -> bool:
    """Return whether a thaw ends a freeze: it changes no file, and a role that decides says so in a record.

    Where no role decides, it has to stand on the branch itself.
    """
    if ctx.git.marks.changed_by(thaw):
        return False
    return _may_thaw(ctx, line, since) if ctx.config.stage(FREEZING).roles else ctx.git.marks.on_branch(thaw, at)


def thaw_name(line: str, since: str, person: Person) -> str:
    """Return the name of the record by which a freeze is ended, known by its commit."""
    return f"thaws/{line}/{since[:12]}/{person.slug}"


def why_no_thaw(ctx: Context, line: str, record: Record) -> str:
    """Return why a record ends no freeze; empty when it does."""
    return _why_not_decided(ctx, record, thaw_name(line, record.commit, record.by))


def _may_thaw(ctx: Context, line: str, since: str) -> bool:
    """Return whether a holder of a role that decides about a freeze has said that it ends."""
    found = [each for each in records(ctx, f"thaws/{line}/") if each.commit == since]
    return any(not why_no_thaw(ctx, line, each) for each in found)


def exception_name(line: str, commit: str, person: Person) -> str:
    """Return the name of an exception's record."""
    return f"exceptions/{line}/{commit[:12]}/{person.slug}"


def exceptions(ctx: Context, line: str) -> list[Record]:
    """Return the exceptions of a line that count: granted in the role that decides, and signed where approvals are."""
    return [each for each in records(ctx, f"exceptions/{line}/") if not why_no_exception(ctx, line, each)]


def why_no_exception(ctx: Context, line: str, record: Record) -> str:
    """Return why an exception does not count; empty when it does."""
    name = exception_name(line, record.commit, record.by)
    return _why_not_decided(ctx, record, name) or why_alone(ctx, name, record.by.email)


def _why_not_decided(ctx: Context, record: Record, name: str) -> str:
    """Return why a record decides nothing about a freeze; empty when it does."""
    roles, role = ctx.config.stage(FREEZING).roles, record.facts.get("Role", "")
    if roles and role not in roles:
        return f"that is for {' or '.join(roles)} to decide"
    return why_not_counted(ctx, record, name, role, signed=signs(ctx.config))


def only_role(ctx: Context) -> str:
    """Return the role that decides about a freeze, where it is one alone."""
    roles = ctx.config.stage(FREEZING).roles
    return roles[0] if len(roles) == 1 else ""


def refuse_without_role(ctx: Context, role: str, what: str) -> None:
    """Raise ReleaseError for a role that does not decide about a freeze, and for none where one is needed."""
    roles = ctx.config.stage(FREEZING).roles
    if roles and role not in roles:
        why = f"that is for {' or '.join(roles)} to decide" + (f", not for {role}" if role else "")
        raise ReleaseError(what, why=why, run=f"the same command with --as {roles[0]}")
