"""The page of all kinds of project, beside each other: `python -m tests.support.kinds docs/kinds.md` writes it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.support.world import REPOSITORY, copy_template, render_from

# What each kind is for; a kind of copier.yml that is not here has no row, and the test of the page is red.
PURPOSES = {
    "library": "A package that other projects import. It has no command.",
    "extension": "A library with a module in C: a release has a wheel for each Python and platform that it promises.",
    "command-line": "A command that its users install with pip, pipx or uv, and a package beside it.",
    "executable": "The same command, also as one file for each system that needs no Python: `nox -s executable`.",
    "container": "The same command, also as a container image: `nox -s image`.",
    "application": "The same command in both forms: `nox -s executable` and `nox -s image`.",
    "existing": "A project that is there already: it gets the release process, and none of its own files is changed.",
}
_APART = "release/"  # the same in every kind


def kinds() -> tuple[str, ...]:
    """Return the kinds in the order of the question."""
    questions = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))
    return tuple(questions["kind"]["choices"].values())


def page(place: Path) -> str:
    """Return the page, from projects that are rendered below the folder `place`."""
    template = copy_template(place / "template")
    trees: dict[str, frozenset[str]] = {}
    for kind in kinds():
        render_from(template, place / kind, {"kind": kind, "project_name": "acme"})
        names = (path.relative_to(place / kind).as_posix() for path in (place / kind).rglob("*") if path.is_file())
        trees[kind] = frozenset(name for name in names if not name.startswith(_APART) and "__pycache__" not in name)
    rows = [f"| `{kind}` | {PURPOSES[kind]} |" for kind in trees]
    return "\n".join(
        [
            "# Kinds of project",
            "",
            "The first question of the template is the kind. This page is written from what is rendered.",
            "",
            "| kind | what it is for |",
            "| --- | --- |",
            *rows,
            "",
            "## Their files",
            "",
            "With the default answers for a project `acme`. Each kind has `release/`, the release process, besides.",
            "",
            f"| file | {' | '.join(f'`{kind}`' for kind in trees)} |",
            f"| --- |{' --- |' * len(trees)}",
            *_rows(trees),
            "",
        ]
    )


def _rows(trees: Mapping[str, frozenset[str]]) -> list[str]:
    names = sorted(frozenset().union(*trees.values()), key=lambda name: ("/" in name, name))
    return [f"| `{name}` | {' | '.join('yes' if name in tree else '' for tree in trees.values())} |" for name in names]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        Path(sys.argv[1]).write_text(page(Path(folder)), encoding="utf-8")
