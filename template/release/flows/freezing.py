"""Freezing: a line is made, kept clean of what may not enter it, and thawed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from release.approving import refuse_stranger
from release.config import parse_config
from release.context import FROZEN, THAWED, Context
from release.errors import ReleaseError
from release.exporting import exported
from release.flows.planning import start
from release.following import follow
from release.frozen import exceptions, frozen_since, lines, offenders
from release.locking import locked
from release.model import Release, series
from release.picking import commits_named
from release.pipeline import before_freeze
from release.project import load_project
from release.records import drop, keep, me
from release.shell import CommandFailed
from release.step import State, converge
from release.steps.freeze import bring_here, freeze_line, opened

Question = Callable[[str], None]
STAGE = "feature-complete"


def freeze(ctx: Context, wanted: str, agree: Question, *, dry_run: bool = False) -> None:
    """Make the line of the next minor or major release, or finish a freeze; `agree` is asked before the first push."""
    if wanted not in ("minor", "major"):
        why = "a line is made for a minor or a major release"
        raise ReleaseError(f'cannot freeze "{wanted}"', why=why, run="inv freeze minor")
    if dry_run:
        _freeze(ctx, wanted, agree, dry_run=True)
        return
    with locked(ctx):
        _freeze(ctx, wanted, agree)


def _freeze(ctx: Context, wanted: str, agree: Question, *, dry_run: bool = False) -> None:
    if ctx.line != ctx.config.branch:
        why = f"on {ctx.line}; a line is made from {ctx.config.branch}"
        raise ReleaseError(f"cannot freeze a {wanted}", why=why, run=f"git switch {ctx.config.branch}")
    line = _newest_freeze(ctx) or series(start(ctx, wanted).version)
    branch = ctx.config.lines.replace("{line}", line)
    release = Release(ctx.project.canonical, opened(line), ctx.config.branch, "", STAGE)
    ctx = ctx.taking(release)
    step = replace(freeze_line(line, branch), gates=before_freeze)
    if dry_run:
        seen = step.observe(ctx)
        ctx.report.line(seen.state.value, step.name, seen.fact)
        ctx.report.say("nothing was changed")
        return
    there, here = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch), f"refs/heads/{ctx.line}"
    ahead = ctx.git.read("rev-list", "--count", f"{there}..{here}") if there and ctx.git.commit_of(there) else "0"
    told = [
        f"this freezes {line}:",
        *([f"  with {ahead} commits of {ctx.config.branch} that are not pushed yet"] if ahead != "0" else []),
        f"  {branch} on {ctx.config.remote}, which takes {', '.join(ctx.config.freeze.types)} from then on",
        f"  {ctx.config.branch} goes on as {opened(line)}",
    ]
    changed = converge(ctx, (step,), lambda *_: agree("\n" + "\n".join(told)))
    bring_here(ctx)
    ctx.report.say(f"\n{branch} {'is frozen' if changed else 'was frozen already'}; next: git switch {branch}")


def _newest_freeze(ctx: Context) -> str | None:
    """Return the line whose freeze is the last commit of the main branch: a repeated command means that one."""
    there = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch)
    if there is None:
        return None
    if ctx.git.commit_of(there) is None:
        ctx.git.fetch(ctx.config.remote)
    mark = ctx.git.read("log", "-1", f"--format=%(trailers:key={FROZEN},valueonly)", there).strip()
    half = [line for line, branch in lines(ctx).items() if _frozen_alone(ctx, line, branch, there)]
    return mark or (half[-1] if half else None)


def _frozen_alone(ctx: Context, line: str, branch: str, trunk: str) -> bool:
    """Return whether a line is frozen straight from the main branch, which does not say so: a freeze half-made."""
    head = ctx.git.remote_refs(ctx.config.remote).branches[branch]
    if ctx.git.commit_of(head) is None:
        ctx.git.fetch(ctx.config.remote)
    told = any(trailer == f"{FROZEN}: {line}" for _, trailer in ctx.git.trailers((FROZEN,), trunk))
    return not told and frozen_since(ctx, line, head) is not None


def check(ctx: Context, span: str, line: str = "") -> bool:
    """Print which commits of a range A..B a freeze does not let in, for CI; return whether all may enter.

    The rules are those of A: what is looked at cannot loosen them.
    """
    before, dots, after = span.partition("..")
    since, until = commits_named(ctx, [before, after or "HEAD"])
    if not dots:
        why = "a range reads A..B, such as origin/release/1.3..HEAD"
        raise ReleaseError(f'cannot check "{span}"', why=why, run=f"inv freeze --check {span}..HEAD")
    line = line or _line_at(ctx, before, since)
    frozen = frozen_since(ctx, line, since) if line else None
    if not frozen:
        ctx.report.say(f"{before} is on no frozen line: anything may enter")
        return True
    with exported(ctx, since) as folder:
        rules = parse_config(ctx.git.file_at(since, "release.toml") or "")
        ctx = replace(ctx, config=rules, project=load_project(folder))
    found = offenders(ctx, line, since, until)
    for offender in found:
        ctx.report.line("no", offender.commit[:12], f"{offender.subject}\n{offender.why}")
    if found:
        ctx.report.say(f"\n{line} is frozen since {frozen[:7]}; these may not enter it")
        ctx.report.say(f'  run: inv freeze --allow {found[0].commit[:12]} --line {line} --reason "why"')
    else:
        ctx.report.say(f"{line} is frozen since {frozen[:7]}, and all of {span} may enter it")
    return not found


def _line_at(ctx: Context, name: str, commit: str) -> str:
    """Return the line that a name means (origin/release/1.3), or on which a commit lies; empty for none."""
    named = ctx.config.line_of(re.sub(rf"^(refs/remotes/|refs/heads/)?({re.escape(ctx.config.remote)}/)?", "", name))
    if named:
        return named
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    for line, branch in reversed(lines(ctx).items()):
        frozen = frozen_since(ctx, line, branches[branch]) if ctx.git.commit_of(branches[branch]) else None
        if frozen and frozen in ctx.git.read("rev-list", "--first-parent", commit, "--").split():
            return line
    return ""


def allow(ctx: Context, name: str, reason: str, role: str = "", line: str = "", *, dry_run: bool = False) -> None:
    """Grant an exception: this commit, or a cherry-pick of it, may enter a frozen line."""
    [commit] = commits_named(ctx, [name])
    line = _frozen_line(ctx, line)
    what = f"cannot let {name} into {line}"
    if not reason.strip():
        raise ReleaseError(what, why="an exception needs a reason", run=f'inv freeze --allow {name} --reason "why"')
    person = me(ctx)
    _refuse_without_role(ctx, person_role := role or _only_role(ctx), what)
    if person_role:
        refuse_stranger(ctx, person, person_role, what)
    subject = ctx.git.read("show", "--no-patch", "--format=%s", commit)
    name_of = f"exceptions/{line}/{commit[:12]}/{person.slug}"
    facts = {"Reason": reason, "Role": person_role}
    if dry_run:
        ctx.report.say(f"{name_of} would be made, as {person}\nnothing was changed")
        return
    known = {each.name: each for each in exceptions(ctx, line)}
    if name_of in known and known[name_of].facts.get("Reason") != reason:
        drop(ctx, known.pop(name_of))
    if name_of not in known:
        keep(ctx, name_of, commit, f"Let {subject} into {line}", facts)
    ctx.report.say(f"{commit[:7]} {subject}: may enter {line}, by {person}: {reason}")


def _only_role(ctx: Context) -> str:
    """Return the role that decides about a freeze, where it is one alone."""
    roles = ctx.config.stage(STAGE).roles
    return roles[0] if len(roles) == 1 else ""


def _refuse_without_role(ctx: Context, role: str, what: str) -> None:
    roles = ctx.config.stage(STAGE).roles
    if roles and role not in roles:
        why = f"that is for {' or '.join(roles)} to decide" + (f", not for {role}" if role else "")
        raise ReleaseError(what, why=why, run=f"the same command with --as {roles[0]}")


def _frozen_line(ctx: Context, line: str) -> str:
    """Return the frozen line that is meant: that named, that checked out, or the only one."""
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    if any(ctx.git.commit_of(branches[branch]) is None for branch in lines(ctx).values()):
        ctx.git.fetch(ctx.config.remote)
    frozen = [each for each, branch in lines(ctx).items() if frozen_since(ctx, each, branches[branch])]
    wanted = line or ctx.config.line_of(ctx.line) or (frozen[0] if len(frozen) == 1 else "")
    if wanted not in frozen:
        why = f"{wanted} is not frozen" if wanted else "more than one line is frozen" if frozen else "no line is frozen"
        run = f"the same command with --line {frozen[-1]}" if frozen else "inv freeze minor"
        raise ReleaseError("cannot tell which freeze is meant", why=why, run=run)
    return wanted


def thaw(ctx: Context, line: str, agree: Question, role: str = "", *, dry_run: bool = False) -> None:
    """End the freeze of a line by a commit on it, so that anything may enter again."""
    line = _frozen_line(ctx, line)
    branch, role = ctx.config.lines.replace("{line}", line), role or _only_role(ctx)
    _refuse_without_role(ctx, role, f"cannot thaw {branch}")
    if role:
        refuse_stranger(ctx, me(ctx), role, f"cannot thaw {branch}")
    if dry_run:
        ctx.report.say(f"{branch} would be thawed\nnothing was changed")
        return
    with locked(ctx):
        agree(f"this thaws {branch} on {ctx.config.remote}: anything may enter it from then on")
        commit = _thaw(ctx, line, branch)
    ctx.report.line(State.DONE.value, f"thaw {branch}", f"by {commit[:7]}")


def _thaw(ctx: Context, line: str, branch: str) -> str:
    remote = ctx.config.remote
    with ctx.git.checkout(ctx.git.remote_refs(remote).branches[branch]) as path:
        commit = ctx.git.commit_all(path, f"Thaw {branch}", f"{THAWED}: {line}")
    pushed = ctx.git.push(remote, f"{commit}:refs/heads/{branch}")
    if pushed.code != 0:
        why = CommandFailed(pushed).why
        raise ReleaseError(f"cannot push {branch} to {remote}", why=why, run="the same command again")
    follow(ctx, branch, commit)
    return commit
