"""Counts the public modules, classes, functions and properties of packages that have a docstring, by griffe.

A process of its own (see `ours` in pool.py), started with a folder and the names of packages in it; it prints JSON:
{"documented": 12, "missing": ["acme.slug.slugify"]}. Nothing is imported: griffe reads the files.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import griffe


def main() -> None:
    """Count, print."""
    logging.disable()  # griffe tells of every name that it cannot follow
    folder, *names = sys.argv[1:]
    found: list[griffe.Object] = []
    for name in names:
        loaded = griffe.load(name, search_paths=[folder], allow_inspection=False)
        if isinstance(loaded, griffe.Object):
            found += _public(loaded)
    missing = sorted({each.path for each in found if not each.has_docstring})
    print(json.dumps({"documented": len({each.path for each in found}) - len(missing), "missing": missing}))


def _public(thing: griffe.Object) -> Iterator[griffe.Object]:
    """Yield an object and the public ones in it that are defined there; what is imported counts where it is defined."""
    yield thing
    for member in thing.members.values():
        if member.is_alias or member.name.startswith("_") or not isinstance(member, griffe.Object):
            continue
        if member.is_module or member.is_class:
            yield from _public(member)
        elif member.is_function or "property" in member.labels:
            yield member
