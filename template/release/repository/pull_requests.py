"""A proposal: a commit on a branch of its own that waits to be merged into a branch which takes only requests.

Where the forge is known, the request is opened there; without one the branch is pushed, and a person opens it.
"""

from __future__ import annotations

from dataclasses import dataclass

from release.adapters.forge.protocols import Request
from release.adapters.retry import patiently
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context

PROPOSED = "release-request/"  # how the branches of proposed releases begin; the version follows


@dataclass(frozen=True)
class Proposal:
    """What is known of one: where its branch is on the remote (None: nowhere), and its newest request (None: none)."""

    branch: str
    onto: str
    commit: str | None
    request: Request | None
    word: str = "pull request"  # what the forge calls it

    @property
    def state(self) -> str:
        """open, merged or closed by its request; empty where there is none."""
        return self.request.state if self.request else ""

    @property
    def waits(self) -> bool:
        """Whether all is there that somebody needs to merge it."""
        return self.commit is not None and self.state in ("", "open")

    @property
    def left(self) -> str:
        """What somebody has to do before it is merged."""
        if self.request:
            return f"merge {self.request.page} into {self.onto}" if self.waits else ""
        return f"open a {self.word} from {self.branch} into {self.onto}, and merge it"

    def __str__(self) -> str:
        return self.request.page if self.request else f"{self.branch} (open a {self.word} into {self.onto} for it)"


def proposal(ctx: Context, branch: str, onto: str) -> Proposal:
    """Return what the remote and the forge have of a proposal; its commits are brought here."""
    commit = ctx.git.bring(ctx.config.remote, branch)
    request = ctx.forge.branches.request(branch, onto) if ctx.forge else None
    return Proposal(branch, onto, commit, request, ctx.merge_request)


def propose(ctx: Context, branch: str, onto: str, commit: str, message: str) -> Proposal:
    """Push a commit as a branch that is not there yet, and ask for its merge by a message: subject, then the rest.

    The message ends with the trailers of the commit, so that a squash keeps them. Who finds the branch there already
    has lost against somebody else, or goes on with what was stopped half-way: it is left as it is.
    """
    remote = ctx.config.remote
    if branch not in ctx.git.remote_refs(remote).branches:
        pushed = ctx.git.push(remote, f"{commit}:refs/heads/{branch}", leases=(f"refs/heads/{branch}:",))
        if pushed.code != 0:
            why = CommandFailed(pushed).why
            raise ReleaseError(f"cannot push {branch} to {remote}", why=why, run="the same command again")

    def ask() -> None:
        if ctx.forge and proposal(ctx, branch, onto).state != "open":
            subject, _, rest = message.partition("\n\n")
            ctx.forge.branches.ask(branch, onto, subject, rest)

    patiently(ask, ctx.config.retry, ctx.report.say)
    return proposal(ctx, branch, onto)


def withdraw(ctx: Context, found: Proposal) -> None:
    """Close the request of a proposal and delete its branch, only while it is the one that was seen."""
    remote = ctx.config.remote
    if ctx.forge and found.request and found.state == "open":
        ctx.forge.branches.close(found.request)
    if found.commit is None:
        return
    deleted = ctx.git.push(remote, f":refs/heads/{found.branch}", leases=(f"refs/heads/{found.branch}:{found.commit}",))
    if deleted.code != 0 and found.branch in ctx.git.remote_refs(remote).branches:
        run = f"git push {remote} --delete {found.branch}"
        raise ReleaseError(f"cannot delete {found.branch} on {remote}", why=CommandFailed(deleted).why, run=run)
