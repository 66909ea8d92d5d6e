"""The layers of release/: imports go down only, and each outside thing has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from xml.dom import minidom

import pytest

from tests.support.layers import FILES, ROOT, folder_of, imported, layer_of, name_of, ours, picture, tree_of

APART = {
    "commands",
    "gates",
    "steps",
    "verification",
}  # one of these does not know another
SIBLINGS_MAY_IMPORT = {
    "verification.claims",  # what each of the others gives
    "gates.known_findings",  # of several gates: what they found before the adoption
    "commands.yank",  # of a watch that may act
    "commands.status",  # of its live view
    "commands.resumed_release",  # what is asked again, whichever command finishes it
    "commands.release",  # of rehearsals, promotions, hotfixes and several projects: releases in other places
}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    module = name_of(path)
    if path.name == "__init__.py":
        assert module == "tasks.__init__" or list(imported(path)) == []
        return
    for other in ours(path):
        assert layer_of(other) <= layer_of(module), f"{module} imports {other}, which stands above it"
        folder = module.rpartition(".")[0]
        if folder in APART and other.rpartition(".")[0] == folder:
            assert other in SIBLINGS_MAY_IMPORT, f"{module} imports its sibling {other}"


def test_there_are_no_circles() -> None:
    graph = {name_of(path): {name for name in ours(path) if name != "tasks"} for path in FILES}
    assert list(TopologicalSorter(graph).static_order())


def test_a_chain_of_imports_is_short() -> None:
    """Who follows a name from a task down to the error that it raises opens this many files at most."""
    graph = {name_of(path): {name for name in ours(path) if name != "tasks"} for path in FILES}
    del graph["tasks.__init__"]  # it only lists the tasks
    longest: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        longest[name] = 1 + max((longest[other] for other in graph.get(name, ())), default=0)
    assert max(longest.values()) < 15, max(longest, key=lambda name: longest[name])


def importers(package: str) -> set[str]:
    return {name_of(path) for path in FILES if any(name.partition(".")[0] == package for name in imported(path))}


def test_only_the_tasks_know_invoke() -> None:
    tasks = {name_of(path) for path in FILES if path.parent.name == "tasks" and path.name != "__init__.py"}
    tasks.remove("tasks.commented_facts")  # what some of them print
    assert importers("invoke") == {*tasks, "__main__"}


def test_processes_are_started_in_one_place() -> None:
    """And those that wait in another, as does a server for a rehearsal; what ends orphans is below it."""
    assert importers("subprocess") == {
        "base.shell",
        "base.orphans",
        "adapters.workers.pool",
        "adapters.index.local_index",
        "adapters.workers.build_worker",
    }


def test_the_network_is_reached_by_adapters_and_their_client_only() -> None:
    packages = ("requests", "urllib3", "httpx", "pypi_simple", "socket", "http", "twine")
    doors = {
        "adapters.index.simple_api",
        "adapters.index.local_index",
        "adapters.tools.packaging_tools",
        "adapters.workers.tool_worker",
        "adapters.forge.forge_http",
        "adapters.chat_completions",
        "adapters.web_page",
        "adapters.page_server",
        "adapters.image_registry",
        "adapters.network_errors",  # it names the proxy that requests has asked
    }
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
    assert mentions("os.environ") == {
        "context_loader",
        "adapters.workers.tool_worker",
        "adapters.workers.build_worker",
        "adapters.git.git_command",
        "sessions",
    }
    assert mentions("os.getenv") == set()


def test_the_project_is_not_found_by_where_the_code_lies() -> None:
    assert mentions("__file__") == set()
    other_processes = mentions("tool_worker.__file__")
    assert other_processes == {"adapters.workers.pool", "adapters.workers.build_worker"}


def test_no_bare_assertion_guards_a_release() -> None:
    """python -O would leave it out."""
    found = [name_of(path) for path in FILES for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert)]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_can_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 270
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


def test_the_picture_in_the_docs_shows_every_room_and_what_it_is_for() -> None:
    texts = minidom.parseString(picture()).getElementsByTagName("text")  # noqa: S318 - our own text
    shown = [text.firstChild.nodeValue if text.firstChild else "" for text in texts]
    assert {folder_of(name_of(path)) for path in FILES} - {"__init__", "noxfile"} <= set(shown)
    assert "" not in shown
