"""Letting a branch of this clone follow its remote, where nothing stands in the way."""

from __future__ import annotations

from release.base.shell import CommandFailed
from release.context import Context


def follow(ctx: Context, branch: str, commit: str) -> None:
    """Move the branch here to a commit that the remote has, if it can go straight there; else say that it stays."""
    here = ctx.git.commit_of(f"refs/heads/{branch}")
    if here is None or ctx.git.contains(here, commit):
        return
    if not ctx.git.contains(commit, here):
        count = int(ctx.git.read("rev-list", "--count", f"{commit}..{here}"))
        commits = "1 commit" if count == 1 else f"{count} commits"
        fact = (
            f"it has {commits} that {ctx.config.remote} does not have: git pull --rebase {ctx.config.remote} {branch}"
        )
        ctx.report.line("warn", f"{branch} here", fact)
        return
    try:
        ctx.git.forward(branch, commit)
    except CommandFailed as error:
        ctx.report.line("warn", f"{branch} here", f"it stays at {here[:7]}: git pull brings the rest\n{error.why}")
