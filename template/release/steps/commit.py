"""The release commit: the version in its files, the fragments in the changelog, and the trailer that marks it."""

from __future__ import annotations

from release.adapters.git.marks import RELEASE
from release.adapters.git.push_refusals import mending
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.engine.step import Seen, Step, absent, conflict, done
from release.versioning.release_commit import commit_giving_up, commit_release, commit_taking_back, why_not_ours


def _observe(ctx: Context) -> Seen:
    commit = ctx.release_commit()
    if commit is None:
        return absent(f"no commit carries {ctx.git.mark(RELEASE, ctx.release.version)}")
    if why := why_not_ours(ctx, commit):
        fact = f"{commit[:7]} on {ctx.release.line} ({ctx.git.author_of(commit)}) is not a release commit: {why}"
        return conflict(fact, "inv abort", begun=True)
    return done(f"{commit[:7]} on {ctx.release.line}")


def _do(ctx: Context) -> None:
    ctx.git.forward(ctx.release.line, commit_release(ctx, _head(ctx)))


def _head(ctx: Context) -> str:
    return ctx.git.read("rev-parse", f"refs/heads/{ctx.release.line}")


def _undo(ctx: Context) -> None:
    """Drop the release commit while it is private and the last one; else a commit takes its changes back."""
    commit, line, remote = ctx.commit_made(), ctx.release.line, ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).branches.get(line)
    if on_remote is not None and ctx.git.commit_of(on_remote) is None:
        ctx.git.fetch(remote)  # others have pushed: only with their commits can be told whether ours is among them
    head = _head(ctx)
    public = on_remote is not None and ctx.git.contains(on_remote, commit)
    if head == commit and not public:
        ctx.git.backward(line, commit)
        return
    _bring(ctx, commit_taking_back(ctx, commit, head), push=public)


def abandon(ctx: Context) -> None:
    """Mark the release as given up by a commit, with a note that the next one stands in its place."""
    _bring(ctx, commit_giving_up(ctx, _head(ctx)), push=True)


def _bring(ctx: Context, head: str, *, push: bool) -> None:
    """Move the line to `head`, here and, with `push`, on the remote."""
    line, remote = ctx.release.line, ctx.config.remote
    ctx.git.forward(line, head)
    if not push:
        return
    pushed = ctx.git.push(remote, f"{head}:refs/heads/{line}")
    if pushed.code != 0:
        raise ReleaseError(
            f"cannot push {line} to {remote}",
            why=CommandFailed(pushed).why,
            run=mending(pushed, f"git pull --rebase {remote} {line} && git push {remote} {line}"),
        )


COMMIT = Step("commit", "commit version and changelog", _observe, _do, _undo)
