"""What a watch does unasked besides yanking, where [[watch]] says so: a draft of the hotfix, the release before."""

from __future__ import annotations

from packaging.version import Version

from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.hotfix_branches import hotfix_branches, keep_reason
from release.monitoring.watched import Watched
from release.values.bump import Bump
from release.values.version_numbers import bumped, reason_setting


def draft_hotfix(subject: Watched) -> str:
    """Push the branch of a hotfix of this release, with its reason, and return what was done.

    The branch has the release and nothing more: the fix is a person's. One that is in progress stays as it is.
    """
    ctx = subject.ctx
    known = hotfix_branches(ctx)
    if known:
        return f"no draft of a hotfix: {known[0]} is in progress"
    branch = ctx.config.hotfix_branch(bumped(ctx.release.version, Bump.PATCH))
    reason = next(iter(ctx.config.hotfix.reasons), "outage")
    ref = f"refs/heads/{branch}"
    pushed = ctx.git.push(ctx.config.remote, f"{subject.commit}:{ref}", leases=(f"{ref}:",))
    if pushed.code != 0:
        raise ReleaseError(
            f"cannot push {branch}", why=CommandFailed(pushed).why, run=f"inv hotfix --reason {reason} --pick COMMIT"
        )
    ctx.git.change("config", reason_setting(branch), reason)
    keep_reason(ctx, branch, subject.commit)
    return f"drafted {branch} on {ctx.config.remote}; next: inv hotfix --reason {reason} --pick COMMIT"


def restore(subject: Watched, words: tuple[str, ...]) -> str:
    """Run the command that brings the release before this one back, and return what was done."""
    ctx, before = subject.ctx, previous(subject)
    if before is None:
        return "nothing to restore: there is no earlier final"
    argv = [subject.filled(word).replace("{previous}", str(before)) for word in words]
    ended = ctx.tools.command(argv, cwd=ctx.root)
    if ended.code != 0:
        return f"{before} is not restored: {CommandFailed(ended).why}"
    return f"restored {before}: {' '.join(argv)}"


def previous(subject: Watched) -> Version | None:
    """Return the newest final before the release that this clone has a tag of."""
    ctx = subject.ctx
    known = [each for each in map(ctx.config.version_of, ctx.git.tags()) if each and not each.is_prerelease]
    return max((each for each in known if each < ctx.release.version), default=None)
