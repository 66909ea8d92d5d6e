"""Deciding: approvals and waivers of people, made for the very commit that would be released next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from release.approvals.decision_records import Person, Record, drop, keep_counting, last_day, make, me, put, records
from release.approvals.policy import under_policy
from release.approvals.stage_approvals import (
    AFTER,
    approval_name,
    approvals,
    members,
    refuse_stranger,
    signs,
    waiver_name,
    why_no_withdrawal,
    why_not_counted,
    why_void,
    withdrawal,
    withdrawal_name,
)
from release.approvals.two_people import ask_for, asker_of, why_alone
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.branches.embargo import remote_of
from release.branches.hotfix_branches import hotfix_branches, in_the_project
from release.config.stages import STAGES
from release.context import Context
from release.current_release import newest
from release.engine.run_gates import refuse_unknown
from release.gate_order import EVERY, before_all
from release.pipeline import take
from release.values.gate_names import all_names


def approve(
    ctx: Context,
    stage: str,
    role: str = "",
    *,
    note: str = "",
    condition: str = "",
    until: str = "",
    dry_run: bool = False,
) -> None:
    """Approve the newest commit of this line for a stage; with a condition, until a day (UTC) at most.

    Raises ReleaseError for an unknown stage or role, for somebody who does not hold the role, and when this clone and
    the remote do not agree on which commit that is.
    """
    _refuse_unknown_stage(stage)
    if condition and not until:
        why = "a condition needs an end date"
        raise ReleaseError(f"cannot approve {stage}", why=why, run="the same command with --until 2026-11-30")
    ctx = _where(ctx, stage)
    commit, person = _to_approve(ctx, stage, f"cannot approve {stage}"), me(ctx.git)
    role = _role(ctx, stage, role, person.email, f"cannot approve {stage}")
    name = approval_name(stage, role, commit, person)
    facts = {"Stage": stage, "Role": role, "Note": note, "Condition": condition}
    facts["Until"] = last_day(until) if until else ""
    gone = withdrawal(ctx, stage, name)
    facts[AFTER] = gone.id if gone else ""
    if dry_run:
        ctx.report.foretell(f"{name} would be made, as {person}")
        return
    old = next((each for each in records(ctx, name) if each.name == name), None)
    said = {key: value for key, value in facts.items() if value}
    same = old is not None and dict(old.facts) == said and not why_void(ctx, stage, old, commit)
    if not same:
        _record_approval(ctx, stage, name, commit, facts, old)
    word = "was approved already" if same else "is approved"
    as_role = f" as {role}" if role else ""
    under = f", if {condition} (until {until})" if condition else ""
    ctx.report.say(f"{commit[:7]} on {ctx.line} {word} for {stage}{as_role} by {person}{under}")


def _record_approval(
    ctx: Context, stage: str, name: str, commit: str, facts: Mapping[str, str], old: Record | None
) -> None:
    """Push the record of an approval in the place of `old`, once it is known to count."""
    new = make(ctx, name, commit, f"Approve {stage}", facts, sign=ctx.config.stage(stage).signed)
    if why := why_void(ctx, stage, new, commit):
        run = "git config user.signingKey PATH && git config gpg.format ssh"
        raise ReleaseError(f"cannot approve {stage}", why=why, run=run)
    put(ctx, new, old)


def withdraw(ctx: Context, stage: str, role: str = "", *, dry_run: bool = False) -> None:
    """Withdraw one's own approvals of the newest commit of this line for a stage.

    A record says so, made as the approval was, so that the approval does not count again if it is pushed once more.
    """
    _refuse_unknown_stage(stage)
    ctx = _where(ctx, stage)
    commit, person = _to_approve(ctx, stage, f"cannot withdraw the approval of {stage}"), me(ctx.git)
    found = [
        each
        for each in approvals(ctx, stage, commit)
        if each.record.commit == commit and each.record.by.email == person.email and role in ("", each.role)
    ]
    if not found:
        why = f"{person} has not approved {commit[:7]} for {stage}"
        raise ReleaseError("cannot withdraw", why=why, run=f"inv gates {stage}")
    for each in found:
        if not dry_run:
            facts = {"Stage": stage, "Role": each.role, "Of": each.record.id}
            keep_counting(
                ctx,
                withdrawal_name(each.record.name),
                commit,
                f"Withdraw the approval of {stage}",
                facts,
                sign=ctx.config.stage(stage).signed,
                why_void=partial(why_no_withdrawal, ctx, stage),
            )
            drop(ctx, each.record)
        ctx.report.say(f"{'would be withdrawn' if dry_run else 'withdrawn'}: {each}")


def ask_to_waive(ctx: Context, gate: str, reason: str, until: str, *, dry_run: bool = False) -> None:
    """Ask for a waiver, which another person may grant with the same day; asking needs no role."""
    what = f'cannot ask to waive "{gate}"'
    _refuse_unwaivable(ctx, gate, reason, until, what)
    ctx, person = under_policy(ctx), me(ctx.git)
    name, commit = waiver_name(gate, ctx.line, last_day(until), person), _commit(ctx, what)
    if not dry_run:
        ask_for(ctx, name, commit, f"waive {gate}", {"Gate": gate, "Reason": reason, "Until": until})
    grant = f'inv waive "{gate}" --reason {shlex.quote(reason)} --until {until}'
    would = "would be requested" if dry_run else "is requested"
    ctx.report.say(f"a waiver of {gate} {would} by {person}; another person grants it: {grant}")


def _refuse_unwaivable(ctx: Context, gate: str, reason: str, until: str, what: str) -> None:
    """Raise ReleaseError for a gate that cannot be waived, and for a waiver without reason or end."""
    if not reason.strip() or not until:
        why = "a waiver needs a reason and an end date"
        raise ReleaseError(what, why=why, run=f'inv waive "{gate}" --reason "why" --until 2026-11-30')
    taken = take(ctx, "auto")
    known = {each.name: each for each in (*EVERY, *before_all(taken))}
    refuse_unknown([gate], list(known.values()))
    if known[gate].essential:
        why = "the steps of the release depend on it and would stop half-way"
        raise ReleaseError(what, why=why, run="inv preflight")


def waive(ctx: Context, gate: str, reason: str, until: str, role: str = "", *, dry_run: bool = False) -> None:
    """Let a gate that is not met only warn on this line, until a day (UTC), for a reason."""
    what = f'cannot waive "{gate}"'
    _refuse_unwaivable(ctx, gate, reason, until, what)
    person, ctx = me(ctx.git), under_policy(ctx)
    if ctx.config.roles:
        role = role or next(
            (each.name for each in ctx.config.roles if person.email.lower() in _held(ctx, each.name)), ""
        )
        refuse_stranger(ctx, person, role, what)
    commit = _commit(ctx, what)
    named = _as_asked_for(ctx, gate, until, person)
    name = waiver_name(named, ctx.line, last_day(until), person)
    if alone := why_alone(ctx, name, person.email):
        run = f'inv waive "{gate}" --reason {shlex.quote(reason)} --until {until} --ask      (by another person)'
        raise ReleaseError(what, why=alone, run=run)
    facts = {"Gate": named, "Reason": reason, "Until": until, "Role": role, "Branch": ctx.line}
    if dry_run:
        ctx.report.foretell(f"{name} would be made, as {person}")
        return
    sign = signs(ctx.config)
    void = partial(_why_no_waiver, ctx, name, role)
    keep_counting(ctx, name, commit, f"Waive {gate}", facts, sign=sign, why_void=void)
    ctx.report.say(f"{gate}: {waivers(ctx)[gate]}")


def _as_asked_for(ctx: Context, gate: str, until: str, person: Person) -> str:
    """Return the name by which another person asked to waive a gate, which an older version may have recorded."""
    names = {each: waiver_name(each, ctx.line, last_day(until), person) for each in all_names(gate)}
    return next((each for each, name in names.items() if asker_of(ctx, name, person.email)), gate)


def _why_no_waiver(ctx: Context, name: str, role: str, record: Record) -> str:
    return why_not_counted(ctx, record, name, role, signed=signs(ctx.config))


def _where(ctx: Context, stage: str) -> Context:
    """Return the context of the line that a stage is about: a hotfix is approved from wherever one is."""
    if stage == "hotfix" and not ctx.git.inside:
        ctx = in_the_project(ctx)
    in_hand = hotfix_branches(ctx) if stage == "hotfix" else []
    return under_policy(replace(ctx, branch=in_hand[0]) if in_hand else ctx)


def _held(ctx: Context, role: str) -> list[str]:
    return list(members(ctx.config, role))


def _refuse_unknown_stage(stage: str) -> None:
    if stage not in STAGES:
        raise ReleaseError(f'there is no stage "{stage}"', why=f"stages: {', '.join(STAGES)}", run="inv gates")


def _role(ctx: Context, stage: str, role: str, email: str, what: str) -> str:
    """Return the role to approve in: that named, else the only one of the stage that this person holds."""
    wanted = ctx.config.stage(stage).roles
    if not role and wanted:
        held = [each for each in wanted if email.lower() in members(ctx.config, each)]
        if len(held) != 1:
            why = f"{email} holds {' and '.join(held) or 'none'} of its roles: {', '.join(wanted)}"
            raise ReleaseError(what, why=why, run=f"inv approve {stage} --as {(held or wanted)[0]}")
        return held[0]
    if role:
        refuse_stranger(ctx, me(ctx.git), role, what)
    return role


def _to_approve(ctx: Context, stage: str, what: str) -> str:
    """Return the commit that is asked about: the newest of the line, or that which a release in progress starts from.

    That is another one where others merged between the request of a release commit and its merge.
    """
    found = newest(ctx)
    commit = found.release_commit() if found and found.release.stage == stage else None
    if found and commit and found.release.tag not in ctx.git.remote_refs(ctx.config.remote).tags:
        return str(found.base_commit())
    return _commit(ctx, what)


def _commit(ctx: Context, what: str) -> str:
    """Return the newest commit of the line on the remote; a line here must be the same."""
    remote, line = remote_of(ctx, ctx.line), ctx.line
    on_remote = ctx.git.own_refs(remote).branches.get(line)
    here = ctx.git.commit_of(f"refs/heads/{line}")
    if on_remote is None:
        raise ReleaseError(what, why=f"{remote} has no {line}", run=f"git push --set-upstream {remote} {line}")
    if here is None:
        ctx.git.obtain(remote, f"refs/heads/{line}").require()
    elif here != on_remote:
        why = f"{line} is {here[:7]} here and {on_remote[:7]} on {remote}"
        run = f"git pull --ff-only {remote} {line}" if not ctx.git.commit_of(on_remote) else f"git push {remote} {line}"
        raise ReleaseError(what, why=why, run=run)
    return on_remote
