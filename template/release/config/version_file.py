"""Where a project says its version, if not in [project]: the file that its build backend is told to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SAID = re.compile(r"""^(?:__version__|version|VERSION)\s*(?::\s*[\w.\[\]]+\s*)?=\s*["']([^"']+)["']""", re.MULTILINE)


def project_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [project] table of a pyproject.toml (PEP 621), or what Poetry has in its place."""
    found = table.get("project") or table.get("tool", {}).get("poetry") or {}
    return dict(found) if isinstance(found, Mapping) else {}


def version_file(root: Path, table: Mapping[str, Any]) -> str | None:
    """Return the file that says a dynamic version, relative to `root`; None where no file does."""
    return next((name for name in _candidates(table) if said_in(root / name)), None)


def said_version(root: Path, table: Mapping[str, Any]) -> str | None:
    """Return the version that a file of the project says, or None."""
    name = version_file(root, table)
    return said_in(root / name) if name else None


def said_in(path: Path) -> str | None:
    """Return the version in a file: `__version__ = "1.2.0"` of a module, else the only line of a text."""
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    found = _SAID.search(text)
    if found:
        return found[1]
    return text.strip() if path.suffix != ".py" and re.fullmatch(r"v?\d+(\.\w+)*", text.strip()) else None


def _candidates(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield files, likeliest first, by what each backend documents: hatchling, pdm-backend, setuptools, flit."""
    project, tool = project_table(table), table.get("tool", {})
    if "version" not in project.get("dynamic", ()):
        return
    for found in (tool.get("hatch", {}).get("version", {}), tool.get("pdm", {}).get("version", {})):
        if isinstance(found, Mapping) and isinstance(found.get("path"), str):
            yield found["path"]
    dynamic = tool.get("setuptools", {}).get("dynamic", {}).get("version", {})
    if isinstance(dynamic.get("attr"), str):
        yield from _modules(dynamic["attr"].rpartition(".")[0])
    files = dynamic.get("file", ())
    yield from [files] if isinstance(files, str) else files
    if "flit_core" in str(table.get("build-system", {}).get("build-backend", "")):
        yield from _modules(str(tool.get("flit", {}).get("module", {}).get("name", project.get("name", ""))))


def _modules(name: str) -> Iterator[str]:
    path = name.replace("-", "_").replace(".", "/")
    for folder in ("", "src/"):
        yield from (f"{folder}{path}.py", f"{folder}{path}/__init__.py")
