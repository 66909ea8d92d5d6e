"""Tells what an older version of a project's packages had that a newer one has not, or has otherwise, by griffe.

A process of its own (see `ours` in pool.py), started with two folders; it prints a JSON list of sentences.
Nothing of the project is imported: griffe reads the files.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import griffe

_NOT_PUBLISHED = ("tests", "test", "docs", "release", "benchmarks", "examples")


def main() -> None:
    """Compare, print."""
    logging.disable()  # griffe tells of every name that it cannot follow
    older, newer = map(_sources, map(Path, sys.argv[1:]))
    found = [text for package in _packages(older) for text in _compared(package, older, newer)]
    print(json.dumps(found))


def _sources(root: Path) -> Path:
    return root / "src" if (root / "src").is_dir() else root


def _packages(folder: Path) -> list[str]:
    names = (path.parent.name for path in sorted(folder.glob("*/__init__.py")))
    return [name for name in names if name not in _NOT_PUBLISHED and not name.startswith((".", "_"))]


def _compared(package: str, older: Path, newer: Path) -> list[str]:
    if not (newer / package).is_dir():
        return [f"{package}: the package is gone"]
    before, after = (griffe.load(package, search_paths=[folder], allow_inspection=False) for folder in (older, newer))
    return [f"{each.obj.path}: {each.kind.value}" for each in griffe.find_breaking_changes(before, after)]
