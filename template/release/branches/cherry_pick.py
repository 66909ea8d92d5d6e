"""Picking changes onto another branch, in a working tree beside the owner's, who may be amid something else."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.base.journal import own_folder
from release.base.shell import Completed
from release.context import Context
from release.repository.commit_diff import PICKED, patch_of


def place_for(ctx: Context, branch: str) -> Path:
    """Return the folder in which a branch is worked on: .release/hotfix-1.2.1."""
    return ctx.root / ".release" / branch.replace("/", "-")


def commits_named(ctx: Context, names: Sequence[str]) -> list[str]:
    """Return the commits that are meant, in the order given; raise ReleaseError for a name that none has."""
    found = []
    for name in names:
        commit = ctx.git.commit_of(name)
        if commit is None:
            raise ReleaseError(
                f"cannot pick {name}",
                why="this clone has no such commit",
                run=f"git fetch {ctx.config.remote} && git log --oneline",
            )
        found.append(commit)
    return found


def pick(ctx: Context, branch: str, start: str, commits: Sequence[str], again: str) -> Path:
    """Bring commits onto a branch, made from `start` where it is not there, and return its working tree.

    All of them are tried apart first, so that a kill leaves nothing. Raises ReleaseError for a conflict, with git amid
    the cherry-pick in that working tree; `again` is the command that goes on then.
    """
    _clear_half_made(ctx, branch)
    head = ctx.git.commit_of(f"refs/heads/{branch}") or start
    left = [commit for commit in commits if not is_in(ctx.git, commit, head)]
    with ctx.git.checkout(head) as path:
        clean = not left or cherry_pick(ctx.git, path, left)
        picked = ctx.git.read("rev-parse", "HEAD", cwd=path)
    _move(ctx.git, branch, picked if clean else head)
    place = work_on(ctx, branch)
    if not clean and not cherry_pick(ctx.git, place, left):
        raise _unfinished(ctx, place, again)
    return place


def is_in(git: Git, commit: str, head: str) -> bool:
    """Return whether a history has a commit already: itself, by the note of a cherry-pick, or as the same change."""
    if git.contains(head, commit):
        return True
    bodies = git.read("log", "--format=%H%x00%b%x01", head, f"^{commit}", "--").split("\1")
    rows = [row.strip().split("\0", 1) for row in bodies if "\0" in row]
    patch = patch_of(git, commit)
    return any(commit in PICKED.findall(body) or (patch and patch_of(git, own) == patch) for own, body in rows)


def cherry_pick(git: Git, place: Path, commits: Sequence[str]) -> bool:
    """Cherry-pick commits, merges against their first parents; return whether all went in."""
    merges = [bool(git.commit_of(f"{commit}^2")) for commit in commits]
    if any(merges) and not all(merges):
        raise ReleaseError(
            "cannot pick merges together with other commits",
            why="git cherry-picks a merge with --mainline 1, which other commits do not accept",
            run="the same command with the merges alone, then with the others",
        )
    mainline = ["--mainline=1"] if all(merges) else []
    return _passed(git, place, git.try_to("cherry-pick", "-x", *mainline, *commits, cwd=place))


def _passed(git: Git, place: Path, said: Completed) -> bool:
    """Return whether a cherry-pick came to its end; a change that is there already is passed over."""
    while said.code != 0 and picking(git, place) and not _changed(git, place):
        said = git.try_to("cherry-pick", "--skip", cwd=place)
    return said.code == 0


def _changed(git: Git, place: Path) -> bool:
    return git.read("status", "--porcelain", "--untracked-files=no", cwd=place) != ""


def _move(git: Git, branch: str, commit: str) -> None:
    """Let a branch be at a commit; it is made where it is missing, and moved forward only."""
    here = git.commit_of(f"refs/heads/{branch}")
    if here is None:
        git.change("update-ref", f"refs/heads/{branch}", commit, "")
    elif here != commit:
        git.forward(branch, commit)


def work_on(ctx: Context, branch: str) -> Path:
    """Return the working tree of a branch, made where there is none."""
    _clear_half_made(ctx, branch)
    place = ctx.git.place_of(branch)
    if place and place.is_dir():
        return place
    place = place_for(ctx, branch)
    own_folder(ctx.root)
    ctx.git.change("worktree", "add", "--quiet", "--lock", place, branch)
    ctx.git.change("worktree", "unlock", place)
    return place / ctx.git.inside


def _clear_half_made(ctx: Context, branch: str) -> None:
    """Remove the working tree of a branch whose making was cut off by a kill: nobody has worked there yet.

    Raises ReleaseError for a folder in its place that may hold somebody's work.
    """
    place = place_for(ctx, branch)
    if _half_made(ctx.git, place):
        ctx.git.change("worktree", "unlock", place)
        if place.exists():
            shutil.rmtree(place)
    elif place.exists() and ctx.git.place_of(branch) is None:
        where = shlex.quote(shown(ctx, place))
        raise ReleaseError(
            f"cannot work on {branch}",
            why=f"{shown(ctx, place)} is not on {branch}: a rebase is in progress, or it was switched by hand",
            run=f"git -C {where} status      (finish it, or git worktree remove --force {where})",
        )
    ctx.git.change("worktree", "prune")


def _half_made(git: Git, place: Path) -> bool:
    """Return whether the making of one of our working trees was cut off: it is locked until it is complete."""
    entries = git.read("worktree", "list", "--porcelain", "-z").split("\0\0")
    rows = next((entry.split("\0") for entry in entries if entry.startswith(f"worktree {place}\0")), [])
    return any(row.startswith("locked") for row in rows)


def go_on(ctx: Context, place: Path, again: str) -> None:
    """Finish a cherry-pick whose conflicts were resolved; raise ReleaseError while some are not."""
    if not picking(ctx.git, place):
        return
    left = unmerged(ctx.git, place)
    if left:
        raise ReleaseError(
            f"cannot continue in {shown(ctx, place)}",
            why=f"unresolved conflicts in {', '.join(left)}",
            run=f"cd {shlex.quote(shown(ctx, place))} && git status      (resolve, git add, then {again})",
        )
    if not _passed(ctx.git, place, ctx.git.try_to("-c", "core.editor=true", "cherry-pick", "--continue", cwd=place)):
        raise _unfinished(ctx, place, again)


def picking(git: Git, place: Path) -> bool:
    """Return whether a cherry-pick is open in a working tree."""
    return git.ask("rev-parse", "--quiet", "--verify", "CHERRY_PICK_HEAD", cwd=place).code == 0


def unmerged(git: Git, place: Path) -> list[str]:
    """Return the paths of a working tree that conflict."""
    names = git.read("diff", "--name-only", "--diff-filter=U", "-z", cwd=place).split("\0")
    return sorted({git.relative(name) for name in names if name})


def shown(ctx: Context, place: Path) -> str:
    """Return a folder as a person types it."""
    return str(place.relative_to(ctx.root)) if place.is_relative_to(ctx.root) and place != ctx.root else str(place)


def leave(git: Git, branch: str) -> None:
    """Remove the working tree that was made for a branch; one of the owner's stays."""
    place = git.place_of(branch)
    if place and place.is_relative_to(git.folder().parent / git.inside / ".release"):
        git.change("worktree", "remove", "--force", git.read("rev-parse", "--show-toplevel", cwd=place))


def _unfinished(ctx: Context, place: Path, again: str) -> ReleaseError:
    """Return the refusal that says how to go on after a cherry-pick stopped."""
    subject = ctx.git.ask("show", "--no-patch", "--format=%h %s", "CHERRY_PICK_HEAD", cwd=place).out.strip()
    paths = unmerged(ctx.git, place)
    why = f"it conflicts in {', '.join(paths)}" if paths else "git stopped: a hook refused, or signing failed"
    return ReleaseError(
        f"cannot pick {subject} automatically",
        why=f"{why}; the cherry-pick is in progress in {shown(ctx, place)}",
        run=f"cd {shlex.quote(shown(ctx, place))} && git status      (resolve, git add, then {again})",
    )
