"""Entering a frozen line: which commits may not, for CI to tell, and the exceptions that somebody grants."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from release.adapters.retry import patiently
from release.approvals.decision_records import keep_counting, me
from release.approvals.policy import under_policy
from release.approvals.stage_approvals import refuse_stranger, signs
from release.approvals.two_people import ask_for, why_alone
from release.base.errors import ReleaseError
from release.branches.branch_protection import branches_of
from release.branches.cherry_pick import commits_named
from release.branches.freeze_roles import only_role, refuse_without_role
from release.branches.freezes import Offender, exception_name, frozen_line, frozen_since, offenders, why_no_exception
from release.config.pyproject import load_project
from release.config.release_toml import parse_config
from release.context import Context
from release.repository.exported_tree import exported

STATUS = "freeze"  # the name of the status that tells a commit on the forge whether it may enter


def check(ctx: Context, span: str, line: str = "", *, status: bool = False) -> bool:
    """Print which commits of a range A..B a freeze does not let in, for CI; return whether all may enter.

    The rules are those of A: what is looked at cannot loosen them. With `status`, B is marked on the forge, too.
    """
    before, dots, after = span.partition("..")
    since, until = commits_named(ctx, [before, after or "HEAD"])
    if not dots:
        why = "a range is written A..B, such as origin/release/1.3..HEAD"
        raise ReleaseError(f'cannot check "{span}"', why=why, run=f"inv freeze --check {span}..HEAD")
    line = line or _line_at(ctx, before, since)
    frozen = frozen_since(ctx, line, since) if line else None
    if not frozen:
        ctx.report.say(f"{before} is not on a frozen release branch: every change is allowed")
        _tell_status(ctx, until, [], f"{before} is not frozen", status=status)
        return True
    with exported(ctx.git, since) as folder:
        rules = parse_config(ctx.git.file_at(since, "release.toml") or "")
        ctx = replace(ctx, config=rules, project=load_project(folder))
    found = offenders(ctx, line, since, until)
    for offender in found:
        ctx.report.line("no", offender.commit[:12], f"{offender.subject}\n{offender.why}")
    if found:
        ctx.report.say(f"\n{line} is frozen since {frozen[:7]}; these commits are not allowed")
        ctx.report.say(f'  run: inv freeze --allow {found[0].commit[:12]} --line {line} --reason "why"')
    else:
        ctx.report.say(f"{line} is frozen since {frozen[:7]}; all commits of {span} are allowed")
    _tell_status(ctx, until, found, f"every commit is allowed on {line}, which is frozen", status=status)
    return not found


def _tell_status(ctx: Context, commit: str, found: Sequence[Offender], good: str, *, status: bool) -> None:
    """Mark a commit on the forge: which commits may not enter, and why."""
    if status:
        text = "; ".join(map(str, found)) or good
        branches = branches_of(ctx)
        tell = partial(branches.tell_status, commit, STATUS, good=not found, text=text)
        patiently(tell, ctx.config.retry, ctx.report.say)
        ctx.report.line("done", "tell the status", f"{STATUS} of {commit[:7]}: {text}")


def _line_at(ctx: Context, name: str, commit: str) -> str:
    """Return the line that a name means (origin/release/1.3), or on which a commit lies; empty for none."""
    named = ctx.config.line_of(re.sub(rf"^(refs/remotes/|refs/heads/)?({re.escape(ctx.config.remote)}/)?", "", name))
    if named:
        return named
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    for line, branch in reversed(ctx.lines().items()):
        frozen = frozen_since(ctx, line, branches[branch]) if ctx.git.commit_of(branches[branch]) else None
        if frozen and frozen in ctx.git.read("rev-list", "--first-parent", commit, "--").split():
            return line
    return ""


def allow(ctx: Context, name: str, reason: str, role: str = "", line: str = "", *, dry_run: bool = False) -> None:
    """Grant an exception: this commit, or a cherry-pick of it, may enter a frozen line."""
    [commit] = commits_named(ctx, [name])
    line, ctx = frozen_line(ctx, line), under_policy(ctx)
    what = f"cannot allow {name} on {line}"
    if not reason.strip():
        raise ReleaseError(what, why="an exception needs a reason", run=f'inv freeze --allow {name} --reason "why"')
    person, role = me(ctx.git), role or only_role(ctx)
    alone = why_alone(ctx, exception_name(line, commit, person), person.email)
    if alone:
        run = f'inv freeze --ask {name} --line {line} --reason "why"      (by another person)'
        raise ReleaseError(what, why=alone, run=run)
    refuse_without_role(ctx, role, what)
    if role:
        refuse_stranger(ctx, person, role, what)
    subject = ctx.git.read("show", "--no-patch", "--format=%s", commit)
    name_of = exception_name(line, commit, person)
    facts = {"Reason": reason, "Role": role}
    if dry_run:
        ctx.report.foretell(f"{name_of} would be made, as {person}")
        return
    void = partial(why_no_exception, ctx, line)
    keep_counting(ctx, name_of, commit, f"Let {subject} into {line}", facts, sign=signs(ctx.config), why_void=void)
    ctx.report.say(f"{commit[:7]} {subject}: allowed on {line} by {person}: {reason}")


def ask(ctx: Context, name: str, reason: str, line: str = "", *, dry_run: bool = False) -> None:
    """Ask for an exception, which another person may grant; asking needs no role."""
    [commit] = commits_named(ctx, [name])
    line, ctx = frozen_line(ctx, line), under_policy(ctx)
    if not reason.strip():
        run = f'inv freeze --ask {name} --reason "why"'
        raise ReleaseError(f"cannot request to allow {name} on {line}", why="an exception needs a reason", run=run)
    subject, person = ctx.git.read("show", "--no-patch", "--format=%s", commit), me(ctx.git)
    if not dry_run:
        wanted = exception_name(line, commit, person)
        ask_for(ctx, wanted, commit, f"let {subject} into {line}", {"Reason": reason})
    grant = f"inv freeze --allow {commit[:12]} --line {line} --reason {shlex.quote(reason)}"
    would = "would be requested" if dry_run else "is requested"
    ctx.report.say(f"an exception for {commit[:7]} {subject} {would} by {person}; another person grants it: {grant}")
