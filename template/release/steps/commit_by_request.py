"""The release commit where the line takes only requests: proposed on a branch of its own, and merged by somebody.

However it was merged (by a merge, squashed, rebased), the commit of the line that carries the trailer is the release.
"""

from __future__ import annotations

from release.adapters.git.marks import RELEASE
from release.base.errors import ReleaseError
from release.context import Context
from release.engine.step import Seen, Step, Waiting, absent, conflict, done, waiting
from release.repository.pull_requests import PROPOSED, proposal, propose, withdraw
from release.versioning.release_commit import commit_giving_up, commit_release, commit_taking_back, why_not_ours


def branch_of(ctx: Context) -> str:
    """Return the branch that proposes the release in hand."""
    return f"{PROPOSED}{ctx.release.version}"


def _observe(ctx: Context) -> Seen:
    commit, line, remote = ctx.release_commit(), ctx.release.line, ctx.config.remote
    if commit:
        spoilt = why_not_ours(ctx, commit)
        if spoilt:
            return conflict(f"{commit[:7]} was merged into {line}, but {spoilt}", "inv abort", begun=True)
        return done(f"{commit[:7]} on {line}")
    found = proposal(ctx, branch_of(ctx), line)
    if found.state == "merged" and ctx.commit_with(RELEASE, ctx.release.version) is None:
        mark = ctx.git.mark(RELEASE, ctx.release.version)
        fact = f"{found} was merged, but no commit on {line} ends with {mark}"
        return conflict(fact, _mark_again(ctx, line), begun=True)
    if found.commit is None:
        return absent(f"{remote} has no {found.branch}")
    proposed = ctx.git.marks.commit_with(RELEASE, str(ctx.release.version), found.commit)
    if proposed is None:
        fact = f"{found.branch} is {found.commit[:7]} on {remote}, but does not release {ctx.release.version}"
        return conflict(fact, f"git push {remote} --delete {found.branch}")
    if found.state == "closed":
        return conflict(f"{found} was closed without a merge", "inv abort      (or open it again)", begun=True)
    if ctx.forge and found.state != "open":
        return absent(f"{found.branch} is {found.commit[:7]} on {remote}, without a {ctx.merge_request}", begun=True)
    return waiting(f"{proposed[:7]}: {found}", f"{found.left}; then nox -s release continues")


def _mark_again(ctx: Context, line: str) -> str:
    """Return what gives a merged release its trailer, which a squash lost."""
    trailer = ctx.git.mark(RELEASE, ctx.release.version)
    mark = f"git commit --allow-empty --message='Release {ctx.release}' --message='{trailer}'"
    return f"git switch {line} && git pull && {mark}      (and merge that into {line} with this message)"


def _do(ctx: Context) -> None:
    line = ctx.release.line
    found = proposal(ctx, branch_of(ctx), line)
    head = str(ctx.git.bring(ctx.config.remote, line))
    commit = found.commit or commit_release(ctx, head)
    propose(ctx, found.branch, line, commit, ctx.git.read("log", "-1", "--format=%B", commit))


def _undo(ctx: Context) -> None:
    """Withdraw what is not merged; what is, another request takes back."""
    commit, line = ctx.release_commit(), ctx.release.line
    withdraw(ctx, proposal(ctx, branch_of(ctx), line))
    if commit:
        _ask(ctx, "taken back", commit_taking_back(ctx, commit, str(ctx.git.bring(ctx.config.remote, line))))


def give_up(ctx: Context) -> None:
    """Ask for the commit that marks the release as given up."""
    head = str(ctx.git.bring(ctx.config.remote, ctx.release.line))
    _ask(ctx, "given up", commit_giving_up(ctx, head))


def _ask(ctx: Context, what: str, commit: str) -> None:
    """Propose a commit that ends the release, and stop there: it counts once it is merged."""
    branch, line = f"{branch_of(ctx)}-{what.replace(' ', '-')}", ctx.release.line
    found = propose(ctx, branch, line, commit, ctx.git.read("log", "-1", "--format=%B", commit))
    raise Waiting(f"{ctx.release} is {what} as soon as this is merged into {line}", str(found))


def clear(ctx: Context) -> None:
    """Delete the branch that proposed the release in hand, which is complete; one that cannot go is no failure."""
    try:
        withdraw(ctx, proposal(ctx, branch_of(ctx), ctx.release.line))
    except ReleaseError as error:
        ctx.report.line("warn", f"delete {branch_of(ctx)}", f"{error.why}\nnext: {error.run}")


PROPOSE = Step("propose", "propose the release commit", _observe, _do, _undo, public=True)
