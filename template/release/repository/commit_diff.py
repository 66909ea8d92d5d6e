"""What lies between two commits: all that differs beyond the version and the notes."""

from __future__ import annotations

import hashlib
import re
from typing import TypeGuard

from packaging.version import InvalidVersion, Version

from release.adapters.git.git_repository import Git
from release.config.pyproject import parse_project
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
        mode = git.read("ls-tree", "--format=%(objectmode)", commit, "--", path)
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
    return undone if mine is not None and _patch_id(back) == mine else None


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
    return parse_project(git.file_at(commit, "pyproject.toml") or "").version
