"""The line after a final release: one more commit that gives it the next version, as .dev0.

It stands on what the remote has: a commit that was made here meanwhile is for its author to push.
"""

from __future__ import annotations

from release.adapters.git.hooked_commit import commit_all
from release.adapters.git.marks import REOPENED
from release.adapters.git.push_refusals import mending
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.engine.step import Seen, Step, absent, done
from release.repository.commit_diff import version_at
from release.repository.fast_forward import follow
from release.repository.pull_requests import PROPOSED, proposal, propose
from release.versioning.next_version import reopened_as
from release.versioning.release_commit import opens
from release.versioning.version_writer import write_version

_TRIES = 3  # pushes, each on top of what others have pushed meanwhile


def _observe(ctx: Context) -> Seen:
    line, version = ctx.release.line, ctx.release.version
    there = _last_known(ctx)
    released = ctx.release_commit()
    if released is None or there is None or not ctx.git.contains(there, released):
        return absent(f"{line} has not been reopened")
    if commit := _opening_in(ctx, there):
        return done(f"{line} is {reopened_as(ctx)} since {commit[:7]}")
    if opened := _opening_of_main(ctx, released):  # the line was made from the release later
        return done(f"{ctx.config.branch}, which released {version}, was reopened by {opened[:7]}")
    stands = version_at(ctx.git, there)
    if stands not in (None, str(version), version_at(ctx.git, released)):
        return done(f"{line} is {stands}")
    if ctx.config.takes_requests(line):
        found = proposal(ctx, _branch(ctx), line)
        if found.commit and found.state == "closed":
            return done(f"{found} was closed without a merge; {line} is still {version}")
        if found.commit and (found.state or not ctx.forge):
            return done(f"{ctx.merge_request}: {found}", found.left)
    return absent(f"{line} is still {version}")


def opened_again(ctx: Context) -> bool:
    """Return whether the line was opened again by a commit that says so; a version alone may be anybody's."""
    there, released = _last_known(ctx), ctx.release_commit()
    if released is None or there is None or not ctx.git.contains(there, released):
        return False
    return bool(_opening_in(ctx, there) or _opening_of_main(ctx, released))


def _opening_of_main(ctx: Context, released: str) -> str | None:
    """Return the commit that opens the main branch after the release in hand, where that branch gave it to the line."""
    main = ctx.config.branch
    given = None if ctx.release.line == main else ctx.git.bring(ctx.config.remote, main)
    return _opening_in(ctx, given) if given and ctx.git.contains(given, released) else None


def _opening_in(ctx: Context, head: str) -> str | None:
    """Return the commit in the history of `head` that opens a branch after the release in hand."""
    commit = ctx.git.marks.commit_with(REOPENED, str(ctx.release.version), head)
    return commit if commit and opens(ctx, commit) else None


def _last_known(ctx: Context) -> str | None:
    """Return where the line was on the remote when this clone last knew its commits; here, where there is no remote.

    What was pushed once stays in its history, so older knowledge does not lie about it.
    """
    remote, line = ctx.config.remote, ctx.release.line
    on_remote = ctx.git.remote_refs(remote).branches.get(line)
    if on_remote and ctx.git.commit_of(on_remote):
        return on_remote
    known = f"refs/remotes/{remote}/{line}" if ctx.git.setting(f"remote.{remote}.url") else f"refs/heads/{line}"
    return ctx.git.commit_of(known)


def _branch(ctx: Context) -> str:
    return f"{PROPOSED}after-{ctx.release.version}"


def _opening(ctx: Context, head: str) -> tuple[str, str]:
    """Return the commit on top of `head` that opens the line, and its message."""
    message = (f"Open {ctx.release.line} for {reopened_as(ctx)}", ctx.git.mark(REOPENED, ctx.release.version))
    with ctx.git.checkout(head) as path:
        write_version(ctx, path, reopened_as(ctx))
        return commit_all(ctx.git, path, *message), "\n\n".join((ctx.git.subject(message[0]), *message[1:]))


def _do(ctx: Context) -> None:
    remote, line = ctx.config.remote, ctx.release.line
    if ctx.config.takes_requests(line):
        found = proposal(ctx, _branch(ctx), line)
        commit, message = _opening(ctx, str(ctx.git.bring(remote, line)))
        propose(ctx, found.branch, line, commit, message)
        return
    for _ in range(_TRIES):
        head = ctx.git.bring(remote, line)
        if head is None or _opening_in(ctx, head):
            break  # another clone was first
        commit, _message = _opening(ctx, head)
        pushed = ctx.git.push(remote, f"{commit}:refs/heads/{line}")
        if pushed.code == 0:
            break
        if ctx.git.remote_refs(remote).branches.get(line) == head:  # else others have pushed meanwhile: on top of that
            why = CommandFailed(pushed).why
            raise ReleaseError(f"cannot push {line} to {remote}", why=why, run=mending(pushed, "inv release auto"))
    bring_here(ctx)


def bring_here(ctx: Context) -> None:
    """Move the branch of this clone to the commit that opened it again, where nothing stands in the way.

    A commit here that opened it and was not pushed gives way.
    """
    remote, line, version = ctx.config.remote, ctx.release.line, str(ctx.release.version)
    here, on_remote = ctx.git.commit_of(f"refs/heads/{line}"), ctx.git.bring(remote, line)
    opened = on_remote and _opening_in(ctx, on_remote)
    if here is None or on_remote is None or opened is None or ctx.git.contains(here, opened):
        return
    if (
        not ctx.git.contains(on_remote, here)
        and ctx.git.marks.commit_with(REOPENED, version, here, since=f"{here}^") == here
    ):
        ctx.git.backward(line, here)
        here = ctx.git.read("rev-parse", f"refs/heads/{line}")
    follow(ctx, line, opened)


REOPEN = Step("reopen", "open the line again", _observe, _do, public=True)
