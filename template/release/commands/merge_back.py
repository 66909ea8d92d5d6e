"""Returning: what was fixed on other lines is brought back to this one, by a merge or a cherry-pick."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.adapters.git.push_refusals import takes_only_requests
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.cherry_pick import cherry_pick, unmerged
from release.branches.merge_back_request import ask_to_merge, conflicts_of, request_of
from release.branches.release_merge import Merge, commit_merge, merge
from release.branches.unmerged_fixes import Debt, debts
from release.confirmation import Confirm
from release.context import Context
from release.engine.lock import locked
from release.repository.fast_forward import follow
from release.repository.pull_requests import Proposal, proposal


def merge_back(ctx: Context, agree: Confirm, *, by_request: bool = False, dry_run: bool = False) -> None:
    """Pay every debt of this line; where that conflicts, leave git amid the merge here, to be resolved by hand.

    With `by_request`, and where the line takes nothing else, a request is opened for each instead of a push.
    """
    by_request = by_request or ctx.config.takes_requests(ctx.line)
    for mark, word in (("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick")):
        if ctx.git.under_way(mark):
            why, run = (
                f"a {word} is in progress here",
                f"git status      (resolve, git add, then git {word} --continue)",
            )
            raise ReleaseError("cannot merge anything back yet", why=why, run=run)
    owed = debts(ctx, ctx.line)
    if by_request and owed and not dry_run:
        _ask_for(ctx, owed, agree)
        return
    for debt in owed:
        ctx.report.line("to do", f"merge {debt.source} back", str(debt))
    if not owed or dry_run:
        ctx.report.say("nothing was changed" if owed else f"every fix is on {ctx.line}")
        return
    with locked(ctx):
        agree(f"this merges {', '.join(debt.source for debt in owed)} into {ctx.line} on {ctx.config.remote}")
        for debt in owed:
            _pay(ctx, debt)
    ctx.report.say(f"{ctx.line} owes nothing")


def _ask_for(ctx: Context, owed: Sequence[Debt], agree: Confirm) -> None:
    """Open a request for each debt that has none, and say where it is."""
    found = [(debt, proposal(ctx, request_of(ctx, debt.source, debt.branch), debt.branch)) for debt in owed]
    new = [asked.branch for _, asked in found if not _is_asked(ctx, asked)]
    with locked(ctx):
        if new:
            opens = f"opens a {ctx.merge_request} into {ctx.line}"
            agree(f"this pushes {', '.join(new)} to {ctx.config.remote} and {opens}")
        for debt, asked in found:
            there = asked if _is_asked(ctx, asked) else _ask_for_one(ctx, debt)
            again = f"git push {ctx.config.remote} --delete {there.branch} && inv merge-back --request"
            closed = f"\nit was closed without a merge; to open it again: {again}" if there.state == "closed" else ""
            conflicts = "" if closed else ", ".join(conflicts_of(ctx, debt.source, debt.branch))
            by_hand = f"\nit conflicts in {conflicts}; resolve that before the merge" if conflicts else ""
            ctx.report.line("waiting", f"merge {debt.source} back", f"{there}{by_hand}{closed}")


def _ask_for_one(ctx: Context, debt: Debt) -> Proposal:
    return ask_to_merge(ctx, debt.source, debt.branch, str(debt), list(debt.missing))


def _is_asked(ctx: Context, asked: Proposal) -> bool:
    return asked.commit is not None and (asked.request is not None or ctx.forge is None)


def _pay(ctx: Context, debt: Debt) -> None:
    remote, line = ctx.config.remote, debt.branch
    on_remote = ctx.git.remote_refs(remote).branches[line]
    version = ctx.config.version_of(debt.source)
    if version:
        release = ctx.git.remote_refs(remote).tags[debt.source]
        merged = merge(ctx, on_remote, release, version)
        if merged.conflicts:
            _leave_merge(ctx, debt, release, merged)
        commit = commit_merge(ctx, merged, on_remote, release, f"Merge {ctx.project.canonical} {version} into {line}")
    else:
        with ctx.git.checkout(on_remote) as path:
            if not cherry_pick(ctx.git, path, list(debt.missing)):
                _leave_pick(ctx, debt)
            commit = ctx.git.read("rev-parse", "HEAD", cwd=path)
    pushed = ctx.git.push(remote, f"{commit}:refs/heads/{line}")
    if pushed.code != 0:
        run = "inv merge-back --request" if takes_only_requests(pushed) else "inv merge-back"
        raise ReleaseError(f"cannot push {line} to {remote}", why=CommandFailed(pushed).why, run=run)
    follow(ctx, line, commit)
    ctx.report.line("done", f"merge {debt.source} back", f"{line} is {commit[:7]}")


def _ready(ctx: Context, debt: Debt) -> None:
    """Raise ReleaseError unless this working tree is fit to be left amid a merge."""
    what, remote = f"cannot merge {debt.source} back into {debt.branch} automatically", ctx.config.remote
    on_remote, here = ctx.git.remote_refs(remote).branches[debt.branch], ctx.git.commit_of(f"refs/heads/{debt.branch}")
    if ctx.branch != debt.branch:
        raise ReleaseError(what, why=f"it conflicts, and this is {ctx.branch}", run=f"git switch {debt.branch}")
    if ctx.git.changes():
        raise ReleaseError(what, why="it conflicts, and there are uncommitted changes", run="git stash")
    if here != on_remote:
        why = f"it conflicts, and {debt.branch} is {(here or '')[:7]} here and {on_remote[:7]} on {remote}"
        raise ReleaseError(what, why=why, run=f"git pull --ff-only {remote} {debt.branch}")


def _leave_merge(ctx: Context, debt: Debt, release: str, merged: Merge) -> None:
    """Start the merge in the owner's working tree, with all resolved that can be, and raise with what is left."""
    _ready(ctx, debt)
    version = ctx.config.version_of(debt.source)
    message = f"Merge {ctx.project.canonical} {version} into {debt.branch}"
    named = f"{debt.source}^{{commit}}" if debt.source in ctx.git.tags() else release  # what the markers will say
    ctx.git.try_to("merge", "--no-ff", "--no-commit", "-m", message, named)
    if ctx.git.ask("rev-parse", "--quiet", "--verify", "MERGE_HEAD").code != 0:
        raise ReleaseError(f"cannot merge {debt.source}", why="git did not start the merge", run=f"git merge {release}")
    wanted = _paths(ctx.git, merged.tree)
    for path in _differing(ctx.git, merged.tree):
        if path in merged.conflicts:
            continue
        words = ["checkout", "--quiet", merged.tree, "--", path] if path in wanted else ["rm", "--quiet", "-f", path]
        ctx.git.change(*words)
    raise _left(ctx, debt, unmerged(ctx.git, ctx.root), "git commit --no-edit")


def _paths(git: Git, tree: str) -> set[str]:
    return set(git.read("ls-tree", "-r", "--name-only", "-z", tree).split("\0"))


def _differing(git: Git, tree: str) -> list[str]:
    """Return the paths in which the index, amid the merge, differs from the tree that we would have made."""
    return [path for path in git.read("diff", "--cached", "--name-only", "-z", tree).split("\0") if path]


def _leave_pick(ctx: Context, debt: Debt) -> None:
    _ready(ctx, debt)
    cherry_pick(ctx.git, ctx.root, list(debt.missing))
    raise _left(ctx, debt, unmerged(ctx.git, ctx.root), "git -c core.editor=true cherry-pick --continue")


def _left(ctx: Context, debt: Debt, paths: list[str], finish: str) -> ReleaseError:
    names = " ".join(map(shlex.quote, paths))
    return ReleaseError(
        f"cannot merge {debt.source} back into {debt.branch} automatically",
        why=f"it conflicts in {', '.join(paths)}; the merge is in progress here ({Path.cwd().name})",
        run=f"$EDITOR {names} && git add {names} && {finish} && git push {ctx.config.remote} {debt.branch}",
    )
