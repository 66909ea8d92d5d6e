"""A hotfix: from the last final to a verified release, and back to every branch that must have it, by one command."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from release.base.errors import ReleaseError
from release.branches.cherry_pick import commits_named, go_on, is_in, pick, picking, shown, work_on
from release.branches.embargo import refuse_embargo_without_remote, remote_of
from release.branches.hotfix_branches import (
    catch_up,
    close,
    foretold,
    hotfix_branches,
    in_its_tree,
    in_the_project,
    keep_reason,
    refuse_reason,
    refuse_shared_branches,
    restore_reason,
)
from release.branches.hotfix_scope import GIVE_UP, GO_ON, refuse_other_picks, report_left_out
from release.branches.trial_pick import try_pick
from release.branches.unmerged_fixes import debts, owed_by
from release.channels.announcements import announce_due
from release.commands.release import conclude, drive_locked, tell_released
from release.config.pyproject import load_project
from release.config.towncrier_config import read_fragments
from release.confirmation import Confirm
from release.context import Context
from release.current_release import newest
from release.engine.lock import locked
from release.pipeline import complete
from release.values.bump import Bump
from release.values.version_numbers import bumped, reason_setting
from release.versioning.next_version import hotfix_base


@dataclass(frozen=True)
class Wanted:
    """What a hotfix is to be: why, which commits it picks, from which version, and the note if the picks have none."""

    reason: str
    picks: Sequence[str] = ()
    base: str = ""
    note: str = ""


def hotfix(ctx: Context, wanted: Wanted, agree: Confirm, *, dry_run: bool = False) -> None:
    """Make a hotfix and release it, or finish the one in hand; `agree` is asked once, before anything is public."""
    ctx = in_the_project(ctx)
    refuse_shared_branches(ctx)
    reasons = ctx.config.hotfix.reasons
    if wanted.reason not in reasons:
        refuse_reason(wanted.reason, reasons)
    refuse_embargo_without_remote(ctx, wanted.reason)
    commits = commits_named(ctx, wanted.picks)
    for each in hotfix_branches(ctx) if not dry_run else ():
        catch_up(ctx, each)
    begun = _begun(ctx, commits)
    if begun and not dry_run:
        resume(ctx, agree, wanted.note)
        return
    before = hotfix_base(ctx, wanted.base)
    branch = ctx.config.hotfix_branch(bumped(before, Bump.PATCH))
    complete_ones = [each for each in hotfix_branches(ctx) if _complete(ctx, each)]
    others = [each for each in hotfix_branches(ctx) if each not in (branch, *complete_ones)]
    if others:
        why = f"{others[0]} is in progress"
        raise ReleaseError(f"cannot start {branch}", why=why, run=f"{GO_ON}      (or {GIVE_UP})")
    if dry_run:
        _foretell(ctx, branch, before, commits)
        return
    with locked(ctx):
        for each in complete_ones:
            close(ctx, each)  # one that was stopped before its last step
        _start(ctx, branch, before, commits, wanted, agree)


def _begun(ctx: Context, commits: Sequence[str]) -> bool:
    """Return whether the hotfix in hand has a tag and these commits: it is the one that is meant."""
    for branch in hotfix_branches(ctx):
        refs = ctx.git.remote_refs(ctx.config.remote)
        tag = refs.tags.get(ctx.config.tag_of(ctx.config.hotfix_of(branch)))
        if tag and ctx.git.commit_of(tag) and not _complete(ctx, branch):
            return all(is_in(ctx.git, commit, tag) for commit in commits)
    return False


def _start(ctx: Context, branch: str, before: Version, commits: Sequence[str], wanted: Wanted, agree: Confirm) -> None:
    """Pick the commits onto the branch of a hotfix, and release it."""
    tag = ctx.tag_of(before)
    start = ctx.git.commit_of(f"refs/tags/{tag}") or _fetched(ctx, before)
    if commits and branch not in hotfix_branches(ctx) and all(is_in(ctx.git, commit, start) for commit in commits):
        ctx.report.say(f"{tag} already has all of that; nothing to do")
        return
    ctx.report.say(f"{branch} from {tag}: {wanted.reason}\n")
    _refuse_open_pick(ctx, branch)
    refuse_other_picks(ctx.git, branch, start, commits)
    report_left_out(ctx, start, commits)
    try:
        place = pick(ctx, branch, start, commits, GO_ON)
    finally:
        if ctx.git.commit_of(f"refs/heads/{branch}"):
            ctx.git.change("config", reason_setting(branch), wanted.reason)
    ctx.report.line("done", "pick", f"{len(commits)} on {branch}, in {shown(ctx, place)}")
    _release(ctx, branch, place, agree, wanted.note)


def resume(ctx: Context, agree: Confirm, note: str = "", *, dry_run: bool = False) -> None:
    """Go on with the hotfix in hand: after a conflict that was resolved, after a kill, in another clone."""
    ctx = in_the_project(ctx)
    if dry_run:
        ctx.report.foretell(f"{_only(ctx)} would be continued")
        return
    with locked(ctx):
        branch = _only(ctx)
        catch_up(ctx, branch)
        if ctx.git.commit_of(f"refs/heads/{branch}") is None:
            ctx.git.change("branch", "--quiet", "--no-track", branch, str(ctx.git.bring(ctx.config.remote, branch)))
        place = work_on(ctx, branch)
        go_on(ctx, place, GO_ON)
        restore_reason(ctx, branch)
        _release(ctx, branch, place, agree, note)


def give_up(ctx: Context, agree: Confirm, *, dry_run: bool = False) -> None:
    """Give the hotfix in hand up, while nothing of it is public."""
    ctx = in_the_project(ctx)
    if dry_run:
        ctx.report.foretell(f"{_only(ctx)} would be abandoned")
        return
    with locked(ctx):
        branch = _only(ctx)
        version = ctx.config.hotfix_of(branch)
        tag, remote = ctx.config.tag_of(version), ctx.config.remote
        refs = ctx.git.remote_refs(remote)
        if tag in refs.tags and branch in refs.branches:
            raise ReleaseError(f"cannot abandon {branch}", why=f"{tag} is already on {remote}", run=GO_ON)
        head = ctx.git.commit_of(f"refs/heads/{branch}")
        agree(f"this abandons {branch}: its working tree is removed, its commits stay reachable as {(head or '')[:12]}")
        place = ctx.git.place_of(branch)
        if place and picking(ctx.git, place):
            ctx.git.change("cherry-pick", "--quit", cwd=place)
        if head and tag not in refs.tags and ctx.git.commit_of(f"refs/tags/{tag}") == head:
            ctx.git.change("tag", "--delete", tag)
        close(ctx, branch)
    ctx.report.say(f"{branch} is abandoned; its last commit was {(head or 'nothing')[:12]}")


def _complete(ctx: Context, branch: str) -> bool:
    """Return whether the hotfix of a branch is released and brought back, and only its branch is left."""
    found = newest(replace(ctx, branch=branch))
    return found is not None and complete(found)


def _only(ctx: Context) -> str:
    found = hotfix_branches(ctx)
    if not found:
        why, run = "no hotfix is in progress", "inv hotfix --reason outage --pick COMMIT"
        raise ReleaseError("cannot continue a hotfix", why=why, run=run)
    return found[0]


def _fetched(ctx: Context, version: Version) -> str:
    tag = ctx.tag_of(version)
    ctx.git.fetch(ctx.config.remote, f"refs/tags/{tag}:refs/tags/{tag}")
    return ctx.git.read("rev-parse", f"refs/tags/{tag}^{{commit}}")


def _refuse_open_pick(ctx: Context, branch: str) -> None:
    place = ctx.git.place_of(branch)
    if place and place.is_dir() and picking(ctx.git, place):
        why = f"a cherry-pick is in progress in {shown(ctx, place)}"
        raise ReleaseError(f"cannot start {branch} again", why=why, run=f"{GO_ON}      (or {GIVE_UP})")


def _release(ctx: Context, branch: str, place: Path, agree: Confirm, note: str) -> None:
    """Release what is on the branch of a hotfix, bring it back to other branches, and clear its working tree away."""
    elsewhere = in_its_tree(ctx, place, choice=ctx.choice)
    if elsewhere.branch != branch:
        run = f"git -C {shlex.quote(shown(ctx, place))} switch {branch}"
        raise ReleaseError(f"cannot continue {branch}", why=f"{shown(ctx, place)} is on {elsewhere.branch}", run=run)
    found = newest(elsewhere)
    if found is None or not complete(found):
        if found is None:
            _refuse_without_fix(ctx, branch, place)
            _tell_users(elsewhere, note)
            _show_approvers(ctx, branch, place, agree)
        try:
            found = drive_locked(elsewhere, str(ctx.config.hotfix_of(branch)), None, agree)
        finally:
            elsewhere.tools.close()
            ctx.git.ask_remote_again()
    else:
        conclude(found)
    close(ctx, branch)
    tell_released(found)
    for debt in (debt for each in owed_by(ctx, found.release.version) for debt in debts(ctx, each)):
        ctx.report.line("warn", "a debt", f"{debt}\nnext: git switch {debt.branch} && inv merge-back")
    hours = f"{ctx.config.hotfix.follow_up:g}"
    ctx.report.say(f"root cause and retrospective are due in {hours} h: inv follow-up {found.release.version} TEXT")
    announce_due(ctx.taking(found.release))  # seen from the project: the folder of the hotfix is gone


def _refuse_without_fix(ctx: Context, branch: str, place: Path) -> None:
    """Refuse to release what was released already: a branch that is where its tag is."""
    if ctx.git.read("rev-parse", "HEAD", cwd=place) in ctx.git.tags().values():
        run = f"cd {shlex.quote(shown(ctx, place))}      (make the fix there, commit it, then {GO_ON})"
        raise ReleaseError("cannot release a hotfix without a fix", why=f"{branch} has no change yet", run=run)


def _show_approvers(ctx: Context, branch: str, place: Path, agree: Confirm) -> None:
    """Push the branch of a hotfix that somebody has to approve, from another clone perhaps."""
    stage, remote = ctx.config.stage("hotfix"), remote_of(ctx, branch)
    head = ctx.git.read("rev-parse", "HEAD", cwd=place)
    if not (stage.roles or stage.people) or ctx.git.own_refs(remote).branches.get(branch) == head:
        return
    agree(f"this pushes {branch} to {remote}, to be approved there")
    ctx.git.push(remote, f"{head}:refs/heads/{branch}").require()
    keep_reason(ctx, branch, head)
    ctx.report.line("done", f"push {branch}", f"{head[:7]}, to be approved: inv approve hotfix")


def _tell_users(ctx: Context, note: str) -> None:
    """Write the note of the hotfix where the picked commits brought none."""
    if ctx.git.changes() or read_fragments(ctx.root, load_project(ctx.root).notes):
        return  # what is not committed is for a gate to tell
    subject = note or ctx.git.read("log", "-1", "--format=%s")
    reason = ctx.git.setting(reason_setting(str(ctx.branch)))
    notes = ctx.project.notes
    kind = "security" if reason == "security" and "security" in notes.kinds else notes.mending
    try:
        path = ctx.tools.create_fragment(ctx.root, f"+hotfix.{kind}{notes.extension}", subject)
    finally:
        ctx.tools.close()
    ctx.git.change("add", "--", path)
    ctx.git.commit_only(f"note: {subject.splitlines()[0]}", path)
    ctx.report.line("done", "note", f"{path.relative_to(ctx.root)}: {subject}")


def _foretell(ctx: Context, branch: str, before: Version, commits: Sequence[str]) -> None:
    """Print what would be done; the picks are tried in a throw-away clone."""
    ctx.report.say(f"{branch} from {ctx.tag_of(before)}\n")
    start = ctx.git.read("rev-parse", f"refs/tags/{ctx.tag_of(before)}^{{commit}}")
    picked = try_pick(ctx, branch, start, commits, f"the same command without --dry-run, then {GO_ON}")
    ctx = foretold(ctx, bumped(before, Bump.PATCH), picked)
    ctx.report.line("to do", "pick", f"{len(commits)} on {branch}: without a conflict")
    indexes = ", ".join(index.name for index in ctx.indexes) or "no index"
    ctx.report.line("to do", "release", f"{ctx.release} to {indexes}")
    for each in owed_by(ctx, ctx.release.version):
        ctx.report.line("to do", f"merge back to {each}")
    ctx.report.say()
    ctx.report.foretell()
