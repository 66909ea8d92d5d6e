"""What lies between two commits: all that differs beyond the version and the notes."""

from __future__ import annotations

import re

from release.config.pyproject import parse_project
from release.context import Context

PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{40,64})\)")  # what `git cherry-pick -x` writes
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{40,64})")


def changed_paths(ctx: Context, before: str, after: str) -> list[str]:
    """Return the paths that differ between two commits."""
    listing = ctx.git.read("diff", "--name-only", "--no-renames", "--relative", "-z", before, after, "--")
    return [path for path in listing.split("\0") if path]


def is_note(ctx: Context, path: str) -> bool:
    """Return whether a path is the changelog or a fragment."""
    notes = ctx.project.notes
    return path == notes.changelog or any(path.startswith(f"{each}/") for each in notes.folders)


def beyond_version_and_notes(ctx: Context, before: str, after: str) -> list[str]:
    """Return the paths that differ by more than the version that each of the commits has, and are no notes."""
    paths = [path for path in changed_paths(ctx, before, after) if not is_note(ctx, path)]
    old, new = version_at(ctx, before), version_at(ctx, after)
    if old is None or new is None:
        return paths
    return [path for path in paths if not _same_but(ctx, path, (before, old), (after, new))]


def _same_but(ctx: Context, path: str, before: tuple[str, str], after: tuple[str, str]) -> bool:
    """Return whether a file is the same in both, once the lines that say the version are put aside."""
    texts = []
    for commit, version in (before, after):
        mode = ctx.git.read("ls-tree", "--format=%(objectmode)", commit, "--", path)
        text = ctx.git.file_at(commit, path)
        if text is None:
            return False
        texts.append((mode, naming(version).sub("", text)))
    return texts[0] == texts[1]


def naming(version: str) -> re.Pattern[str]:
    """Return the pattern of a version where a text names it: 1.2.0, but not the beginning of 1.2.0.1."""
    return re.compile(rf"(?<![\w.]){re.escape(version)}(?![\w.])")


def reverts(ctx: Context, commit: str) -> str | None:
    """Return the commit that this one takes back, exactly as `git revert` does; None for any other.

    A merge is taken back against its first parent, by `git revert --mainline 1`.
    """
    said = _REVERTS.search(ctx.git.read("show", "--no-patch", "--format=%b", commit))
    undone = said and ctx.git.commit_of(said[1])
    if not undone:
        return None
    back = ctx.git.read("diff", "--no-textconv", "--no-ext-diff", undone, f"{undone}^", "--")
    mine = patch_of(ctx, commit)
    return undone if mine is not None and _patch_id(ctx, back) == mine else None


def patch_of(ctx: Context, commit: str) -> str | None:
    """Return the patch id of a commit, by which a cherry-pick is the same change; None for a merge or no change."""
    return _patch_id(
        ctx, ctx.git.look("diff-tree", "-p", "--no-textconv", "--no-ext-diff", "--root", commit).require().out
    )


def _patch_id(ctx: Context, patch: str) -> str | None:
    said = ctx.git.ask("patch-id", "--stable", given=patch).require().out.split()
    return said[0] if said else None


def version_at(ctx: Context, commit: str) -> str | None:
    """Return the version that pyproject.toml says in a commit; None where the build backend finds it."""
    return parse_project(ctx.git.file_at(commit, "pyproject.toml") or "").version
