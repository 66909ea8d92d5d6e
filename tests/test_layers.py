"""The layers of release/: imports go down only, and each outside thing has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.world import REPOSITORY

ROOT = REPOSITORY / "template" / "release"
LAYERS = [
    {"errors", "redact", "runner", "builder", "breaks", "shell", "loaded", "calling", "model", "licensing", "changelog"}
    | {"tables", "policy", "forge", "web", "alike", "config", "project", "journal", "memory", "own", "retry", "report"}
    | {"provenance", "classes", "rendering", "pins", "locating", "sessions", "withholding", "entrances"}
    | {"place", "accounts", "tokens", "trailers", "refusals", "job", "matrix", "channels", "inside", "interpreters"},
    {"adapters"},
    {"forges"},
    {"context"},
    {"gate"},
    {"answers", "readings"},
    {"asking"},
    {"step"},
    {"advising", "numbering", "following", "records", "signatures", "changes", "distributions"}
    | {"trial", "bumping", "locking", "exporting", "cloning", "origin", "template", "threeway", "proposals"},
    {"approving", "commands", "committing", "evidence", "frozen", "merging", "picking", "evolving", "recognising"}
    | {"uploaded", "pages"},
    {"debts", "adopting", "hotfixes", "claims", "rules", "requesting", "assets"},
    {"overview", "drafting"},
    {"gates", "steps", "proofs"},
    {"pipeline", "agreeing", "ahead"},
    {"announcements"},
    {"flows"},
    {"invoking"},
    {"process_tasks", "proof_tasks", "upkeep", "packing_tasks", "line_tasks"},
    {"tasks"},
    {"__main__"},
]
SIBLINGS_MAY_IMPORT = {
    "flows.planning",  # which release is in hand: every flow begins with this question
    "flows.releasing",  # of rehearsing, promoting and publishing, which are releases in other places
}
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def layer_of(module: str) -> int:
    top = module.partition(".")[0]
    return next(number for number, names in enumerate(LAYERS) if top in names)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, at its top or inside a function, with their full names."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide where a name comes from"
            module = str(node.module)
            below = [
                alias.name
                for alias in node.names
                if (ROOT.parent / module.replace(".", "/") / f"{alias.name}.py").exists()
            ]
            yield from ([f"{module}.{name}" for name in below] or [module])


def ours(path: Path) -> Iterator[str]:
    """Yield the modules of release/ that a file imports, without "release."."""
    yield from (name.removeprefix("release.") for name in imported(path) if name.startswith("release."))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    if path.name == "__init__.py":
        assert list(imported(path)) == []
        return
    module = name_of(path)
    folder = module.rpartition(".")[0]
    for other in ours(path):
        if folder and other.startswith(f"{folder}."):
            assert other in SIBLINGS_MAY_IMPORT, f"{module} imports its sibling {other}"
        elif layer_of(module) == layer_of(other):
            assert layer_of(module) == 0, f"{module} imports {other}, which stands beside it"
        else:
            assert layer_of(other) < layer_of(module), f"{module} imports {other}, which stands above it"


def test_the_base_has_no_circles() -> None:
    left = {name: set(ours(ROOT / f"{name}.py")) for name in LAYERS[0]}
    while left:
        free = {name for name, needs in left.items() if not needs & set(left)}
        assert free, f"a circle: {left}"
        left = {name: needs for name, needs in left.items() if name not in free}


def importers(package: str) -> set[str]:
    return {name_of(path) for path in FILES if any(name.partition(".")[0] == package for name in imported(path))}


def test_only_the_tasks_know_invoke() -> None:
    tasks = {"tasks", "process_tasks", "line_tasks", "proof_tasks", "packing_tasks", "upkeep"}
    assert importers("invoke") == {*tasks, "invoking", "__main__"}


def test_processes_are_started_in_one_place() -> None:
    """And those that wait in another, as does a server for a rehearsal; builder is a process of its own."""
    assert importers("subprocess") == {"shell", "loaded", "adapters.embedded", "builder"}


def test_the_network_is_reached_by_adapters_and_their_client_only() -> None:
    packages = ("requests", "urllib3", "httpx", "pypi_simple", "socket", "http", "twine")
    doors = {"adapters.index", "adapters.embedded", "adapters.tools", "runner", "web"}
    assert set().union(*map(importers, packages)) <= doors


def mentions(wanted: str) -> set[str]:
    """Return the modules that mention an attribute or a name, such as "os.environ"."""
    return {
        name_of(path)
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) == wanted
    }


def test_only_the_context_reads_the_environment() -> None:
    """Runner and builder are other processes, whose environment is given to them; git looks for the project first.

    Sessions are a part of a noxfile, before there is any context.
    """
    assert mentions("os.environ") == {"context", "runner", "builder", "calling", "sessions"}
    assert mentions("os.getenv") == set()


def test_the_project_is_not_found_by_where_the_code_lies() -> None:
    assert mentions("__file__") == set()
    other_processes = mentions("runner.__file__")
    assert other_processes == {"loaded", "builder"}


def test_no_bare_assertion_guards_a_release() -> None:
    """python -O would leave it out."""
    found = [name_of(path) for path in FILES for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert)]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_can_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_says_what_it_is(path: Path) -> None:
    assert (ast.get_docstring(tree_of(path)) or "").strip().endswith(".")


def test_the_tasks_are_listed_without_loading_what_they_need() -> None:
    """Start-up is felt on every command."""
    body = "import sys; import release.tasks; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", body], cwd=ROOT.parent, capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"rich", "requests", "tenacity", "packaging", "twine", "pypi_simple", "filelock"} & set(loaded) == set()
