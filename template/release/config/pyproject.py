"""What pyproject.toml says of the project: name, version, Pythons and where its fragments lie."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from release.base.errors import ReleaseError
from release.base.model import Fragment, parse_fragment
from release.config.version_file import project_table, said_version

_DEFAULT_TYPES = ("feature", "bugfix", "doc", "removal", "misc")  # towncrier's own, when none are configured


@dataclass(frozen=True)
class Notes:
    """towncrier's configuration: the folder of the fragments, their types, and the changelog's file name."""

    folder: str
    kinds: tuple[str, ...]
    changelog: str

    @property
    def mending(self) -> str:
        """The type for what is mended: fix, or what towncrier calls it by itself."""
        return next((kind for kind in ("fix", "bugfix") if kind in self.kinds), self.kinds[-1])


@dataclass(frozen=True)
class Project:
    """A project by its pyproject.toml; `version` is None where the tag is the version."""

    name: str
    version: str | None
    pythons: tuple[str, ...]
    dependencies: tuple[str, ...]
    notes: Notes

    @property
    def canonical(self) -> str:
        """The name as indexes compare it (PEP 503)."""
        return canonicalize_name(self.name)

    @property
    def stem(self) -> str:
        """The name as file names of distributions begin (PEP 427 and 625)."""
        return self.canonical.replace("-", "_")


def load_project(root: Path) -> Project:
    """Read `root`/pyproject.toml; raise ReleaseError when it is missing, no TOML or without a name."""
    if not (root / "pyproject.toml").exists():
        raise _unusable(f"there is none in {root}; the name is read from its [project] table (PEP 621)")
    text = read(root / "pyproject.toml")
    project = parse_project(text)
    configured = root / "towncrier.toml"
    if configured.exists():
        project = replace(project, notes=_notes(_table(read(configured)).get("tool", {}).get("towncrier", {})))
    return replace(project, version=project.version or said_version(root, _table(text)))


def parse_project(text: str) -> Project:
    """Return the project that the text of a pyproject.toml describes (PEP 621)."""
    table = _table(text)
    project = project_table(table)
    if not isinstance(project.get("name"), str):
        raise _unusable("it has no [project] table with a name (PEP 621)")
    return Project(
        name=project["name"],
        version=project.get("version"),
        pythons=_pythons(project.get("classifiers", [])),
        dependencies=_dependencies(project.get("dependencies", [])),
        notes=_notes(table.get("tool", {}).get("towncrier", {})),
    )


def read_fragments(root: Path, notes: Notes) -> tuple[Fragment, ...]:
    """Return the fragments that lie in `root`, by name; raise ReleaseError for the first that is none."""
    folder = root / notes.folder
    if not folder.is_dir():
        return ()
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not _aside(path.name))
    return tuple(parse_fragment(path.name, read(path), notes.kinds) for path in paths)


def read(path: Path) -> str:
    """Return the text of a file of the project; raise ReleaseError where there is none, or none in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"cannot read {path.name}", why=str(error), run=f"$EDITOR {path.name}") from error


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unusable(str(error)) from error


def _aside(name: str) -> bool:
    return name.startswith((".", "_")) or name.lower().startswith(("readme", "template"))


def _unusable(why: str) -> ReleaseError:
    return ReleaseError("cannot use pyproject.toml", why=why, run="$EDITOR pyproject.toml")


def _pythons(classifiers: list[str]) -> tuple[str, ...]:
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text) for text in classifiers)
    return tuple(sorted((match[1] for match in found if match), key=lambda text: int(text.partition(".")[2])))


def _dependencies(listed: object) -> tuple[str, ...]:
    """Return requirements; those that Poetry has in a table of its own are not read."""
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


def _notes(table: dict[str, Any]) -> Notes:
    kinds = table.get("type", [])
    names = tuple(kinds) if isinstance(kinds, dict) else tuple(kind["directory"] for kind in kinds)
    return Notes(table.get("directory", "newsfragments"), names or _DEFAULT_TYPES, table.get("filename", "NEWS.rst"))
