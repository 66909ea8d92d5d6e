"""Two releases of a project beside each other: what changed by type, API, dependencies, sizes, and by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.pyproject import parse_project
from release.config.towncrier_config import TowncrierConfig
from release.context import Context
from release.insight.change_marks import Bots
from release.insight.changes import Change
from release.insight.commit_graph import Commit
from release.insight.failed_releases import DAY, Evidence
from release.insight.release_history import Released, changes_between
from release.repository.exported_tree import exported

_CO_AUTHOR = re.compile(r"^Co-authored-by: *(?P<name>[^<\n]+?) *<(?P<mail>[^>\n]*)>", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Comparison:
    """What is different between two releases.

    `texts` is {name of a change: its first sentence}; `sizes` {file kind: (bytes before, bytes now)}; `people` in the
    order of their names; `dependencies` as sentences. `doubts` says what could not be compared, and why.
    """

    older: Released
    newer: Released
    changes: tuple[Change, ...]
    texts: Mapping[str, str]
    commits: int
    api: Sequence[str]
    dependencies: Sequence[str]
    sizes: Mapping[str, tuple[int, int]]
    people: Sequence[str]
    failed: Mapping[str, Evidence]
    doubts: Sequence[str]

    @property
    def days(self) -> float:
        """How long one was released after the other."""
        return (self.newer.at - self.older.at) / DAY


def compare(
    ctx: Context, main: str, older: Released, newer: Released, failed: Mapping[str, Evidence], *, offline: bool
) -> Comparison:
    """Return what is different between two releases; an index is asked for sizes unless `offline`."""
    changes = changes_between(ctx.git, ctx.config, ctx.project, main, older, newer)
    sizes, doubts = ({}, ["sizes: no index was asked"]) if offline or not ctx.indexes else _sizes(ctx, older, newer)
    try:
        with exported(ctx.git, older.commit) as before, exported(ctx.git, newer.commit) as after:
            api = ctx.tools.api_breaks(before, after)
    except ReleaseError as error:
        api, doubts = [], [*doubts, f"API: {error.what}"]
    span = f"{older.commit}..{newer.commit}"
    return Comparison(
        older=older,
        newer=newer,
        changes=changes,
        texts=_texts(ctx, changes),
        commits=int(ctx.git.read("rev-list", "--count", "--no-merges", span)),
        api=api,
        dependencies=_dependencies(ctx.git, older, newer),
        sizes=sizes,
        people=_people(ctx, span),
        failed=failed,
        doubts=doubts,
    )


def _texts(ctx: Context, changes: Sequence[Change]) -> dict[str, str]:
    """Return the first line of each fragment, as it was when it came in."""
    found = {}
    for each in changes:
        for folder in _folders(ctx.project.notes, each):
            text = ctx.git.file_at(each.commit, f"{folder}/{each.name}")
            if text and text.strip():
                found[each.name] = text.strip().splitlines()[0]
    return found


def _folders(notes: TowncrierConfig, change: Change) -> tuple[str, ...]:
    return notes.folders if set(change.name.split(".")[1:]) & set(notes.kinds) else ()


def _dependencies(git: Git, older: Released, newer: Released) -> list[str]:
    """Return what a requirement became, by its name."""
    texts = (git.file_at(each.commit, "pyproject.toml") for each in (older, newer))
    return dependency_changes(*map(requirements_in, texts))


def dependency_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return what a requirement became, by its name."""
    found = [f"+ {text}" for name, text in sorted(after.items()) if name not in before]
    found += [f"- {text}" for name, text in sorted(before.items()) if name not in after]
    both = sorted(before.keys() & after.keys())
    return found + [f"{before[name]} is now {after[name]}" for name in both if before[name] != after[name]]


def requirements_in(text: str | None) -> dict[str, str]:
    """Return {name and marker: requirement} of the text of a pyproject.toml; nothing where it has no [project]."""
    if text is None:
        return {}
    try:
        listed = parse_project(text).dependencies
    except ReleaseError:
        return {}  # an older form, without a [project] table
    return {_name(each): each for each in listed}


def _name(text: str) -> str:
    """Return what a requirement is of; with its marker, since one package may be required twice."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return text
    return f"{canonicalize_name(requirement.name)} {requirement.marker or ''}".strip()


def _sizes(ctx: Context, older: Released, newer: Released) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return the bytes of wheels and sdists, on the first index that has both versions."""
    for index in ctx.indexes:
        files = index.all_files(ctx.project.canonical)
        if older.version in files and newer.version in files:
            totals: list[dict[str, int]] = []
            for version in (older.version, newer.version):
                total: dict[str, int] = {}
                for each in files[version]:
                    kind = "wheels" if each.name.endswith(".whl") else "sdist"
                    total[kind] = total.get(kind, 0) + index.size(each)
                totals.append(total)
            before, after = totals
            return {kind: (before[kind], after[kind]) for kind in sorted(before.keys() & after.keys())}, []
    return {}, ["sizes: no index has files of both"]


def _people(ctx: Context, span: str) -> list[str]:
    """Return who wrote what came in, once each by address, sorted by name; bots are no people."""
    bots = Bots(ctx.config.metrics.bots)
    found: dict[str, str] = {}
    listing = ctx.git.read(
        "log", "--no-merges", "--no-show-signature", "--use-mailmap", "--format=%x01%aN%x00%aE%x00%B", span
    )
    for block in listing.split("\1")[1:]:
        name, mail, message = block.split("\0", 2)
        pairs = [(name, mail), *((each["name"], each["mail"]) for each in _CO_AUTHOR.finditer(message))]
        for author, address in pairs:
            if not bots.made(Commit("", (), 0, 0, address, author, "")):
                found.setdefault(address.lower(), author)
    return sorted(set(found.values()), key=str.casefold)
