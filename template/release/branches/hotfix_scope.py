"""What a hotfix picks, and what it leaves out of the main branch."""

from __future__ import annotations

from collections.abc import Sequence

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, REOPENED
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.context import Context
from release.repository.commit_diff import PICKED, patch_of

GO_ON, GIVE_UP = "inv hotfix --continue", "inv hotfix --abort"


def refuse_other_picks(git: Git, branch: str, start: str, commits: Sequence[str]) -> None:
    """Refuse to go on with a hotfix whose branch has a pick that the command, which names others, does not name."""
    head = git.commit_of(f"refs/heads/{branch}")
    if head is None or not commits:
        return
    named = {patch_of(git, commit) for commit in commits} - {None}
    rows = git.read("log", "--no-merges", "--format=%H%x00%s%x00%b%x01", f"{start}..{head}", "--").split("\1")
    for row in filter(None, (row.strip() for row in rows)):
        commit, subject, body = row.split("\0")
        origins = PICKED.findall(body)
        if origins and not set(origins) & set(commits) and patch_of(git, commit) not in named:
            why = f"it has {origins[-1][:7]} {subject}, which this command does not pick"
            run = f"{GO_ON}      (releases it, too; or {GIVE_UP}, then this command again)"
            raise ReleaseError(f"cannot continue {branch} as it is", why=why, run=run)


def report_left_out(ctx: Context, start: str, commits: Sequence[str]) -> None:
    """Print what the main branch has since that release and the hotfix leaves out."""
    on_remote = ctx.git.bring(ctx.config.remote, ctx.config.branch)
    if on_remote is None:
        return
    below = [ctx.git.inside] if ctx.git.inside else []  # of several projects in a repository: this one's
    words = ("log", "--no-merges", "--format=%H %h %s", f"{start}..{on_remote}", "--", *below)
    rows = ctx.git.read(*words, cwd=ctx.git.top).splitlines()
    opened = {commit for commit, _ in ctx.git.marks.trailers((REOPENED, FROZEN), on_remote)}
    left = [row.partition(" ") for row in rows]
    names = [text for commit, _, text in left if commit not in {*commits, *opened}]
    if names:
        ctx.report.line("aside", f"not of {ctx.config.branch}", rows_of(names))
