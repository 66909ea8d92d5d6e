"""Freezing: a line is made, with a rule for its branch where the forge keeps any, and thawed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from packaging.version import Version

from release.adapters.git.hooked_commit import commit_all
from release.adapters.git.marks import FROZEN, THAWED
from release.adapters.git.push_refusals import mending
from release.approvals.decision_records import keep_counting, me
from release.approvals.policy import under_policy
from release.approvals.stage_approvals import refuse_stranger, signs
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.branch_protection import is_frozen, left_over, lift_rule
from release.branches.freeze_roles import FREEZING, only_role, refuse_without_role
from release.branches.freezes import frozen_line, frozen_since, thaw_name, why_no_thaw
from release.confirmation import Confirm
from release.context import Context
from release.current_release import start
from release.engine.converge import converge, foresee
from release.engine.lock import locked
from release.engine.run_gates import ask
from release.engine.step import State, Step, Waiting
from release.gate_order import before_freeze
from release.repository.fast_forward import follow
from release.repository.pull_requests import propose
from release.steps.open_release_branch import bring_here, freeze_line, opened
from release.steps.protect_branch import rule_of
from release.values.release import Release
from release.values.version_numbers import series


def freeze(ctx: Context, wanted: str, agree: Confirm, line: str = "", *, dry_run: bool = False) -> None:
    """Make the line of the next minor or major release, or finish a freeze; `agree` is asked before the first push.

    `line` names one that was frozen before, whose freeze is to be finished: its rule, say.
    """
    if wanted not in ("minor", "major"):
        why = "a release branch is made for a minor or a major release"
        raise ReleaseError(f'cannot freeze "{wanted}"', why=why, run="inv freeze minor")
    if dry_run:
        _freeze(ctx, wanted, agree, line, dry_run=True)
        return
    with locked(ctx):
        _freeze(ctx, wanted, agree, line)


def _freeze(ctx: Context, wanted: str, agree: Confirm, line: str, *, dry_run: bool = False) -> None:
    if ctx.line != ctx.config.branch and not line:
        why = f"on {ctx.line}; a release branch is made from {ctx.config.branch}"
        raise ReleaseError(f"cannot freeze a {wanted}", why=why, run=f"git switch {ctx.config.branch}")
    line = frozen_line(ctx, line) if line else _newest_freeze(ctx) or series(start(ctx, wanted).version)
    branch = ctx.config.lines.replace("{line}", line)
    frozen = Release(ctx.project.canonical, Version(f"{line}.0"), ctx.config.branch, "", FREEZING)
    ctx = under_policy(ctx.taking(frozen))
    step = replace(freeze_line(line, branch), gates=before_freeze)
    rule = rule_of(line, branch) if ctx.forge and ctx.config.forge.rule else None
    if dry_run:
        for each, seen in foresee(ctx, [step, *([rule] if rule else [])]):
            if each is step and seen.state is not State.DONE:
                ask(ctx, before_freeze(ctx), thorough=False)
            ctx.report.line(seen.state.value, each.name, seen.fact)
        ctx.report.foretell()
        return
    told = _what_becomes_public(ctx, line, branch)
    changed = converge(ctx, (step,), lambda *_: agree("\n" + "\n".join([*told, *_told_rule(ctx, rule)])))
    bring_here(ctx)
    if rule:
        _set(ctx, line, rule, (lambda _: None) if changed else agree)
    ctx.report.say(f"\n{branch} {'is frozen' if changed else 'was frozen already'}; next: git switch {branch}")


def _what_becomes_public(ctx: Context, line: str, branch: str) -> list[str]:
    remote, main = ctx.config.remote, ctx.config.branch
    on_remote, here = ctx.git.remote_refs(remote).branches.get(main), f"refs/heads/{ctx.line}"
    ahead = (
        ctx.git.read("rev-list", "--count", f"{on_remote}..{here}")
        if on_remote and ctx.git.commit_of(on_remote)
        else "0"
    )
    by = f", by a {ctx.merge_request}" if ctx.config.takes_requests(main) else ""
    return [
        f"this freezes {line}:",
        *([f"  with {ahead} commits of {main} that are not pushed yet"] if ahead != "0" else []),
        f"  {branch} on {remote}, which accepts only {', '.join(ctx.config.freeze.types)} from then on",
        f"  {main} continues as {opened(line)}{by}",
    ]


def _told_rule(ctx: Context, rule: Step | None) -> list[str]:
    return [f"  a rule on {ctx.forge.name}: it accepts only {ctx.merge_request}s"] if rule and ctx.forge else []


def _set(ctx: Context, line: str, rule: Step, agree: Confirm) -> None:
    """Set the rule of a line; without it the freeze stands all the same, and is kept by the gates."""
    try:
        converge(ctx, (rule,), lambda *_: agree("\n" + "\n".join([f"this sets for {line}:", *_told_rule(ctx, rule)])))
    except ReleaseError as error:
        fact = f"{error.what}\n{error.why}\nthe freeze is complete without it; inv freeze --line {line} sets it later"
        ctx.report.line("warn", rule.name, fact)


def _newest_freeze(ctx: Context) -> str | None:
    """Return the line whose freeze is the last commit of the main branch: a repeated command means that one."""
    on_remote = ctx.git.bring(ctx.config.remote, ctx.config.branch)
    if on_remote is None:
        return None
    mark = next((value for commit, value in ctx.git.marks.trailers((FROZEN,), on_remote) if commit == on_remote), "")
    half = [line for line, branch in ctx.lines().items() if _frozen_alone(ctx, line, branch, on_remote)]
    return mark.partition(": ")[2] or (half[-1] if half else None)


def _frozen_alone(ctx: Context, line: str, branch: str, trunk: str) -> bool:
    """Return whether a line is frozen straight from the main branch, which does not say so: a freeze half-made."""
    head = str(ctx.git.bring(ctx.config.remote, branch))
    told = any(trailer == f"{FROZEN}: {line}" for _, trailer in ctx.git.marks.trailers((FROZEN,), trunk))
    return not told and frozen_since(ctx, line, head) is not None


def thaw(ctx: Context, line: str, agree: Confirm, role: str = "", *, dry_run: bool = False) -> None:
    """End the freeze of a line by a commit on it, so that anything may enter again, and lift its rule on the forge.

    A rule that remains from a freeze which is over is lifted, too.
    """
    if line and ctx.forge and not is_frozen(ctx, line) and line in left_over(ctx):
        _lift_left_over(ctx, line, agree, dry_run=dry_run)
        return
    named = line or ctx.config.line_of(ctx.line) or ""
    if named in ctx.lines() and not is_frozen(ctx, named):
        ctx.report.say(f"{ctx.lines()[named]} is not frozen")
        return
    line, ctx = frozen_line(ctx, line), under_policy(ctx)
    branch, role = ctx.config.lines.replace("{line}", line), role or only_role(ctx)
    refuse_without_role(ctx, role, f"cannot thaw {branch}")
    if role:
        refuse_stranger(ctx, me(ctx.git), role, f"cannot thaw {branch}")
    if dry_run:
        ctx.report.foretell(f"{branch} would be thawed")
        return
    with locked(ctx):
        agree(f"this thaws {branch} on {ctx.config.remote}: every change is allowed from then on")
        _record_thaw(ctx, line, branch, role)
        commit = _thaw(ctx, line, branch)
        ctx.report.line(State.DONE.value, f"thaw {branch}", f"by {commit[:7]}")
        _lift(ctx, line, branch)


def _record_thaw(ctx: Context, line: str, branch: str, role: str) -> None:
    """Record who ends the freeze, where roles decide about that: its commit alone does not end it then."""
    since = frozen_since(ctx, line, str(ctx.git.bring(ctx.config.remote, branch))) if role else None
    if since:
        void = partial(why_no_thaw, ctx, line)
        name = thaw_name(line, since, me(ctx.git))
        keep_counting(ctx, name, since, f"Thaw {branch}", {"Role": role}, sign=signs(ctx.config), why_void=void)


def _thaw(ctx: Context, line: str, branch: str) -> str:
    remote, message = ctx.config.remote, (f"Thaw {branch}", ctx.git.mark(THAWED, line))
    with ctx.git.checkout(ctx.git.remote_refs(remote).branches[branch]) as path:
        commit = commit_all(ctx.git, path, *message)
    if ctx.config.takes_requests(branch):
        found = propose(
            ctx, f"thaw-request/{line}", branch, commit, "\n\n".join((ctx.git.subject(message[0]), message[1]))
        )
        raise Waiting(f"{branch} is thawed once this is merged: {found}", f"inv thaw {line}      (then lifts its rule)")
    pushed = ctx.git.push(remote, f"{commit}:refs/heads/{branch}")
    if pushed.code != 0:
        why, run = CommandFailed(pushed).why, mending(pushed, "the same command again")
        raise ReleaseError(f"cannot push {branch} to {remote}", why=why, run=run)
    follow(ctx, branch, commit)
    return commit


def _lift(ctx: Context, line: str, branch: str) -> None:
    """Lift the rule of a line that is thawed; where that fails, doctor finds it."""
    if not ctx.forge:
        return
    name = f"lift the rule of {branch}"
    try:
        rule = lift_rule(ctx, line)
    except ReleaseError as error:
        ctx.report.line("warn", name, f"{error.what}\n{error.why}\ninv thaw {line} lifts it later")
        return
    if rule:
        ctx.report.line(State.DONE.value, name, f"{rule.name} on {ctx.forge.name}")


def _lift_left_over(ctx: Context, line: str, agree: Confirm, *, dry_run: bool) -> None:
    rule = left_over(ctx)[line]
    left = rule.name if rule else "the record of a deleted rule"
    if dry_run:
        ctx.report.foretell(f"{left} would be lifted")
        return
    with locked(ctx):
        agree(f"{line} is not frozen; this lifts the remaining rules of its freeze: {left}")
        _lift(ctx, line, ctx.config.lines.replace("{line}", line))
