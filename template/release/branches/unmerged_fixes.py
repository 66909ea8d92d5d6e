"""Debts: fixes that were made on a line or as a hotfix, and are not where they have to come back to."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, RELEASE
from release.base.changelog import has_section
from release.base.first_few import names_of
from release.branches.release_merge import TooOld, merge
from release.context import Context
from release.repository.commit_diff import PICKED, beyond_version_and_notes, reverts
from release.values.version_numbers import series


@dataclass(frozen=True)
class Debt:
    """What a branch lacks of a line or of a release: {commit: subject}, oldest first."""

    source: str
    branch: str
    missing: dict[str, str]

    def __str__(self) -> str:
        told = names_of([f"{commit[:7]} {subject}" for commit, subject in self.missing.items()], 3)
        return f"{self.branch} lacks of {self.source}: {told}"


def debts(ctx: Context, branch: str) -> list[Debt]:
    """Return what has to come back to a branch: to the main one from all others, to a line from older releases."""
    on_remote = ctx.git.remote_refs(ctx.config.remote).branches.get(branch)
    if on_remote is None or not _have(ctx, on_remote, branch):
        return []
    found: list[Debt] = []
    for source, commit in _sources(ctx, branch, on_remote).items():
        missing = _missing(ctx, on_remote, commit) | _untold(ctx, on_remote, source, commit)
        told = {each for debt in found for each in debt.missing}
        left = {each: subject for each, subject in missing.items() if each not in told}
        if left and not _brings_nothing(ctx, on_remote, source, commit):
            found.append(Debt(source, branch, left))
    return found


def _have(ctx: Context, commit: str, ref: str) -> bool:
    """Return whether this clone has a commit of the remote; what it lacks is fetched, without moving any ref."""
    if ctx.git.commit_of(commit) is None:
        ctx.git.obtain(ctx.config.remote, ref)
    return ctx.git.commit_of(commit) is not None


def _sources(ctx: Context, branch: str, on_remote: str) -> dict[str, str]:
    """Return {name: commit} of the final releases, then the lines, outside of a branch, that have to come back to it.

    A release that another one has in its history comes with that one.
    """
    refs, config = ctx.git.remote_refs(ctx.config.remote), ctx.config
    merged = _merged(ctx.git, on_remote)
    line = config.line_of(branch)
    newest = Version(line) if line else None
    tags: dict[str, str] = {}
    for tag, commit in refs.tags.items():
        if commit in merged:
            continue
        version = config.version_of(tag)
        if version and not version.is_prerelease and (newest is None or Version(series(version)) <= newest):
            tags[tag] = commit

    def owing(found: dict[str, str]) -> dict[str, str]:
        return {
            name: commit
            for name, commit in found.items()
            if _have(ctx, commit, name) and not ctx.git.contains(on_remote, commit) and _ours(ctx, name, commit)
        }

    tags = owing(tags)
    last = {
        tag: commit
        for tag, commit in tags.items()
        if not any(other != commit and ctx.git.contains(other, commit) for other in tags.values())
    }
    return last | owing({} if line else {name: refs.branches[name] for name in ctx.lines().values()})


def _merged(git: Git, on_remote: str) -> set[str]:
    """Return the commits of the tags here that a branch has: one question for all, where one for each would be slow."""
    return set(git.tags(merged=on_remote).values())


def _ours(ctx: Context, name: str, commit: str) -> bool:
    """Return whether a line was frozen, or a tag made, by this process: what was before it owes nothing."""
    version = ctx.config.version_of(name)
    if version:
        return (
            ctx.git.read("log", "-1", f"--format=%(trailers:key={ctx.git.key(RELEASE)},valueonly)", commit).strip()
            != ""
        )
    return any(
        value == f"{FROZEN}: {ctx.config.line_of(name)}" for _, value in ctx.git.marks.trailers((FROZEN,), commit)
    )


def _missing(ctx: Context, on_remote: str, source: str) -> dict[str, str]:
    """Return the changes of `source` that `there` does not have: by patch id, or by the note of a cherry-pick (-x)."""
    shown = f"--format=%x01%H%x00%s%x00%(trailers:key={ctx.git.key(FROZEN)},valueonly)%x00%b"
    span = f"{on_remote}...{source}"
    rows = ctx.git.read("log", "--reverse", "--no-merges", "--cherry-pick", "--right-only", shown, span, "--")
    picked = set(PICKED.findall(ctx.git.read("log", "--format=%b", "--grep=cherry picked from", on_remote, "--")))
    found = {}
    mine = {row.split("\0", 1)[0] for row in rows.split("\1") if row}
    reverted = {each for commit in mine if (each := reverts(ctx.git, commit))}
    for row in filter(None, rows.split("\1")):
        commit, subject, frozen, body = row.split("\0", 3)
        origins = [origin for origin in PICKED.findall(body) if ctx.git.commit_of(origin)]
        back = commit in picked or any(ctx.git.contains(on_remote, origin) for origin in origins)
        undone = commit in reverted or reverts(ctx.git, commit) in mine
        if not back and not undone and not frozen.strip() and beyond_version_and_notes(ctx, f"{commit}^", commit):
            found[commit] = subject
    return found


def _untold(ctx: Context, on_remote: str, source: str, commit: str) -> dict[str, str]:
    """Return the release itself where the changelog does not tell of it."""
    version = ctx.config.version_of(source)
    path = ctx.project.notes.changelog
    if version is None:
        return {}
    theirs, mine = ctx.git.file_at(commit, path) or "", ctx.git.file_at(on_remote, path) or ""
    told = has_section(mine, version) or not has_section(theirs, version)
    return {} if told else {commit: f"the notes of {version} in {path}"}


def _brings_nothing(ctx: Context, on_remote: str, source: str, commit: str) -> bool:
    """Return whether merging a release would change nothing: what a request has brought back, squashed."""
    version = ctx.config.version_of(source)
    try:
        merged = merge(ctx, on_remote, commit, version) if version else None
    except TooOld:
        return False  # a git that cannot tell
    return (
        merged is not None
        and not merged.conflicts
        and merged.tree == ctx.git.read("rev-parse", f"{on_remote}^{{tree}}")
    )


def owed_by(ctx: Context, version: Version) -> list[str]:
    """Return the branches that a release of `version` has to come back to: main, and the lines from its own on."""
    own = Version(series(version))
    later = [branch for line, branch in ctx.lines().items() if Version(line) >= own]
    return [ctx.config.branch, *later]
