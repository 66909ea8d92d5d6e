"""The rule of a freeze: set on the forge once the line is there, and read back as the forge works it out."""

from __future__ import annotations

from functools import partial

from release.branches.branch_protection import branches_of, holding, lift_rule, ours, set_rule
from release.context import Context
from release.engine.step import Seen, Step, absent, conflict, done


def rule_of(line: str, branch: str) -> Step:
    """Return the step that sets the rule of a frozen line on the forge."""
    observe, do, undo = partial(_observe, line, branch), partial(_do, line, branch), partial(_undo, line)
    return Step("protect", f"set the rule of {branch}", observe, do, undo, public=True, target=branch)


def _observe(line: str, branch: str, ctx: Context) -> Seen:
    forge = ctx.forge.name if ctx.forge else "the forge"
    mine, others = holding(ctx, line, branch)
    if mine:
        return done(f"{mine.name} holds on {forge}")
    if line in ours(ctx):
        fact = f"{ours(ctx)[line].name} is on {forge}, but it is switched off"
        return conflict(fact, f"inv thaw {line}      (or switch it on again there)")
    if others and not branches_of(ctx).rules_add_up:
        return done(f"{branch} has {others[0].name} on {forge}, which is from elsewhere; no second rule is added")
    return absent(f"{forge} has no rule of Keelway for {branch}")


def _do(line: str, branch: str, ctx: Context) -> None:
    set_rule(ctx, line, branch)


def _undo(line: str, ctx: Context) -> None:
    lift_rule(ctx, line)
