"""Which kinds of tests a release's changes ask for, each with its evidence, and who does them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from release.base.first_few import names_of
from release.insight.release_changes import ReleaseChanges

# By which words a gate, a session, a folder of tests or a check by people shows that it does a kind of test.
_WORDS = {
    "unit": r"unit|coverage",
    "integration": r"integration|contract",
    "end-to-end": r"end-to-end|e2e|smoke|acceptance|installs",
    "performance": r"performance|perf|bench\w*|speed|load",
    "security": r"audit|secrets|risky|workflows|security|fuzz\w*",
    "regression": r"regression\w*",
    "compatibility": r"api|upgrade|compat\w*|plugins?",
    "examples": r"docs?|doctests?|examples?|links",
}
KINDS = tuple(_WORDS)
_WHOLE = r"tests?(-3\.\d+)?|pytest"  # the session of all tests, on each Python


@dataclass(frozen=True)
class AskedTest:
    """A kind of test with what asks for it, and the gates and checks that do it; `gap` is what of it is not done."""

    kind: str
    evidence: tuple[str, ...]
    by: tuple[str, ...]
    gap: str = ""

    @property
    def state(self) -> str:
        """Covered, in part, or missing."""
        return "missing" if not self.by else "in part" if self.gap else "covered"


def asked_tests(
    changes: ReleaseChanges, gates: Collection[str], folders: Collection[str], people: Sequence[str], measured: int
) -> list[AskedTest]:
    """Return the kinds that the changes ask for, in their order.

    `gates`: what is asked before a release; `folders`: those below the tests; `people`: the plan's checks by people;
    `measured`: how many objectives of the plan are measured by a command.
    """
    found = []
    for kind in KINDS:
        evidence = tuple(filter(None, _evidence(kind, changes)))
        if evidence:
            by = _doers(kind, gates, folders, people)
            more = ("objectives of the plan",) if kind == "performance" and measured else ()
            found.append(AskedTest(kind, evidence, (*by, *more), _gap(kind, changes)))
    return found


def _gap(kind: str, changes: ReleaseChanges) -> str:
    """Return what of the changes no test of a kind covers, as far as that is known."""
    untested, uncovered = names_of(list(changes.untested)), names_of(list(changes.uncovered))
    if kind == "regression" and untested:
        return f"without a test: {untested}"
    return f"changed lines that no test covers: {uncovered}" if kind == "unit" and uncovered else ""


def _evidence(kind: str, changes: ReleaseChanges) -> Iterator[str]:
    api, broken = changes.api, changes.of_kind("breaking", "removal", "deprecation")
    sources, docs = _named(changes.sources, "module"), _named(changes.documents, "document")
    dependencies = names_of(list(changes.dependencies)) and f"requirements: {names_of(list(changes.dependencies))}"
    commands = names_of(list(changes.entry_points)) and f"entry points: {names_of(list(changes.entry_points))}"
    fixes = changes.of_kind("fix", "bugfix", "security")
    yield from {
        "unit": [sources],
        "integration": [dependencies, "" if len(_packages(changes)) < 2 else _across(changes)],
        "end-to-end": [commands, _named([each for each in changes.sources if _is_command(each)], "command")],
        "performance": [_named(changes.benchmarks, "benchmark"), _listed("", changes.of_kind("performance"))],
        "security": [_listed("", changes.of_kind("security")), dependencies],
        "regression": [_listed("", fixes), _listed("often mended: ", changes.fragile)],
        "compatibility": [_listed("API: ", api), _listed("", broken), changes.pythons, dependencies],
        "examples": [docs, _listed("API: ", api)],
    }[kind]


def _listed(title: str, names: Sequence[str]) -> str:
    return f"{title}{names_of(list(names))}" if names else ""


def _named(paths: Sequence[str], one: str) -> str:
    if not paths:
        return ""
    return f"{len(paths)} {one}{'' if len(paths) == 1 else 's'} changed: {names_of(list(paths))}"


def _packages(changes: ReleaseChanges) -> set[str]:
    return {each.rpartition("/")[0] for each in changes.sources}


def _across(changes: ReleaseChanges) -> str:
    return f"changes in {len(_packages(changes))} packages: {names_of(sorted(_packages(changes)))}"


def _is_command(path: str) -> bool:
    return path.rpartition("/")[2] in ("__main__.py", "cli.py", "main.py", "app.py", "commands.py")


def _doers(kind: str, gates: Collection[str], folders: Collection[str], people: Sequence[str]) -> tuple[str, ...]:
    found = [each for each in gates if _does(kind, each)]
    found += [f"tests/{each}" for each in folders if _does(kind, each)]
    return (*found, *(f'check "{each}"' for each in people if _does(kind, each)))


def _does(kind: str, name: str) -> bool:
    """Return whether a name has a word of a kind; the tests as a whole are those of units and of regressions."""
    dashed = re.sub(r"[^a-z0-9.]+", "-", name.lower())
    whole = kind in ("unit", "regression") and bool(re.fullmatch(_WHOLE, dashed))
    return whole or bool(re.search(rf"(^|-)({_WORDS[kind]})($|-)", dashed))
