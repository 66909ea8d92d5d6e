"""What a release changes, as far as it says what has to be tested: files, fragments, requirements, the API."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from release.base.errors import ReleaseError
from release.context import Context
from release.insight.uncovered_lines import uncovered_lines
from release.planning.landings import Landing, fragments_landed
from release.repository.exported_tree import exported
from release.values.fragment import FIXES

_TESTS = ("tests", "test", "testing")
_DOCUMENTS = ("docs", "doc", "examples", "example")
_BENCHMARKS = ("benchmarks", "benchmark", "bench", "perf")
_NOT_OURS = ("release", ".release")
_FRAGILE, _LOOKED_AT = 3, 100  # past fixes from which a file is one that breaks; changed files whose past is read


@dataclass(frozen=True)
class ReleaseChanges:
    """What is different from the last final on; `since` is its tag, empty for a first release.

    `uncovered` are changed lines that no test runs, as far as coverage was measured; `untested` are fixes whose commit
    changed no test; `fragile` are changed files with three past fixes and more; `doubts` say what is not known.
    """

    since: str
    sources: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    fragments: tuple[Landing, ...] = ()
    uncovered: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()
    fragile: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    pythons: str = ""
    api: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the fragments of some types."""
        return [each.name for each in self.fragments if each.kind in kinds]


def release_changes(ctx: Context, since: str, head: str) -> ReleaseChanges:
    """Return what a commit changes from a tag on (empty: everything is new)."""
    git, notes = ctx.git, ctx.project.notes
    whole = ("ls-tree", "-r", "--name-only", head, "--", ".")
    paths = git.read(*(("diff", "--name-only", "--relative", f"{since}..{head}") if since else whole)).splitlines()
    fragments = fragments_landed(git, notes, head, without=since and f"refs/tags/{since}")
    sources = tuple(each for each in paths if _is_source(each))
    before, after = (_project(ctx, commit) for commit in (since, head))
    api, doubts = _api(ctx, since, head) if since and sources else ((), ())
    uncovered = uncovered_lines(ctx, since, head, sources)
    return ReleaseChanges(
        since=since,
        sources=sources,
        tests=tuple(each for each in paths if _below(each, _TESTS)),
        documents=tuple(each for each in paths if _below(each, _DOCUMENTS) or each.lower().startswith("readme")),
        benchmarks=tuple(each for each in paths if _below(each, _BENCHMARKS)),
        fragments=tuple(fragments),
        uncovered=uncovered.lines,
        untested=tuple(each.name for each in fragments if each.kind in _FIXED and not _tested(ctx, each.commit)),
        fragile=tuple(_fragile(ctx, since, sources)) if since else (),
        dependencies=tuple(_difference(_requirements(before), _requirements(after))),
        entry_points=tuple(_difference(_scripts(before), _scripts(after))),
        pythons=_other(before.get("requires-python"), after.get("requires-python")) if since else "",
        api=api,
        doubts=(*doubts, *([uncovered.doubt] if uncovered.doubt else [])),
    )


_FIXED = (*FIXES, "security")


def _below(path: str, folders: Collection[str]) -> bool:
    return bool(set(PurePosixPath(path).parts[:-1]) & set(folders))


def _is_source(path: str) -> bool:
    apart = (*_TESTS, *_DOCUMENTS, *_BENCHMARKS)
    ours = path.endswith((".py", ".pyi", ".pyx", ".c", ".cpp", ".rs")) and not path.startswith(tuple(_NOT_OURS))
    return ours and not _below(path, apart) and path not in ("noxfile.py", "tasks.py", "setup.py", "conftest.py")


def _tested(ctx: Context, commit: str) -> bool:
    """Return whether a commit (or what a merge brought) changed a test."""
    words = ("log", "-1", "--diff-merges=first-parent", "--relative", "--name-only", "--format=", commit)
    return any(_below(each, _TESTS) for each in ctx.git.read(*words).splitlines())


def _fragile(ctx: Context, since: str, sources: Sequence[str]) -> list[str]:
    """Return the changed files that three and more earlier fixes changed, those with most first."""
    fixes = {each.commit for each in fragments_landed(ctx.git, ctx.project.notes, since) if each.kind in _FIXED}
    if not fixes or not sources:
        return []
    how = ("--first-parent", "--diff-merges=first-parent", "--relative", "--name-only", "--format=%x01%H")
    listing = ctx.git.read("log", *how, since, "--", *sources[:_LOOKED_AT])
    count: Counter[str] = Counter()
    for block in listing.split("\1")[1:]:
        commit, *files = block.split()
        count.update(files if commit in fixes else ())
    return [f"{path} ({times} fixes)" for path, times in count.most_common() if times >= _FRAGILE]


def _api(ctx: Context, since: str, head: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of the public API breaks (by griffe), and what could not be compared."""
    try:
        with exported(ctx.git, f"refs/tags/{since}^{{commit}}") as before, exported(ctx.git, head) as after:
            return tuple(ctx.tools.api_breaks(before, after)), ()
    except ReleaseError as error:
        return (), (f"the API could not be compared: {error.why.splitlines()[0] if error.why else error.what}",)


def _project(ctx: Context, commit: str) -> dict[str, Any]:
    """Return the [project] table at a commit; an empty one where it cannot be read."""
    text = ctx.git.file_at(commit, "pyproject.toml") if commit else None
    try:
        found = tomllib.loads(text or "").get("project", {})
    except tomllib.TOMLDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _requirements(project: dict[str, Any]) -> set[str]:
    more = [f"{each} [{extra}]" for extra, every in project.get("optional-dependencies", {}).items() for each in every]
    return {*project.get("dependencies", ()), *more}


def _scripts(project: dict[str, Any]) -> set[str]:
    tables = [project.get("scripts", {}), project.get("gui-scripts", {}), *project.get("entry-points", {}).values()]
    return {f"{name} = {target}" for table in tables for name, target in table.items()}


def _difference(before: set[str], after: set[str]) -> list[str]:
    return [*(f"+ {each}" for each in sorted(after - before)), *(f"- {each}" for each in sorted(before - after))]


def _other(before: object, after: object) -> str:
    return f"{before or 'any'} is now {after or 'any'}" if before != after else ""
