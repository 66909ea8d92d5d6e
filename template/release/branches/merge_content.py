"""What a merge brings beyond what it merges: what a merge commit says itself is a change as any other."""

from __future__ import annotations

from collections.abc import Sequence

from release.adapters.git.git_repository import Git
from release.context import Context
from release.repository.commit_diff import changed_paths, is_note


def beyond_merged(ctx: Context, before: str, merge: str, others: Sequence[str], trees: Sequence[str] = ()) -> str:
    """Return which paths a merge changes differently from the merged commits; empty for an honest one.

    A path may be as git merges it (or as in one of `trees`), as on the other side, or, where it conflicts, of lines
    that either side has. Notes are put right by hand.
    """
    git = ctx.git
    merged, conflicts = _merged(git, before, others)
    honest = [*([merged] if merged else []), *trees]
    theirs = {path for other in others for path in changed_paths(git, git.read("merge-base", before, other), other)}
    strange, own = [], []
    for path in changed_paths(git, before, merge):
        entry = _entry(git, merge, path)
        if any(_entry(git, tree, path) == entry for tree in honest if path not in conflicts or tree in trees):
            continue
        if path not in theirs:
            strange.append(path)
        elif not is_note(ctx, path) and all(_entry(git, other, path) != entry for other in others):
            free = path in conflicts or not merged
            own += [] if free and _of_the_sides(git, path, merge, (before, *others)) else [path]
    if strange:
        return f"it changes {', '.join(strange[:3])}, which none of the merged commits changed"
    return f"it changes {', '.join(own[:3])} differently from the merged commits" if own else ""


def _merged(git: Git, before: str, others: Sequence[str]) -> tuple[str, set[str]]:
    """Return the tree that git makes of a merge, and the paths that conflict in it; no tree where it cannot tell."""
    if len(others) != 1:
        return "", set()
    words = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", before, others[0])
    said = git.ask(*words)
    if said.code not in (0, 1):
        return "", set()
    tree, *conflicts = filter(None, said.out.split("\0"))
    return tree, set(map(git.relative, conflicts))


def _entry(git: Git, commit: str, path: str) -> str:
    """Return mode, kind and id of a path in a commit or tree; empty where it has none."""
    return git.read("ls-tree", commit, "--", path).partition("\t")[0]


def _of_the_sides(git: Git, path: str, merge: str, sides: Sequence[str]) -> bool:
    """Return whether every line of a file is on one of the sides, and its mode as well."""
    text = git.file_at(merge, path)
    texts = [git.file_at(side, path) or "" for side in sides]
    modes = {_entry(git, side, path).partition(" ")[0] for side in sides}
    known = {line for each in texts for line in each.splitlines()}
    return text is None or (_entry(git, merge, path).partition(" ")[0] in modes and set(text.splitlines()) <= known)
