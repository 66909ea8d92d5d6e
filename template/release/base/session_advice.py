"""Advice that names a nox session, in the words of a project that may not have it: one that was there before ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

_OURS = ("adopt", "inv", "pages", "preflight", "rehearse", "release", "update")  # of release/sessions.py
_KNOWN_BY = ("release.sessions", "release-noxfile.py")  # in a noxfile that has them
_NAMED = re.compile(r"nox -s (?P<name>[a-z_]+(?:-[a-z]+)*)(?P<python>-3\.\d+)?(?P<then> && \. \.venv/bin/activate)?")
_MEASURED = "python -m release.tasks.measuring_tasks"
_OTHERWISE = {
    "build": "python -m build",
    "audit": "python -m pip_audit .",
    "tests": "python -m pytest",
    "benchmarks": f"{_MEASURED} benchmarks",
    "docs-check": f"{_MEASURED} documentation",
    "profile": f"{_MEASURED} profile",
    "tests-lowest": f"{_MEASURED} lowest",
    "tests-newest": f"{_MEASURED} newest",
}
_place: list[Path] = []  # the project of this process
_ways = {"noxfile": "release/noxfile.py", "needed": "-r release/requirements.txt"}  # into the release process there


def learn(root: Path, noxfile: str = _ways["noxfile"], wanted: str = "") -> None:
    """Let what is printed from now on be for the project at `root`.

    `noxfile` has the sessions of the release process alone; `wanted` is the requirement of one that is installed.
    """
    _place[:] = [root]
    _ways.update(noxfile=noxfile, needed=f'"{wanted}"' if wanted else "-r release/requirements.txt")


def as_there(text: str) -> str:
    """Return a text whose advice names sessions that the project has."""
    if not _place or "nox -s " not in text:
        return text
    known = sessions_in(_place[0] / "noxfile.py")
    return text if known is None else _NAMED.sub(lambda found: _said(found, known), text)


def _said(found: re.Match[str], known: frozenset[str]) -> str:
    name = found["name"]
    if name in known:
        return found[0]
    if name in _OURS:
        return f"nox -f {_ways['noxfile']} -s {name}"
    if name == "dev":
        return f"python -m pip install {_ways['needed']}"
    return _OTHERWISE.get(name, f"nox -f {_ways['noxfile']} -s inv -- {name}")


def sessions_in(path: Path) -> frozenset[str] | None:
    """Return the names of the sessions of a noxfile, which is not run; None where its text does not show them."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, SyntaxError):
        return None
    ours = _OURS if any(each in text for each in _KNOWN_BY) else ()
    found = set(ours)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                words = {each.arg: each.value for each in mark.keywords} if isinstance(mark, ast.Call) else {}
                if ast.unparse(mark.func if isinstance(mark, ast.Call) else mark).endswith("session"):
                    name = words.get("name")
                    if name is not None and not isinstance(name, ast.Constant):
                        return None
                    found.add(str(name.value) if isinstance(name, ast.Constant) else node.name)
    return frozenset(found)
