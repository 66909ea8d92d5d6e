"""Backporting: commits are picked onto an older line, which is made from its last final where there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.adapters.git.push_refusals import takes_only_requests
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.cherry_pick import commits_named, go_on, leave, pick, picking, place_for, shown
from release.branches.freezes import frozen_since, offenders
from release.branches.hotfix_branches import in_the_project
from release.branches.trial_pick import try_pick
from release.confirmation import Confirm
from release.context import Context
from release.engine.lock import locked
from release.repository.commit_diff import PICKED
from release.repository.fast_forward import follow
from release.repository.pull_requests import proposal, propose
from release.values.version_numbers import series

ASKED = "backport/"  # how the branches that ask for a backport begin


def backport(ctx: Context, names: Sequence[str], line: str, agree: Confirm, *, dry_run: bool = False) -> None:
    """Pick commits onto a line (1.2) and push it; a conflict is left to be resolved in a working tree of its own."""
    branch = ctx.config.lines.replace("{line}", line)
    if ctx.config.line_of(branch) != line:
        raise ReleaseError(f'cannot backport to "{line}"', why="a line reads 1.2", run="inv backport COMMIT --to 1.2")
    if not names:
        run = f"inv backport COMMIT --to {line}"
        raise ReleaseError(f"cannot backport to {line}", why="no commit was named", run=run)
    commits = commits_named(ctx, names)
    again = f"inv backport --to {line} --continue"
    if dry_run:
        on_remote = ctx.git.bring(ctx.config.remote, branch)
        try_pick(ctx, branch, on_remote or _last_final(ctx, line), commits, again)
        ctx.report.foretell(f"{len(commits)} would be picked onto {branch}, without a conflict")
        return
    with locked(ctx):
        start = _start(ctx, line, branch)
        place = pick(ctx, branch, start, commits, again)
        _push(ctx, line, start, place, agree)


def resume(ctx: Context, line: str, agree: Confirm, *, dry_run: bool = False) -> None:
    """Continue a backport after its conflicts were resolved."""
    ctx = in_the_project(ctx)
    branch = ctx.config.lines.replace("{line}", line)
    if dry_run:
        place = _amid(ctx, branch)
        ctx.report.foretell(f"the backport to {branch} in {shown(ctx, place)} would be continued")
        return
    with locked(ctx):
        place = _amid(ctx, branch)
        go_on(ctx, place, f"inv backport --to {line} --continue")
        _push(ctx, line, _start(ctx, line, branch), place, agree)


def give_up(ctx: Context, line: str, *, dry_run: bool = False) -> None:
    """Give up a backport that stopped at a conflict; the line here goes back to what it is on the remote."""
    ctx = in_the_project(ctx)
    branch = ctx.config.lines.replace("{line}", line)
    if dry_run:
        _amid(ctx, branch)
        ctx.report.foretell(f"the backport to {branch} would be abandoned")
        return
    with locked(ctx):
        place = _amid(ctx, branch)
        if picking(ctx.git, place):
            ctx.git.change("cherry-pick", "--abort", cwd=place)
        leave(ctx.git, branch)
        on_remote, here = ctx.git.remote_refs(ctx.config.remote).branches.get(branch), f"refs/heads/{branch}"
        if on_remote and ctx.git.commit_of(here) and ctx.git.commit_of(on_remote) and ctx.git.place_of(branch) is None:
            ctx.git.change("update-ref", here, on_remote)  # the picks go; nothing else was there, or it had not begun
        if branch not in ctx.git.remote_refs(ctx.config.remote).branches and ctx.git.place_of(branch) is None:
            ctx.git.change("branch", "--quiet", "--delete", "--force", branch)  # it was made for this
    ctx.report.say(f"the backport to {branch} is abandoned")


def _amid(ctx: Context, branch: str) -> Path:
    place = ctx.git.place_of(branch)
    if (
        place is None
        or not place.is_dir()
        or (place != place_for(ctx, branch) / ctx.git.inside and not picking(ctx.git, place))
    ):
        why = f"no backport to {branch} is in progress"
        raise ReleaseError("cannot continue a backport", why=why, run="inv backport COMMIT --to 1.2")
    return place


def _start(ctx: Context, line: str, branch: str) -> str:
    """Return where the line is on the remote, with this clone's line there, too; else its last final."""
    remote = ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).branches.get(branch)
    if on_remote:
        if ctx.git.commit_of(on_remote) is None:
            ctx.git.fetch(remote)
        follow(ctx, branch, on_remote)
        here = ctx.git.commit_of(f"refs/heads/{branch}")
        if here and here != on_remote and not ctx.git.contains(here, on_remote):
            why = f"{branch} is {here[:7]} here and {on_remote[:7]} on {remote}, and they have diverged"
            raise ReleaseError(f"cannot backport to {line}", why=why, run=f"git log {here[:7]}...{on_remote[:7]}")
        own = ctx.git.read(
            "log", "--invert-grep", "--grep=cherry picked from commit", "--format=%h %s", f"{on_remote}..{here}"
        )
        if here and own:
            why = f"{branch} has commits that are not pushed: {own.splitlines()[0]}"
            raise ReleaseError(f"cannot backport to {line}", why=why, run=f"git push {remote} {branch}")
        return on_remote
    return _last_final(ctx, line)


def _last_final(ctx: Context, line: str) -> str:
    """Return the commit of the newest final release of a line; raise ReleaseError where there is none."""
    branch, remote = ctx.config.lines.replace("{line}", line), ctx.config.remote
    tags = ctx.git.tags()
    finals = {found: tag for tag in tags if (found := ctx.config.version_of(tag)) and not found.is_prerelease}
    same = [version for version in finals if series(version) == line]
    if not same:
        why = f"there is neither a branch {branch} nor a final release of {line}"
        raise ReleaseError(f"cannot backport to {line}", why=why, run=f"git fetch --tags {remote}")
    return tags[finals[max(same)]]


def _push(ctx: Context, line: str, start: str, place: Path, agree: Confirm) -> None:
    branch = ctx.config.lines.replace("{line}", line)
    remote = ctx.config.remote
    head, on_remote = ctx.git.read("rev-parse", "HEAD", cwd=place), ctx.git.remote_refs(remote).branches.get(branch)
    if head == on_remote:
        leave(ctx.git, branch)
        ctx.report.say(f"{branch} already has all of that; nothing to do")
        return
    since = frozen_since(ctx, line, head)
    found = offenders(ctx, line, since, head) if since else []
    if found:
        why = "\n".join([f"{branch} is frozen since {str(since)[:7]}", *map(str, found)])
        first = next((each.commit for each in found), head)[:12]
        run = f'inv freeze --allow {first} --line {line} --reason "why"      (then the same command again)'
        raise ReleaseError(f"cannot backport to {line}", why=why, run=run)
    if ctx.config.takes_requests(branch):
        _ask_for(ctx, line, start, head, agree)
        return
    new = ctx.git.read("log", "--reverse", "--format=  %h %s", f"{start}..{head}")
    agree(f"this pushes to {branch} on {remote}:\n{new}")
    pushed = ctx.git.push(remote, f"{head}:refs/heads/{branch}")
    if pushed.code != 0:
        why, run = CommandFailed(pushed).why, "the same command again"
        if takes_only_requests(pushed):
            aside = f"git push {remote} {head[:12]}:refs/heads/backport-to-{line}"
            run = f"{aside}      (and open a {ctx.merge_request} of it into {branch})"
        raise ReleaseError(f"cannot push {branch} to {remote}", why=why, run=run)
    ctx.report.line("done", f"backport to {branch}", f"{head[:7]}, worked on in {shown(ctx, place)}")
    leave(ctx.git, branch)
    ctx.report.say(f"next: git switch {branch} && inv release patch")


def _ask_for(ctx: Context, line: str, start: str, head: str, agree: Confirm) -> None:
    """Ask for the merge of what was picked; the line here stays what it is on the remote, however it is merged."""
    branch, remote = ctx.config.lines.replace("{line}", line), ctx.config.remote
    asking, message = _request(ctx.git, line, start, head)
    found = proposal(ctx, asking, branch)
    if not found.commit or (ctx.forge and not found.request):
        new = ctx.git.read("log", "--reverse", "--format=  %h %s", f"{start}..{head}")
        made = "" if branch in ctx.git.remote_refs(remote).branches else f" makes {branch} at {start[:7]},"
        agree(f"this{made} pushes {asking} to {remote} and opens a {ctx.merge_request} into {branch}:\n{new}")
        if made:
            _make_line(ctx, branch, start)
        found = propose(ctx, asking, branch, head, message)
    leave(ctx.git, branch)
    place = ctx.git.place_of(branch)
    if place:
        ctx.git.change("reset", "--quiet", "--keep", start, cwd=place)
    else:
        ctx.git.change("update-ref", f"refs/heads/{branch}", start)
    again = f"git push {remote} --delete {asking}      (then the same command again)"
    closed = f"\nit was closed without a merge; to open it again: {again}" if found.state == "closed" else ""
    ctx.report.line("waiting", f"backport to {branch}", f"{found}{closed}")


def _make_line(ctx: Context, branch: str, start: str) -> None:
    remote = ctx.config.remote
    pushed = ctx.git.push(remote, f"{start}:refs/heads/{branch}", leases=(f"refs/heads/{branch}:",))
    if pushed.code != 0:
        by_hand = f"git push {remote} {start[:12]}:refs/heads/{branch}"
        run = f"{by_hand}      (by a person with the right to create it; then the same command again)"
        raise ReleaseError(f"cannot make {branch} on {remote}", why=CommandFailed(pushed).why, run=run)


def _request(git: Git, line: str, start: str, head: str) -> tuple[str, str]:
    """Return the branch that asks for what was picked, named after where it is from, and the message of its request.

    The message keeps the notes of the cherry-picks, by which a squash is known as a backport.
    """
    rows = git.read("log", "--reverse", "--format=%H%x00%B%x01", f"{start}..{head}").split("\1")
    messages = [message.strip() for _, _, message in (row.partition("\0") for row in rows) if message]
    origins = [origin for message in messages for origin in PICKED.findall(message)] or [head]
    several = hashlib.sha1("\n".join(origins).encode(), usedforsecurity=False).hexdigest()
    asking = f"{ASKED}{line}-{(origins[0] if len(origins) == 1 else several)[:7]}"
    if len(messages) == 1:
        return asking, messages[0]
    subjects = "\n".join(f"- {message.splitlines()[0]}" for message in messages)
    picked = "\n".join(f"(cherry picked from commit {origin})" for origin in origins)
    return asking, f"Backport {len(messages)} commits to {line}\n\n{subjects}\n\n{picked}"
