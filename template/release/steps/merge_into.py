"""The merge-back: a release made on a line or as a hotfix is merged into a branch that has to have it, too.

Where it conflicts it stays a debt, which is told and refuses the next release of that branch: users need not wait.
"""

from __future__ import annotations

from functools import partial

from release.adapters.git.push_refusals import mending
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.merge_back_request import ask_to_merge, request_of
from release.branches.release_merge import Merge, TooOld, commit_merge, merge
from release.context import Context
from release.engine.step import Seen, Step, absent, done
from release.repository.fast_forward import follow
from release.repository.pull_requests import proposal

MERGE_BACK = "merge-back"


def merge_back_to(branch: str) -> Step:
    """Return the step that merges the release in hand into `branch`."""
    see, do = partial(_observe, branch), partial(_do, branch)
    return Step(MERGE_BACK, f"merge back to {branch}", see, do, one_way=True, public=True, target=branch)


def _observe(branch: str, ctx: Context) -> Seen:
    release, remote = ctx.release_commit(), ctx.config.remote
    refs = ctx.git.remote_refs(remote)
    if release is None or refs.tags.get(ctx.release.tag) != release:
        return absent(f"{ctx.release.tag} is not on {remote}")
    on_remote = ctx.git.bring(remote, branch)
    if on_remote is None:
        return done(f"{remote} has no {branch}")
    if ctx.git.contains(on_remote, release):
        return done(f"{branch} has {ctx.release.version}")
    merged = _merge(ctx, on_remote, release)
    if merged is None or merged.conflicts:
        where = f"in {', '.join(merged.conflicts)}" if merged else "(git before 2.38 cannot show where)"
        return done(f"not merged back: conflicts {where}; git switch {branch} && inv merge-back")
    if merged.tree == ctx.git.read("rev-parse", f"{on_remote}^{{tree}}"):
        return done(f"{branch} has all changes of {ctx.release.version}")
    if ctx.config.takes_requests(branch):
        asked = proposal(ctx, request_of(ctx, ctx.release.tag, branch), branch)
        if asked.commit and (asked.request or not ctx.forge):
            return done(f"not merged back until this is merged: {asked}", asked.left)
    return absent(f"{branch} does not have {ctx.release.version}")


def _merge(ctx: Context, on_remote: str, release: str) -> Merge | None:
    try:
        return merge(ctx, on_remote, release, ctx.release.version)
    except TooOld:
        return None


def _do(branch: str, ctx: Context) -> None:
    release, remote = ctx.commit_made(), ctx.config.remote
    if ctx.config.takes_requests(branch):
        ask_to_merge(ctx, ctx.release.tag, branch, f"{branch} lacks {ctx.release.version}")
        return
    on_remote = str(ctx.git.bring(remote, branch))
    merged = merge(ctx, on_remote, release, ctx.release.version)
    commit = commit_merge(ctx, merged, on_remote, release, f"Merge {ctx.release} into {branch}")
    pushed = ctx.git.push(remote, f"{commit}:refs/heads/{branch}")
    if pushed.code != 0:
        run = mending(pushed, "the same command again")
        raise ReleaseError(f"cannot push {branch} to {remote}", why=CommandFailed(pushed).why, run=run)
    follow(ctx, branch, commit)
