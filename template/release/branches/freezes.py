"""Frozen branches: which commits a freeze does not let in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import RELEASE
from release.approvals.signature_check import why_not_signed_by
from release.base.errors import ReleaseError
from release.branches.freeze_decisions import exceptions, frozen_since
from release.branches.merge_content import beyond_merged
from release.branches.release_merge import TooOld
from release.branches.release_merge import merge as merge_release
from release.context import Context
from release.repository.commit_diff import (
    beyond_version_and_notes,
    changed_paths,
    is_note,
    is_pick_of,
    patch_of,
    reverts,
)
from release.values.release import Release
from release.values.version_numbers import series
from release.versioning.release_commit import why_not_ours

WITHOUT = "without a fragment of"


@dataclass(frozen=True)
class Offender:
    """A commit that a freeze does not let in, and why."""

    commit: str
    subject: str
    why: str

    def __str__(self) -> str:
        return f"{self.commit[:7]} {self.subject}: {self.why}"


def offenders(ctx: Context, line: str, since: str, until: str) -> list[Offender]:
    """Return the commits after `since` up to `until` that the freeze of a line does not let in, oldest first.

    A merge counts as one change, against the line that it was made on.
    """
    rows = ctx.git.read("log", "--first-parent", "--reverse", "--format=%H%x00%P%x00%s", f"{since}..{until}", "--")
    granted = {each.commit for each in exceptions(ctx, line)}
    patches = {commit: patch for commit in granted if (patch := patch_of(ctx.git, commit))}
    found: list[Offender] = []
    noted = False  # whether the next change may go without a fragment: one that came alone tells of it
    for row in reversed([row for row in rows.splitlines() if row]):
        commit, parents, subject = row.split("\0")
        first, *others = parents.split()
        if commit in granted or _is_picked(ctx.git, commit, patches):
            continue
        why = _why_not_merged(ctx, line, first, commit, others, granted) if others else _why_not(ctx, first, commit)
        if why and not (noted and WITHOUT in why):
            found.append(Offender(commit, subject, why))
        noted = not why and _is_a_note(ctx, first, commit)
    found.reverse()
    gone = _taken_back(ctx.git, since, until) if found else set()
    return [each for each in found if each.commit not in gone]


def _is_picked(git: Git, commit: str, patches: Mapping[str, str]) -> bool:
    """Return whether a commit is a cherry-pick of one of those whose patches are given, at its very place."""
    patch = patch_of(git, commit) if patches else None
    return any(patch == own and is_pick_of(git, commit, picked) for picked, own in patches.items())


def _taken_back(git: Git, since: str, until: str) -> set[str]:
    """Return the changes since a freeze that were reverted, and the reverts; what a revert of a revert brings stays."""
    words = ("log", "--first-parent", "--format=%H", "--grep=This reverts commit", f"{since}..{until}", "--")
    gone: set[str] = set()
    for commit in git.read(*words).split():  # newest first
        undone = None if commit in gone else reverts(git, commit)
        if undone and not git.contains(since, undone):
            gone |= {commit, undone}
    return gone


def _is_a_note(ctx: Context, before: str, after: str) -> bool:
    """Return whether a change is a fragment and nothing else, as `inv note` commits it."""
    paths = changed_paths(ctx.git, before, after)
    return bool(paths) and all(is_note(ctx, path) for path in paths) and bool(_kinds(ctx, before, after))


def _why_not_merged(ctx: Context, line: str, before: str, merge: str, others: Sequence[str], granted: set[str]) -> str:
    """Return why a merge may not enter: a hotfix may come back, and what was let in is no licence for the rest."""
    if all(map(partial(_is_final, ctx, line), others)):
        return beyond_merged(ctx, before, merge, others, list(_put_right(ctx, before, others)))
    parts = ctx.git.read("rev-list", "--no-merges", "--reverse", f"{before}..{merge}", "--").split()
    if not granted & set(parts):
        return _why_not(ctx, before, merge)
    whys = (_why_not(ctx, f"{part}^", part) for part in parts if part not in granted)
    return beyond_merged(ctx, before, merge, others) or next(filter(None, whys), "")


def _put_right(ctx: Context, before: str, others: Sequence[str]) -> Iterator[str]:
    """Yield the trees that `inv merge-back` makes of the merge of a final, with version and notes put right."""
    tags = ctx.git.remote_refs(ctx.config.remote).tags
    for other in others:
        named = (ctx.config.version_of(tag) for tag, commit in tags.items() if commit == other)
        for version in filter(None, named):
            with suppress(TooOld):
                yield merge_release(ctx, before, other, version).tree


def _is_final(ctx: Context, line: str, commit: str) -> bool:
    """Return whether a commit is a final release of this line or of an older one, not only tagged as one."""
    newest = Version(line)
    refs = ctx.git.remote_refs(ctx.config.remote)
    tags = [tag for tag, tagged in refs.tags.items() if tagged == commit != refs.tag_objects.get(tag, commit)]
    tags = [tag for tag in tags if not ctx.config.signed_tags or _is_signed(ctx, refs.tag_objects[tag])]
    versions = [each for tag in tags if (each := ctx.config.version_of(tag)) and not each.is_prerelease]
    return any(Version(series(each)) <= newest and _released(ctx, each, commit) for each in versions)


def _is_signed(ctx: Context, tag: str) -> bool:
    """Return whether a tag object, which this clone has, is signed by the address that it bears."""
    found = re.search(r"^tagger .*<([^>]*)> \d+", ctx.git.look("cat-file", "tag", tag).out, re.MULTILINE)
    return found is not None and not why_not_signed_by(ctx, tag, found[1])


def _released(ctx: Context, version: Version, commit: str) -> bool:
    """Return whether a commit is what a release of a version makes."""
    release = Release(ctx.project.canonical, version, ctx.line, ctx.config.tag_of(version))
    marked = ctx.git.marks.commit_with(RELEASE, str(version), commit) == commit
    return marked and not why_not_ours(ctx.taking(release), commit)


def _why_not(ctx: Context, before: str, after: str) -> str:
    """Return why the change between two commits may not enter; empty when it may."""
    allowed = {*ctx.config.freeze.types, ctx.project.notes.mending}
    kinds = _kinds(ctx, before, after)
    wrong = sorted(kinds - allowed)
    if wrong:
        return f"it brings a fragment of the type {', '.join(wrong)}; allowed: {', '.join(sorted(allowed))}"
    if kinds:
        return ""
    paths = [path for path in beyond_version_and_notes(ctx, before, after) if not _free(ctx, path)]
    return f"it changes {', '.join(paths[:3])} {WITHOUT} {', '.join(sorted(allowed))}" if paths else ""


def _kinds(ctx: Context, before: str, after: str) -> set[str]:
    """Return the types of the fragments that a change brings; one that was only renamed keeps its old type, too."""
    notes = ctx.project.notes
    words = ("diff", "--name-only", "--no-renames", "--relative", "-z", before, after, "--", *notes.folders)
    added = ctx.git.read(*words[:2], "--diff-filter=A", *words[2:]).split("\0")
    taken = ctx.git.read(*words[:2], "--diff-filter=D", *words[2:]).split("\0")
    added = [path for path in added if path and not ctx.git.is_link(after, path)]
    texts = {ctx.git.file_at(after, path) for path in added}
    renamed = [path for path in taken if path and ctx.git.file_at(before, path) in texts]
    found = set()
    for path, commit in (*((each, after) for each in added), *((each, before) for each in renamed)):
        try:
            fragment = notes.fragment(path, ctx.git.file_at(commit, path) or "") if notes.holds(path) else None
        except ReleaseError:
            continue  # what towncrier does not read
        found |= {fragment.kind} if fragment else set()
    return found


def _free(ctx: Context, path: str) -> bool:
    """Return whether a path may change without a fragment; a pattern without a slash is for the top level alone."""
    return is_note(ctx, path) or any(
        path == free
        or path.startswith(f"{free.rstrip('/')}/")
        or (fnmatchcase(path, free) and ("/" in free or "/" not in path))
        for free in ctx.config.freeze.free
    )


def frozen_line(ctx: Context, line: str) -> str:
    """Return the frozen line that is meant: that named, that checked out, or the only one."""
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    for branch in ctx.lines().values():
        ctx.git.bring(ctx.config.remote, branch)
    frozen = [each for each, branch in ctx.lines().items() if frozen_since(ctx, each, branches[branch])]
    wanted = line or ctx.config.line_of(ctx.line) or (frozen[0] if len(frozen) == 1 else "")
    if wanted not in frozen:
        why = f"{wanted} is not frozen" if wanted else "more than one line is frozen" if frozen else "no line is frozen"
        other = f"the same command with --line {frozen[-1]}" if frozen else "inv freeze minor"
        run = "inv status      (shows which branches are frozen)" if wanted else other
        raise ReleaseError("cannot tell which freeze is meant", why=why, run=run)
    return wanted
