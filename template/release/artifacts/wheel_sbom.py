"""The SBOM inside a wheel (PEP 770): a tracked file that says what the project declares, written with its version.

A static file is built by any tool as it is, the same bytes again, without a hook; hatchling packs what `sbom-files` of
its wheel target names.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from release.artifacts.sbom import ORIGIN, component, depends, document, required

_ENDING = ".cdx.json"


def write_inside(root: Path, version: object) -> None:
    """Write the SBOMs that the wheel of the project in `root` is to hold; those of other makers are left alone."""
    path = root / "pyproject.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in _named(table):
        file = root / name
        if not file.exists() or f'"{ORIGIN}"' in file.read_text(encoding="utf-8"):
            file.write_text(inside(table["project"], str(version)), encoding="utf-8", newline="\n")


def _named(table: dict[str, Any]) -> list[str]:
    for key in ("tool", "hatch", "build", "targets", "wheel"):
        table = table.get(key, {})
    return [name for name in table.get("sbom-files", []) if str(name).endswith(_ENDING)]


def inside(project: dict[str, Any], version: str) -> str:
    """Return the SBOM of a version as the [project] table declares it: CycloneDX 1.6, without a day or a number.

    Which versions of its requirements are taken is decided where it is installed, so none is told.
    """
    name = canonicalize_name(project["name"])
    dynamic = "dependencies" in project.get("dynamic", [])
    told = "found at the build; not recorded here" if dynamic else "declared requirements"
    licence = project["license"] if isinstance(project.get("license"), str) else ""
    root = component(name, version, ref=name, properties=[(ORIGIN, told)], licence=licence)
    asked = required([] if dynamic else project.get("dependencies", []))
    parts = [component(each, ref=f"{each} (required)", properties=texts) for each, texts in sorted(asked.items())]
    table = document(root, parts) | ({} if dynamic else {"dependencies": [depends(name, parts)]})
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"
