"""What pyproject.toml says of the project: name, version, Pythons and where its fragments are."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from release.base.errors import ReleaseError
from release.base.text_file import read
from release.config.towncrier_config import TowncrierConfig, read_towncrier_config
from release.config.version_file import project_table, said_version, stated


@dataclass(frozen=True)
class Project:
    """A project by its pyproject.toml; `version` is None where the tag is the version.

    `documentation` is the address of its documentation, empty where [project.urls] has none.
    """

    name: str
    version: str | None
    pythons: tuple[str, ...]
    dependencies: tuple[str, ...]
    notes: TowncrierConfig
    documentation: str = ""

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
        project = replace(project, notes=read_towncrier_config(_towncrier(_table(read(configured))), project.name))
    return replace(project, version=project.version or said_version(root, _table(text)))


def parse_project(text: str) -> Project:
    """Return the project that the text of a pyproject.toml describes (PEP 621)."""
    table = _table(text)
    project = project_table(table)
    if not isinstance(project.get("name"), str):
        raise _unusable("it has no [project] table with a name (PEP 621)")
    return Project(
        name=project["name"],
        version=stated(table),
        pythons=_pythons(project.get("classifiers", [])),
        dependencies=_dependencies(project.get("dependencies", [])),
        notes=read_towncrier_config(_towncrier(table), project["name"]),
        documentation=_documentation(project.get("urls")),
    )


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unusable(str(error)) from error


def _unusable(why: str) -> ReleaseError:
    return ReleaseError("cannot use pyproject.toml", why=why, run="$EDITOR pyproject.toml")


def _pythons(classifiers: list[str]) -> tuple[str, ...]:
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text) for text in classifiers)
    return tuple(sorted((match[1] for match in found if match), key=lambda text: int(text.partition(".")[2])))


def _dependencies(listed: object) -> tuple[str, ...]:
    """Return requirements; those that Poetry has in a table of its own are not read."""
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


def _documentation(urls: object) -> str:
    """Return the address under a well-known label (packaging.python.org: Well-known Project URLs)."""
    known = {str(name).lower(): str(url) for name, url in urls.items()} if isinstance(urls, dict) else {}
    return next((known[name] for name in ("documentation", "docs") if name in known), "")


def _towncrier(table: dict[str, Any]) -> dict[str, Any]:
    """Return the [tool.towncrier] table; empty where there is none."""
    found = table.get("tool", {}).get("towncrier", {})
    return dict(found) if isinstance(found, dict) else {}
