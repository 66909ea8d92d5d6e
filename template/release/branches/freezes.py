"""Frozen branches: since when, which exceptions were granted, and which commits should not have come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, RELEASE, THAWED
from release.approvals.decision_records import Person, Record, records
from release.approvals.stage_approvals import signs, why_not_counted
from release.approvals.two_people import why_alone
from release.base.errors import ReleaseError
from release.branches.freeze_roles import FREEZING
from release.branches.merge_content import beyond_merged
from release.branches.merged_finals import finals_at
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


def frozen_since(ctx: Context, line: str, at: str) -> str | None:
    """Return the commit that froze a line, in the history of `at`; None when it never was, or was thawed.

    A freeze counts wherever it stands in the history: a merge with its parents exchanged, which is an ordinary push,
    takes it off the first-parent history. Of several since the last thaw the oldest: a second freeze forgives nothing.
    """
    marks = ctx.git.marks.trailers((FROZEN, THAWED), at, anywhere=True)
    of_line = [(commit, trailer) for commit, trailer in marks if trailer.endswith(f": {line}")]
    left = [commit for commit, trailer in of_line if trailer == f"{FROZEN}: {line}"]
    thaws = [commit for commit, trailer in of_line if trailer == f"{THAWED}: {line}"]
    for thaw in _by_age(ctx.git, thaws) if left else ():
        before = [freeze for freeze in left if ctx.git.contains(thaw, freeze)]
        if before and _ends(ctx, line, thaw, _oldest(ctx.git, before, at), at):
            left = [freeze for freeze in left if freeze not in before]
    return _oldest(ctx.git, left, at) if left else None


def _by_age(git: Git, commits: Sequence[str]) -> list[str]:
    """Return commits so that none stands before one of its history; their dates are what their authors wrote."""
    return sorted(commits, key=lambda each: sum(git.contains(each, other) for other in commits))


def _oldest(git: Git, freezes: Sequence[str], at: str) -> str:
    """Return the freeze that has no other one in its history; of several, that after which most came in."""
    if len(freezes) == 1:
        return freezes[0]
    first = [each for each in freezes if not any(git.contains(each, other) for other in freezes if other != each)]
    after = {each: git.read("rev-list", "--count", "--first-parent", f"{each}..{at}", "--") for each in first}
    return max(first, key=lambda each: int(after[each]))


def _ends(ctx: Context, line: str, thaw: str, since: str, at: str) -> bool:
    """Return whether a thaw ends a freeze: it changes no file, and a role that decides says so in a record.

    Where no role decides, it has to stand on the branch itself.
    """
    if ctx.git.marks.changed_by(thaw):
        return False
    return _may_thaw(ctx, line, since) if ctx.config.stage(FREEZING).roles else ctx.git.marks.on_branch(thaw, at)


def thaw_name(line: str, since: str, person: Person) -> str:
    """Return the name of the record by which a freeze is ended, known by its commit."""
    return f"thaws/{line}/{since[:12]}/{person.slug}"


def why_no_thaw(ctx: Context, line: str, record: Record) -> str:
    """Return why a record ends no freeze; empty when it does."""
    return _why_not_decided(ctx, record, thaw_name(line, record.commit, record.by))


def _may_thaw(ctx: Context, line: str, since: str) -> bool:
    """Return whether a holder of a role that decides about a freeze has said that it ends."""
    found = [each for each in records(ctx, f"thaws/{line}/") if each.commit == since]
    return any(not why_no_thaw(ctx, line, each) for each in found)


def exception_name(line: str, commit: str, person: Person) -> str:
    """Return the name of an exception's record."""
    return f"exceptions/{line}/{commit[:12]}/{person.slug}"


def exceptions(ctx: Context, line: str) -> list[Record]:
    """Return the exceptions of a line that count: granted in the role that decides, and signed where approvals are."""
    return [each for each in records(ctx, f"exceptions/{line}/") if not why_no_exception(ctx, line, each)]


def why_no_exception(ctx: Context, line: str, record: Record) -> str:
    """Return why an exception does not count; empty when it does."""
    name = exception_name(line, record.commit, record.by)
    return _why_not_decided(ctx, record, name) or why_alone(ctx, name, record.by.email)


def _why_not_decided(ctx: Context, record: Record, name: str) -> str:
    """Return why a record decides nothing about a freeze; empty when it does."""
    roles, role = ctx.config.stage(FREEZING).roles, record.facts.get("Role", "")
    if roles and role not in roles:
        return f"only {' or '.join(roles)} may decide that"
    return why_not_counted(ctx, record, name, role, signed=signs(ctx.config))


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
    return any(_released(ctx, each, commit) for each in finals_at(ctx, line, commit))


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
        return f"it adds a fragment of the type {', '.join(wrong)}; allowed: {', '.join(sorted(allowed))}"
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
        count = "more than one" if frozen else "no"
        why = f"{wanted} is not frozen" if wanted else f"{count} release branch is frozen"
        other = f"the same command with --line {frozen[-1]}" if frozen else "inv freeze minor"
        run = "inv status      (shows which branches are frozen)" if wanted else other
        raise ReleaseError("cannot choose the freeze", why=why, run=run)
    return wanted
