"""An SBOM in CycloneDX 1.6 (JSON, https://cyclonedx.org/docs/1.6/json/): components, and which depends on which.

It is written without a library: the bytes that a tag and a wheel give must not change with the version of a tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from release.values.release import Distribution

ORIGIN = "release:components"  # the property that says where the components are from
_REQUIREMENT = "release:requirement"


def component(
    name: str,
    version: str = "",
    *,
    ref: str,
    properties: Iterable[tuple[str, str]] = (),
    licence: str = "",
    files: Iterable[Distribution] = (),
) -> dict[str, Any]:
    """Return one component; `ref` is its name in this document, `licence` an SPDX expression."""
    told = [{"name": key, "value": value} for key, value in properties]
    external = [
        {"type": "distribution", "url": each.name, "hashes": [{"alg": "SHA-256", "content": each.sha256}]}
        for each in files
    ]
    purl = f"pkg:pypi/{canonicalize_name(name)}" + (f"@{quote(version, safe='')}" if version else "")
    return {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        **({"version": version} if version else {}),
        "purl": purl,
        **({"properties": told} if told else {}),
        **({"licenses": [{"expression": licence}]} if licence else {}),
        **({"externalReferences": external} if external else {}),
    }


def document(root: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], **metadata: str) -> dict[str, Any]:
    """Return a document about `root`, which has `parts`; `metadata` is, for instance, its time."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root, **metadata},
        "components": list(parts),
    }


def depends(ref: str, parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the row that says which parts the component `ref` depends on."""
    return {"ref": ref, "dependsOn": [each["bom-ref"] for each in parts]}


def required(requirements: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return {name as indexes compare it: its requirements, as properties}; without what the build would refuse."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for text in requirements:
        try:
            name = canonicalize_name(Requirement(text).name)
        except InvalidRequirement:
            continue
        wanted.setdefault(name, []).append((_REQUIREMENT, text))
    return wanted
