"""A rehearsal: the very steps of a release in a throw-away clone, with a throw-away remote and index."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from release.adapters.index.local_index import embedded_index
from release.approvals.decision_records import records
from release.artifacts.distributions import recorded
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.commands.release import drive
from release.config.index_config import IndexConfig
from release.context import Context
from release.context_loader import load_context
from release.repository.scratch_clone import throw_away_clone
from release.values.remote_refs import RECORDS

_MARK = "rehearsal: "  # before each line, so that it is not taken for a release


def rehearse(ctx: Context, wanted: str, pre: str | None) -> None:
    """Release from a throw-away clone; the project, its remotes and its indexes are not touched.

    Raises ReleaseError where the release would have been refused or would have failed.
    """
    ctx.report.mark = _MARK
    if ctx.git.changes():
        ctx.report.line("warn", "working tree", "uncommitted changes are not part of the rehearsal")
    if ctx.branch is None:
        raise ReleaseError("cannot rehearse", why="HEAD is detached", run=f"git switch {ctx.config.branch}")
    with temporary_folder() as folder, ExitStack() as stack:
        place = Path(folder).resolve()
        clone = throw_away_clone(ctx, place, ctx.branch)
        _bring_records(ctx, place / "remote.git")
        indexes = tuple(_throw_away(each, place, stack) for each in ctx.config.index)
        accounts = {"TWINE_USERNAME": "rehearsal", "TWINE_PASSWORD": token_hex()}  # the index takes any
        kept = {name: value for name, value in ctx.environment.items() if not name.startswith("RELEASE_")}
        memory = replace(ctx.memory, write=False)  # what is known of these files is known of a clone of them
        elsewhere = load_context(clone, kept | accounts, write=False, indexes=indexes, memory=memory, choice=ctx.choice)
        elsewhere.report.mark = _MARK
        _show(drive(elsewhere, wanted, pre, ctx.report.say), ctx.config.forge.kind)


def _bring_records(ctx: Context, remote: Path) -> None:
    """Let approvals and waivers count for the same commit there; without the network there are none."""
    try:
        found = records(ctx, "")
    except ReleaseError as error:
        ctx.report.line("warn", "approvals and waivers", f"they are not part of the rehearsal\n{error.why}")
        return
    if found:
        there = ctx.git.remote_refs(ctx.config.remote).records
        refs = [f"{record.id}:{RECORDS}{name}" for record in found for name, sha in there.items() if sha == record.id]
        ctx.git.change("-c", f"core.hooksPath={os.devnull}", "push", "--quiet", remote, *refs)


def _throw_away(index: IndexConfig, place: Path, stack: ExitStack) -> IndexConfig:
    address = stack.enter_context(embedded_index(place / "indexes" / index.name))
    return replace(index, upload=address, simple=f"{address}simple/", rules=index.refuses)


def _show(ctx: Context, kind: str) -> None:
    """Print what the rehearsal made: its files and its section of the changelog; `kind` is that of the forge."""
    commit = ctx.commit_made()
    ctx.report.say(f"\nthis release would have succeeded: {ctx.release}")
    for each in recorded(ctx):
        ctx.report.say(f"  {each.sha256}  {each.name}")
    changed = ctx.git.read("show", "--format=", "--unified=0", commit, "--", ctx.project.notes.changelog)
    added = [line[1:] for line in changed.splitlines() if line.startswith("+") and not line.startswith("+++")]
    ctx.report.say("\n" + "\n".join(added).strip())
    if kind != "none":
        ctx.report.say(f"\n{kind} is not part of a rehearsal: it would show the draft to others")
    ctx.report.say("\nthe project, its remote and its indexes were not changed")
