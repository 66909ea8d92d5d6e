"""The ways into the release process beside the owner's own: the lines that a noxfile.py and a tasks.py of theirs need.

nox takes the later of two sessions of one name, Python the later of two functions: where the owner has a name of ours,
lines of ours would take it away, so none are added.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import release
from release.base.text_file import read
from release.config.engine_place import noxfile

_HERE = Path(release.__path__[0])
SEPARATOR = "# ---- For the release process. ----"
# Expressions, not imports: whatever a linter thinks of imports at the end of a file, it has nothing against these.
_SESSIONS = '__import__("sys").path.insert(0, ".")\n__import__("release.sessions")'
_SESSIONS_WHEN_INSTALLED = '__import__("runpy").run_path("release-noxfile.py")'
_TASKS = "from release.tasks import *"
_OWN_NAMESPACE = re.compile(r"^(ns|namespace) *=", re.MULTILINE)


@dataclass(frozen=True)
class Entrance:
    """A file of the project as it is (`text`), the `lines` it needs, and why they must not be added (or empty)."""

    file: str
    text: str
    lines: str
    refused: str = ""
    instead: str = ""


def entrances(root: Path) -> list[Entrance]:
    """Return the entrances that do not know the release process yet; a file that is not there needs nothing."""
    found = []
    sessions = "release-noxfile.py" if noxfile(root) == "release-noxfile.py" else "release.sessions"
    for name, known, entrance in (("noxfile.py", sessions, _noxfile), ("tasks.py", "release.tasks", _tasks)):
        path = root / name
        text = read(path) if path.exists() else known
        if known not in text:
            found.append(entrance(root, text))
    return found


def _noxfile(root: Path, text: str) -> Entrance:
    alone = noxfile(root)
    lines = _SESSIONS_WHEN_INSTALLED if alone == "release-noxfile.py" else _SESSIONS
    refused = _taken(text, _HERE / "sessions.py", _sessions)
    return Entrance("noxfile.py", text, lines, refused, f"ours: nox -f {alone} --list")


def _tasks(root: Path, text: str) -> Entrance:
    own = _OWN_NAMESPACE.search(text)
    if own:
        line = f'{own[1]}.add_collection(__import__("release.tasks").tasks, "release")'
        return Entrance("tasks.py", text, _TASKS, "it makes a namespace of its own", f"to take ours in: {line}")
    refused = _taken(text, _HERE / "tasks/__init__.py", _bound)
    return Entrance("tasks.py", text, _TASKS, refused, f"ours: nox -f {noxfile(root)} -s inv -- --list")


def _taken(text: str, ours: Path, names: Callable[[ast.Module], Iterable[str]]) -> str:
    """Return why the names that `ours` exports would take something away from a file, or an empty text."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return f"it cannot be read: {error.msg}, line {error.lineno}"
    both = sorted(set(_exported(ours)) & set(names(tree)))
    return f"it has {', '.join(both)} of its own" if both else ""


def _exported(path: Path) -> Iterator[str]:
    """Yield the names in `__all__` of a file, which is not run."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            yield from ast.literal_eval(node.value)


def _sessions(tree: ast.Module) -> Iterator[str]:
    """Yield the names of a noxfile's sessions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                words = {each.arg: each.value for each in mark.keywords} if isinstance(mark, ast.Call) else {}
                if ast.unparse(mark.func if isinstance(mark, ast.Call) else mark).endswith("session"):
                    yield ast.literal_eval(words["name"]) if "name" in words else node.name


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a file gives to something at its top level."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((each.asname or each.name).partition(".")[0] for each in node.names)
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
