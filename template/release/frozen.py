"""Frozen lines: since when, which exceptions were granted, and which commits should not have come in."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from release.changes import beyond_version_and_notes, is_note, patch_of
from release.context import FROZEN, THAWED, Context
from release.errors import ReleaseError
from release.model import parse_fragment
from release.records import Record, records


@dataclass(frozen=True)
class Offender:
    """A commit that a freeze does not let in, and why."""

    commit: str
    subject: str
    why: str

    def __str__(self) -> str:
        return f"{self.commit[:7]} {self.subject}: {self.why}"


def lines(ctx: Context) -> dict[str, str]:
    """Return {line: branch} of the lines that the remote has: {"1.2": "release/1.2"}, oldest first."""
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    found = {line: branch for branch in branches if (line := ctx.config.line_of(branch))}
    return dict(sorted(found.items(), key=lambda each: tuple(map(int, each[0].split(".")))))


def frozen_since(ctx: Context, line: str, at: str) -> str | None:
    """Return the commit that froze a line, in the history of `at`; None when it never was, or was thawed."""
    for commit, trailer in ctx.git.trailers((FROZEN, THAWED), at):
        name, _, value = trailer.partition(": ")
        if value == line:
            return commit if name == FROZEN else None
    return None


def exceptions(ctx: Context, line: str) -> list[Record]:
    """Return the exceptions that were granted for a line and are what they say."""
    return [each for each in records(ctx, f"exceptions/{line}/") if not each.forged]


def offenders(ctx: Context, line: str, since: str, until: str) -> list[Offender]:
    """Return the commits after `since` up to `until` that the freeze of a line does not let in, oldest first.

    A merge counts as one change, against the line that it was made on.
    """
    rows = ctx.git.read("log", "--first-parent", "--reverse", "--format=%H%x00%P%x00%s", f"{since}..{until}", "--")
    granted = {each.commit for each in exceptions(ctx, line)}
    patches = {patch for commit in granted if (patch := patch_of(ctx, commit))}
    found = []
    for row in filter(None, rows.splitlines()):
        commit, parents, subject = row.split("\0")
        first, *others = parents.split()
        if commit in granted or granted & set(_brought(ctx, first, commit)):
            continue
        if others and all(map(partial(_is_final, ctx), others)):
            continue  # a hotfix that comes back
        why = _why_not(ctx, first, commit)
        if why and not (patches and patch_of(ctx, commit) in patches):
            found.append(Offender(commit, subject, why))
    return found


def _brought(ctx: Context, before: str, after: str) -> list[str]:
    return ctx.git.read("rev-list", f"{before}..{after}", "--").split()


def _is_final(ctx: Context, commit: str) -> bool:
    there = ctx.git.remote_refs(ctx.config.remote).tags
    versions = [ctx.config.version_of(tag) for tag, tagged in there.items() if tagged == commit]
    return any(version and not version.is_prerelease for version in versions)


def _why_not(ctx: Context, before: str, after: str) -> str:
    """Return why the change between two commits may not enter; empty when it may."""
    notes, allowed = ctx.project.notes, {*ctx.config.freeze.types, ctx.project.notes.mending}
    listing = ctx.git.read("diff", "--name-only", "--no-renames", "--diff-filter=A", "-z", before, after, "--")
    added = [path for path in listing.split("\0") if path.startswith(f"{notes.folder}/")]
    kinds = []
    for path in added:
        try:
            kinds.append(parse_fragment(path.rpartition("/")[2], "text", notes.kinds).kind)
        except ReleaseError:
            continue  # a .gitignore, a README
    wrong = sorted(set(kinds) - allowed)
    if wrong:
        return f"it brings a fragment of the type {', '.join(wrong)}; allowed: {', '.join(sorted(allowed))}"
    if kinds:
        return ""
    paths = [path for path in beyond_version_and_notes(ctx, before, after) if not _free(ctx, path)]
    return f"it changes {', '.join(paths[:3])} without a fragment of {', '.join(sorted(allowed))}" if paths else ""


def _free(ctx: Context, path: str) -> bool:
    return is_note(ctx, path) or any(
        path == free or path.startswith(f"{free.rstrip('/')}/") or fnmatchcase(path, free)
        for free in ctx.config.freeze.free
    )
