"""The freeze: a line for the next version, its environment pinned, while the main branch is opened for the one after.

Both reach the remote in one atomic push, made of commits that are on no branch before: a kill leaves nothing behind.
"""

from __future__ import annotations

from functools import partial

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.hooked_commit import commit_all
from release.adapters.git.marks import FROZEN
from release.adapters.git.push_refusals import mending
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.config.constraints import OWN
from release.context import Context
from release.engine.step import Seen, Step, absent, conflict, done
from release.repository.fast_forward import follow
from release.repository.pull_requests import Proposal, proposal, propose
from release.values.bump import Bump
from release.versioning.next_version import opened_after
from release.versioning.version_writer import write_version


def freeze_line(line: str, branch: str) -> Step:
    """Return the step that freezes `line` (1.3) as `branch`."""
    see, do = partial(_observe, line, branch), partial(_do, line, branch)
    return Step("freeze", f"freeze {branch}", see, do, public=True, target=branch)


def opened(line: str) -> Version:
    """Return the version that the main branch has after a line was frozen: 1.4.0.dev0 after 1.3."""
    return opened_after(Version(f"{line}.0"), Bump.MINOR)


def _observe(line: str, branch: str, ctx: Context) -> Seen:
    remote, main = ctx.config.remote, ctx.config.branch
    refs = ctx.git.remote_refs(remote)
    on_remote, trunk = refs.branches.get(branch), refs.branches.get(main)
    if trunk is None:
        return conflict(f"{remote} has no {main}", f"git push --set-upstream {remote} {main}")
    for name in (branch, main):
        ctx.git.bring(remote, name)
    marked = _marked(ctx.git, line, trunk)
    if on_remote is None and marked:
        gone = f"{main} records in {marked[:7]} that {line} was frozen, but {remote} has no {branch}"
        return conflict(gone, f"git push {remote} COMMIT:refs/heads/{branch}      (its last commit)", begun=True)
    if on_remote is None:
        return absent(f"{remote} has no {branch}")
    own = _marked(ctx.git, line, on_remote)
    if own is None or own == marked:
        fact = f"{branch} is {on_remote[:7]} on {remote} ({ctx.git.author_of(on_remote)}), not made by a freeze"
        return conflict(fact, f"git log {remote}/{main}..{remote}/{branch}")
    asked = _asked(ctx, line)
    if marked is None and asked and asked.waits and (asked.request or not ctx.forge):
        return done(f"{branch} is frozen since {own[:7]}; {main} is opened by {asked}")
    if marked is None:
        return absent(f"incomplete: {branch} is frozen since {own[:7]}, but {main} was not opened", begun=True)
    return done(f"{branch} is frozen since {own[:7]}, {main} is {opened(line)}")


def _asked(ctx: Context, line: str) -> Proposal | None:
    """Return what asks for the opening of the main branch, where that takes only requests."""
    main = ctx.config.branch
    return proposal(ctx, f"freeze-request/{line}", main) if ctx.config.takes_requests(main) else None


def _marked(git: Git, line: str, head: str) -> str | None:
    """Return the commit in the history of `head` that says of a line that it was frozen."""
    rows = git.marks.trailers((FROZEN,), head)
    return next((commit for commit, trailer in rows if trailer == f"{FROZEN}: {line}"), None)


def _do(line: str, branch: str, ctx: Context) -> None:
    remote, main = ctx.config.remote, ctx.config.branch
    refs = ctx.git.remote_refs(remote)
    on_remote, here = refs.branches.get(branch), ctx.git.commit_of(f"refs/heads/{main}")
    ahead = here and ctx.git.contains(here, refs.branches[main])
    trunk = here if here and ahead else refs.branches[main]
    opening, asked = _open_main(ctx, line, trunk), _asked(ctx, line)
    pushes = [] if asked else [f"{opening}:refs/heads/{main}"]
    if on_remote is None:
        pushes += [f"{_pin(ctx, line, branch, trunk)}:refs/heads/{branch}"]
    if pushes:
        pushed = ctx.git.push(remote, *pushes, leases=() if on_remote else (f"refs/heads/{branch}:",))
        ctx.git.fetch(remote)
        if pushed.code != 0:
            otherwise = "the same command again      (neither was pushed; inv status shows the changes of others)"
            both = f"{branch} and {main}" if not asked else branch
            why = CommandFailed(pushed).why
            raise ReleaseError(f"cannot push {both} to {remote}", why=why, run=mending(pushed, otherwise))
    if asked:
        message = ctx.git.read("log", "-1", "--format=%B", opening)
        propose(ctx, asked.branch, main, asked.commit or opening, message)


def _pin(ctx: Context, line: str, branch: str, trunk: str) -> str:
    """Return the first commit of the line: what it is tested and built with, pinned."""
    with ctx.git.checkout(trunk) as path:
        if ctx.config.freeze.lock:
            (path / OWN).write_text(ctx.tools.lock(path, ctx.project.pythons[:1]), encoding="utf-8")
        return commit_all(ctx.git, path, f"Freeze {branch}", ctx.git.mark(FROZEN, line))


def _open_main(ctx: Context, line: str, trunk: str) -> str:
    with ctx.git.checkout(trunk) as path:
        write_version(ctx, path, opened(line))
        return commit_all(ctx.git, path, f"Open {ctx.config.branch} for {opened(line)}", ctx.git.mark(FROZEN, line))


def bring_here(ctx: Context) -> None:
    """Move the main branch of this clone to where the freeze left it on the remote."""
    on_remote = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch)
    if on_remote:
        follow(ctx, ctx.config.branch, on_remote)
