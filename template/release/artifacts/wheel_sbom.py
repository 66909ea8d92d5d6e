"""The SBOM inside a wheel (PEP 770): a tracked file that says what the project declares, written with its version.

A static file is built by any tool as it is, the same bytes again, without a hook; hatchling packs what `sbom-files` of
its wheel target names.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_OURS = "release:components"  # the property by which a file is known as written here
_ENDING = ".cdx.json"


def write_inside(root: Path, version: object) -> None:
    """Write the SBOMs that the wheel of the project in `root` is to hold; those of other makers are left alone."""
    path = root / "pyproject.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in _named(table):
        file = root / name
        if not file.exists() or f'"{_OURS}"' in file.read_text(encoding="utf-8"):
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
    told = "found at the build; not told here" if dynamic else "declared requirements"
    root: dict[str, Any] = {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "properties": [{"name": _OURS, "value": told}],
    }
    if isinstance(project.get("license"), str):
        root["licenses"] = [{"expression": project["license"]}]
    parts = _parts([] if dynamic else project.get("dependencies", []))
    bom: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": parts,
    }
    if not dynamic:
        bom["dependencies"] = [{"ref": name, "dependsOn": [each["bom-ref"] for each in parts]}]
    return json.dumps(bom, indent=2, ensure_ascii=False) + "\n"


def _parts(requirements: Iterable[str]) -> list[dict[str, Any]]:
    """Return a component for each name that is required, with every requirement of it."""
    wanted: dict[str, list[str]] = {}
    for text in requirements:
        try:
            wanted.setdefault(canonicalize_name(Requirement(text).name), []).append(text)
        except InvalidRequirement:
            continue  # the build refuses it
    return [
        {
            "type": "library",
            "bom-ref": f"{name} (required)",
            "name": name,
            "purl": f"pkg:pypi/{name}",
            "properties": [{"name": "release:requirement", "value": text} for text in texts],
        }
        for name, texts in sorted(wanted.items())
    ]
