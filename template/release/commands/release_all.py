"""Releasing every project of a repository that has something to release, each after those that it depends on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from packaging.utils import canonicalize_name

from release.adapters.git.project_folder import find_top, projects_below
from release.base.errors import ReleaseError
from release.commands.release import release
from release.config.towncrier_config import read_fragments
from release.confirmation import Confirm
from release.context import Context
from release.current_release import newest
from release.pipeline import complete

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def release_all(
    load: Callable[[Path], Context],
    wanted: str,
    pre: str | None,
    agree: Confirm,
    *,
    dry_run: bool,
    unseen: bool = False,
) -> None:
    """Release each project of this repository that has fragments, or finish the release of each in turn.

    `agree` is asked for each; what stops one leaves those after it as they are, and the same command continues.
    """
    top = find_top(Path.cwd())
    found = [load(folder) for folder in projects_below(top)]
    if not found:
        why = "there is no committed release.toml in this repository"
        raise ReleaseError("cannot release all projects", why=why, run="git add release.toml && git commit")
    ordered = in_order(found)
    wanting = [ctx for ctx in ordered if _has_something(ctx)]
    for ctx in ordered:
        if ctx not in wanting:
            ctx.report.line("skip", ctx.project.name, f"no fragments in {_where(ctx)}{ctx.project.notes.folder}")
    for number, ctx in enumerate(wanting):
        ctx.report.say(f"\n{number + 1} of {len(wanting)}: {ctx.project.name} in {_where(ctx) or '.'}\n")
        there = load(ctx.root)  # anew: the one before has moved the branch
        release(there, wanted, pre, agree, dry_run=dry_run, unseen=unseen)


def in_order(found: Sequence[Context]) -> list[Context]:
    """Return the projects, each after those that it depends on, else by folder; raise ReleaseError for a cycle."""
    known = {ctx.project.canonical: ctx for ctx in found}
    graph = {
        name: sorted({_named(each) for each in ctx.project.dependencies} & known.keys()) for name, ctx in known.items()
    }
    try:
        return [known[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        why = f"they depend on each other: {' -> '.join(error.args[1])}"
        run = f"cd {_where(known[error.args[1][0]]) or '.'} && inv release      (one by one)"
        raise ReleaseError("cannot order the projects", why=why, run=run) from error


def _named(requirement: str) -> str:
    """Return the project that a requirement names, in the normal form."""
    named = _NAME.match(requirement.strip())
    return canonicalize_name(named[0]) if named else ""


def _where(ctx: Context) -> str:
    return ctx.git.inside


def _has_something(ctx: Context) -> bool:
    """Return whether a project has fragments, or a release in progress."""
    if read_fragments(ctx.root, ctx.project.notes):
        return True
    found = newest(ctx)
    return found is not None and not complete(found)
