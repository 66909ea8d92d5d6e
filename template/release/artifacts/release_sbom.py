"""The SBOM of a release, which its page on the forge has: its distributions, and what an installer chose for them.

It is a function of the tag and of the wheel that the tag records: the same bytes again on any machine and day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.utils import canonicalize_name

from release.artifacts.distribution_files import Facts, facts_in, metadata_of, recorded_in, requirements
from release.artifacts.sbom import ORIGIN, component, depends, document, required
from release.base.errors import ReleaseError
from release.context import Context
from release.values.release import Release

_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_RESOLVED = re.compile(
    r"^Resolved: (?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))?(?: # via (?P<via>.*))?$", re.MULTILINE
)
_DECLARED = "declared requirements; which versions are taken is decided where it is installed"
_CHOSEN = "what an installer chose when the release was tagged; the tag records it"


@dataclass(frozen=True)
class Resolved:
    """A distribution that an installer chose for a requirement; `via` names what asked for it, if not the project."""

    name: str
    version: str
    marker: str
    via: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Its name in the SBOM."""
        return f"{self.name}=={self.version}"


def sbom_name(release: Release) -> str:
    """Return the name of the SBOM of a release: acme-1.2.0.cdx.json."""
    return f"{release.project}-{release.version}.cdx.json"


def resolved_lines(ctx: Context, wheel: Path | None) -> list[str]:
    """Return what the tag records of the requirements of a wheel, a line each: an installer's choice, now.

    Empty where there are no requirements, or where the installer cannot be asked: the SBOM then tells the requirements.
    """
    wanted = requirements(wheel) if wheel else []
    if not wanted:
        return []
    try:
        pins = ctx.tools.resolve(wanted, ctx.project.pythons[:1])
    except ReleaseError as error:
        ctx.report.line("warn", "resolve", f"{error.why.splitlines()[-1]}\nthe SBOM will tell requirements only")
        return []
    return [f"Resolved: {' '.join(pin.split())}" for pin in pins]


def resolved_in(text: str) -> list[Resolved]:
    """Return what the message of a tag records as resolved."""
    return [
        Resolved(row["name"], row["version"], row["marker"] or "", tuple((row["via"] or "").replace(",", " ").split()))
        for row in _RESOLVED.finditer(text)
    ]


def sbom(ctx: Context, wheel: Path, commit: str, tag_text: str) -> str:
    """Return the SBOM of the release in hand as JSON: its distributions by their hashes, and what it depends on.

    `tag_text` is the message of its tag, `wheel` the wheel that the tag records, `commit` the release commit.
    """
    release, version = ctx.release, str(ctx.release.version)
    asked, chosen = required(requirements(wheel)), _each_once(resolved_in(tag_text))
    properties = [("release:commit", commit), ("release:tag", release.tag)]
    properties += [(ORIGIN, _CHOSEN if chosen else _DECLARED)] if asked else []
    root = component(
        release.project,
        version,
        ref=f"{release.project}=={version}",
        properties=sorted(properties),
        licence=metadata_of(wheel).get("license_expression") or "",
        files=sorted(recorded_in(tag_text), key=lambda each: each.name),
    )
    parts, rows = _parts(root["bom-ref"], asked, chosen)
    made = datetime.fromtimestamp(ctx.git.time_of(commit), UTC).isoformat()
    serial = uuid5(NAMESPACE_URL, f"pkg:pypi/{release.project}@{version}#{commit}")
    table = document(root, parts, timestamp=made) | {"$schema": _SCHEMA, "serialNumber": f"urn:uuid:{serial}"}
    table |= {"dependencies": rows}
    _describe((root, *parts), facts_in(tag_text))
    shown = {key: value for key, value in table.items() if value != []}
    return json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _describe(parts: Iterable[dict[str, Any]], facts: Mapping[str, Facts]) -> None:
    """Add to each component the licence and the supplier that the tag records of it."""
    for part in parts:
        known = facts.get(f"{part['name']}=={part.get('version', '')}", Facts())
        if known.licence:
            part.setdefault("licenses", [{"expression": known.licence}])
        if known.supplier:
            part["supplier"] = {"name": known.supplier}


def _each_once(chosen: Sequence[Resolved]) -> list[Resolved]:
    """Return what was chosen in order; one version that two markers ask for is one component."""
    return sorted({each.ref: each for each in reversed(chosen)}.values(), key=lambda each: (each.name, each.version))


def _parts(
    root: str, asked: Mapping[str, list[tuple[str, str]]], chosen: Sequence[Resolved]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what the release depends on and which of it on which: what was chosen, or else what it declares."""
    if not asked:
        return [], []
    if not chosen:
        parts = [component(name, ref=name, properties=sorted(set(texts))) for name, texts in sorted(asked.items())]
        return parts, [depends(root, parts)]
    known = {
        each: component(
            each.name, each.version, ref=each.ref, properties=sorted(set(asked.get(canonicalize_name(each.name), [])))
        )
        for each in chosen
    }
    direct = [part for each, part in known.items() if canonicalize_name(each.name) in asked]
    rows = [depends(root, direct)]
    rows += [depends(over.ref, [part for under, part in known.items() if over.name in under.via]) for over in known]
    shown = [{key: value for key, value in row.items() if value != []} for row in rows]
    return list(known.values()), sorted(shown, key=lambda row: str(row["ref"]))
