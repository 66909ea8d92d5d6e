"""The rule of a freeze on the forge: for the branch of one line, known as ours by a record in git.

A protected branch of GitLab or Gitea has no name that could say whose it is. The record is made before the rule, and
dropped after it: a rule of ours is never without one, and a rule of the owner's is never touched.
"""

from __future__ import annotations

from functools import partial

from release.adapters.forge.protocols import Branches, Rule
from release.adapters.retry import patiently
from release.approvals.decision_records import Record, drop, keep_counting, records
from release.approvals.stage_approvals import signs, why_not_counted
from release.base.errors import ReleaseError
from release.branches.freezes import frozen_since
from release.context import Context


def branches_of(ctx: Context) -> Branches:
    """Return what the forge keeps around branches; raise ReleaseError where release.toml names no forge."""
    if ctx.forge is None:
        why = "release.toml names no forge, or the remote's address does not contain the project"
        raise ReleaseError("cannot reach the forge", why=why, run='$EDITOR release.toml      ([forge] kind = "github")')
    return ctx.forge.branches


def _record(ctx: Context, line: str) -> Record | None:
    return _recorded(ctx).get(line)


def _recorded(ctx: Context) -> dict[str, Record]:
    """Return {line: record} of those that count; a false one would have a rule of the owner's lifted."""
    found = {each.name.removeprefix("rules/"): each for each in records(ctx, "rules/")}
    return {line: each for line, each in found.items() if not _why_void(ctx, line, each)}


def _why_void(ctx: Context, line: str, record: Record) -> str:
    return why_not_counted(ctx, record, f"rules/{line}", "", signed=signs(ctx.config))


def holding(ctx: Context, line: str, branch: str) -> tuple[Rule | None, list[Rule]]:
    """Return our rule for a line as it holds now, None where it does not, and all others that hold for its branch."""
    recorded = _record(ctx, line) is not None
    found = branches_of(ctx).rules(branch)
    ours = [rule for rule in found if rule.ours and recorded]
    return (ours[0] if ours else None), [rule for rule in found if rule not in ours]


def ours(ctx: Context) -> dict[str, Rule]:
    """Return {line: rule} of all the rules that freezes of ours have made and nobody has lifted yet."""
    recorded = _recorded(ctx)
    if not recorded:
        return {}
    found = ((ctx.config.line_of(rule.branch), rule) for rule in branches_of(ctx).own_rules())
    return {line: rule for line, rule in found if line in recorded}


def left_over(ctx: Context) -> dict[str, Rule | None]:
    """Return {line: rule} of what freezes that are over have left: a rule, or only the record that it was ours."""
    over = [line for line in _recorded(ctx) if not is_frozen(ctx, line)]
    there = ours(ctx) if over else {}
    return {line: there.get(line) for line in over}


def lacking(ctx: Context) -> list[str]:
    """Return the frozen lines for which no rule holds, neither ours nor one of the owner's that ours would hide."""
    if not ctx.config.forge.rule:
        return []
    found = [(line, holding(ctx, line, branch)) for line, branch in ctx.lines().items() if is_frozen(ctx, line)]
    return [line for line, (mine, theirs) in found if not mine and (branches_of(ctx).rules_add_up or not theirs)]


def is_frozen(ctx: Context, line: str) -> bool:
    """Return whether a line is there, and frozen."""
    head = ctx.git.bring(ctx.config.remote, ctx.config.lines.replace("{line}", line))
    return head is not None and frozen_since(ctx, line, head) is not None


def set_rule(ctx: Context, line: str, branch: str) -> None:
    """Record that the rule of a line is ours, and make it, once: after an unclear answer what is there decides."""
    if _record(ctx, line) is None:
        head = str(ctx.git.bring(ctx.config.remote, branch))
        void = partial(_why_void, ctx, line)
        facts = {"Branch": branch}
        subject = f"Set the rule of {branch}"
        keep_counting(ctx, f"rules/{line}", head, subject, facts, sign=signs(ctx.config), why_void=void)

    def make() -> None:
        if line not in ours(ctx):
            branches_of(ctx).set_rule(branch, ctx.config.forge.checks)

    patiently(make, ctx.config.retry, ctx.report.say)


def lift_rule(ctx: Context, line: str) -> Rule | None:
    """Remove our rule for a line, then its record; return what was removed."""
    record = _record(ctx, line)
    rule = ours(ctx).get(line) if record else None

    def remove() -> None:
        if left := ours(ctx).get(line):
            branches_of(ctx).lift_rule(left)

    if rule:
        patiently(remove, ctx.config.retry, ctx.report.say)
    if record:
        drop(ctx, record)
    return rule
