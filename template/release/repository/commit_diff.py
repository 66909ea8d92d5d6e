"""What lies between two commits: all that differs beyond the version and the notes."""

from __future__ import annotations

import hashlib
import re
from typing import TypeGuard

from packaging.version import InvalidVersion, Version

from release.adapters.git.git_repository import Git
from release.config.pyproject import stated_version
from release.context import Context

PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{40,64})\)")  # what `git cherry-pick -x` writes
_EXACTLY = ("--binary", "--no-textconv", "--no-ext-diff", "--ignore-submodules=none")
_SUBMODULE = "160000"  # the mode of a folder that is another repository
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{40,64})")


def changed_paths(git: Git, before: str, after: str) -> list[str]:
    """Return the paths that differ between two commits."""
    words = ("diff", "--name-only", "--no-renames", "--ignore-submodules=none", "--relative", "-z")
    listing = git.read(*words, before, after, "--")
    return [path for path in listing.split("\0") if path]


def is_note(ctx: Context, path: str) -> bool:
    """Return whether a path is the changelog, or among the fragments and no template that towncrier would run."""
    notes = ctx.project.notes
    among = any(path.startswith(f"{each}/") for each in notes.folders)
    return path == notes.changelog or (among and not path.endswith((".jinja", ".jinja2", ".j2")))


def beyond_version_and_notes(ctx: Context, before: str, after: str) -> list[str]:
    """Return the paths that differ by more than the version that each of the commits has, and are no notes."""
    paths = [path for path in changed_paths(ctx.git, before, after) if not is_note(ctx, path)]
    old, new = version_at(ctx.git, before), version_at(ctx.git, after)
    if not _is_version(old) or not _is_version(new):
        return paths
    return [path for path in paths if not _same_but(ctx.git, path, (before, old), (after, new))]


def _is_version(text: str | None) -> TypeGuard[str]:
    """Return whether a text is a version that cannot be taken for a number, or for code."""
    try:
        return text is not None and "." in str(Version(text))
    except InvalidVersion:
        return False


def _same_but(git: Git, path: str, before: tuple[str, str], after: tuple[str, str]) -> bool:
    """Return whether a file differs only in lines that have the new version where they had the old one."""
    found = []
    for commit, _ in (before, after):
        mode = git.mode_at(commit, path)
        text = None if mode == _SUBMODULE else git.file_at(commit, path)
        if text is None:
            return False
        found.append((mode, text.splitlines(keepends=True)))
    (mode, old), (new_mode, new) = found
    pattern = naming(before[1])
    pairs = zip(old, new, strict=False)
    same = all(first == second or pattern.sub(after[1], first) == second for first, second in pairs)
    return mode == new_mode and len(old) == len(new) and same


def naming(version: str) -> re.Pattern[str]:
    """Return the pattern of a version where a text names it: 1.2.0, but not the beginning of 1.2.0.1."""
    return re.compile(rf"(?<![\w.]){re.escape(version)}(?![\w.])")


def reverts(git: Git, commit: str) -> str | None:
    """Return the commit that this one takes back, exactly as `git revert` does; None for any other.

    A merge is taken back against its first parent, by `git revert --mainline 1`.
    """
    said = _REVERTS.search(git.read("show", "--no-patch", "--format=%b", commit))
    undone = said and git.commit_of(said[1])
    if not undone:
        return None
    back = git.read("diff", *_EXACTLY, undone, f"{undone}^", "--")
    mine = patch_of(git, commit)
    exactly = mine is not None and _patch_id(back) == mine and _brings(git, (undone, f"{undone}^"), commit)
    return undone if exactly else None


def is_pick_of(git: Git, commit: str, picked: str) -> bool:
    """Return whether cherry-picking a commit gives exactly another one: a patch alone does not say at which place."""
    return git.commit_of(f"{picked}^") is not None and _brings(git, (f"{picked}^", picked), commit)


def _brings(git: Git, change: tuple[str, str], commit: str) -> bool:
    """Return whether git brings a change (from, to) onto the parent of a commit as this one has it.

    As `git cherry-pick` and `git revert` do: a merge with what the change begins at as its base. A git that cannot
    merge without a working tree (before 2.38) leaves it at the patch.
    """
    base = _bare_commit(git, change[0])
    ours, theirs = (_bare_commit(git, each, base) for each in (f"{commit}^", change[1]))
    said = git.ask("merge-tree", "--write-tree", "--no-messages", ours, theirs)
    if said.code not in (0, 1):
        return True
    return said.code == 0 and said.out.split()[0] == git.read("rev-parse", f"{commit}^{{tree}}")


def _bare_commit(git: Git, of: str, *parents: str) -> str:
    """Return a commit, on no branch, with the files of another one and these parents."""
    who = ("-c", "user.name=keelway", "-c", "user.email=keelway@localhost")
    above = (word for parent in parents for word in ("-p", parent))
    return git.read(*who, "commit-tree", "-m", "-", *above, f"{of}^{{tree}}")


def patch_of(git: Git, commit: str) -> str | None:
    """Return the id of the patch of a commit, by which a cherry-pick is the same change; None for a merge or no change.

    White space counts, which `git patch-id` leaves out: in Python it decides what belongs to an `if`.
    """
    words = ("diff-tree", "-p", "--no-commit-id", "--root", *_EXACTLY, commit)
    return _patch_id(git.look(*words).require().out)


def _patch_id(patch: str) -> str | None:
    lines = [line for line in patch.rstrip("\n").split("\n") if not line.startswith(("index ", "@@ "))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if patch.strip() else None


def version_at(git: Git, commit: str) -> str | None:
    """Return the version that pyproject.toml says in a commit; None where the build backend finds it."""
    return stated_version(git.file_at(commit, "pyproject.toml") or "")
