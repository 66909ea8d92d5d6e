"""What pyproject.toml says of the project: name, version, Pythons and where its fragments are.

Where it has no [project], setup.py and setup.cfg say it: setuptools takes both, and what setup.py gives first
(setuptools.pypa.io: "Configuring setuptools using setup.cfg files").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from release.base.errors import ReleaseError
from release.base.text_file import read
from release.config.towncrier_config import TowncrierConfig, read_towncrier_config
from release.config.version_file import executed_module, project_table, said_version, stated
from release.config.version_statements import ini_section, setup_arguments, setup_key


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
    """Read `root`/pyproject.toml, or setup.py and setup.cfg; raise ReleaseError for no TOML, or none with a name."""
    path = root / "pyproject.toml"
    text = read(path) if path.exists() else ""
    table = _table(text)
    described = described_in(root, table)
    if not described and (not path.exists() or (root / "setup.py").exists()):
        missing = "it has no [project] table with a name (PEP 621)" if path.exists() else f"there is none in {root}"
        raise _unusable(f"{missing}, and neither setup.py nor setup.cfg states one")
    project = _project(table, described)
    configured = root / "towncrier.toml"
    if configured.exists():
        project = replace(project, notes=read_towncrier_config(_towncrier(_table(read(configured))), project.name))
    return replace(project, version=project.version or said_version(root, table))


def parse_project(text: str) -> Project:
    """Return the project that the text of a pyproject.toml describes (PEP 621)."""
    table = _table(text)
    return _project(table, project_table(table))


def stated_version(text: str) -> str | None:
    """Return the version that the text of a pyproject.toml states; None where it is elsewhere."""
    return stated(_table(text))


def described_in(root: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [project] table of a pyproject.toml, else what setup.py and setup.cfg say in its place."""
    if found := project_table(table):
        return found
    given = _given_to_setup(root / "setup.py")
    config = root / "setup.cfg"
    text = read(config) if config.is_file() else ""
    metadata, options = ini_section(text, "metadata"), ini_section(text, "options")
    urls = dict(row.split("=", 1) for row in _rows(metadata.get("project_urls", "")) if "=" in row)
    said = {
        "name": given.get("name", metadata.get("name")),
        "classifiers": given.get("classifiers", _rows(metadata.get("classifiers", ""))),
        "dependencies": given.get("install_requires", _rows(options.get("install_requires", ""))),
        "urls": given.get("project_urls", {name.strip(): url.strip() for name, url in urls.items()}),
    }
    return said if isinstance(said["name"], str) else {}


def _given_to_setup(setup: Path) -> dict[str, Any]:
    text = read(setup) if setup.is_file() else ""
    key = setup_key(text, "name")
    module = executed_module(setup.parent, key) if key else ""
    return setup_arguments(text, read(setup.parent / module) if module else "")


def _rows(text: str) -> list[str]:
    return [row.strip() for row in text.splitlines() if row.strip() and not row.lstrip().startswith("#")]


def _project(table: Mapping[str, Any], project: Mapping[str, Any]) -> Project:
    """Return the project by the table of a pyproject.toml, and by its [project] or what stands in its place."""
    if not isinstance(project.get("name"), str):
        raise _unusable("it has no [project] table with a name (PEP 621)")
    return Project(
        name=project["name"],
        version=stated(table),
        pythons=_pythons(project.get("classifiers")),
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


def _pythons(classifiers: object) -> tuple[str, ...]:
    listed = map(str, classifiers) if isinstance(classifiers, list) else ()
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text) for text in listed)
    return tuple(sorted((match[1] for match in found if match), key=lambda text: int(text.partition(".")[2])))


def _dependencies(listed: object) -> tuple[str, ...]:
    """Return requirements; those that Poetry has in a table of its own are not read."""
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


def _documentation(urls: object) -> str:
    """Return the address under a well-known label (packaging.python.org: Well-known Project URLs)."""
    known = {str(name).lower(): str(url) for name, url in urls.items()} if isinstance(urls, dict) else {}
    return next((known[name] for name in ("documentation", "docs") if name in known), "")


def _towncrier(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [tool.towncrier] table; empty where there is none."""
    found = table.get("tool", {}).get("towncrier", {})
    return dict(found) if isinstance(found, dict) else {}
