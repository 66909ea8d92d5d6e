"""What vouches for a release beside its distributions: SHA256SUMS, and an SBOM in CycloneDX (JSON, 1.6).

Both are functions of the tag and of the wheel that it records: the same bytes again on any machine and day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release.artifacts.distribution_files import metadata_of, read_distribution, recorded_in, requirements, wheel_of
from release.base.errors import ReleaseError
from release.base.model import Distribution, Release
from release.context import Context

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component

SUMS = "SHA256SUMS"
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


def sbom_name(release: Release) -> str:
    """Return the name of the SBOM of a release: acme-1.2.0.cdx.json."""
    return f"{release.project}-{release.version}.cdx.json"


def sums(files: Iterable[Distribution]) -> str:
    """Return the text of SHA256SUMS for some files, as `sha256sum --check` takes it."""
    return "".join(f"{each.sha256}  {each.name}\n" for each in sorted(files, key=lambda each: each.name))


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
    from cyclonedx.output.json import JsonV1Dot6

    chosen = resolved_in(tag_text)
    bom = _bom(ctx, wheel, commit, recorded_in(tag_text))
    _depend(bom, [Requirement(each) for each in requirements(wheel)], chosen)
    table = json.loads(JsonV1Dot6(bom).output_as_string())
    if not chosen:  # the library says of each that it depends on nothing, which is not known
        told = [each for each in table.get("dependencies", []) if "dependsOn" in each]
        table = {key: value for key, value in table.items() if key != "dependencies"}
        table |= {"dependencies": told} if told else {}
    return json.dumps(table, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _bom(ctx: Context, wheel: Path, commit: str, files: Sequence[Distribution]) -> Bom:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from packageurl import PackageURL

    release, version = ctx.release, str(ctx.release.version)
    licence = metadata_of(wheel).get("license_expression")
    root = Component(
        name=release.project,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{release.project}=={version}",
        purl=PackageURL("pypi", None, release.project, version),
        licenses=[LicenseExpression(licence)] if licence else [],
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(each.name),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each.sha256)],
            )
            for each in files
        ],
        properties=[Property(name="release:commit", value=commit), Property(name="release:tag", value=release.tag)],
    )
    made = datetime.fromtimestamp(ctx.git.time_of(commit), UTC)
    serial = uuid5(NAMESPACE_URL, f"pkg:pypi/{release.project}@{version}#{commit}")
    return Bom(serial_number=serial, metadata=BomMetaData(component=root, timestamp=made))


def _depend(bom: Bom, declared: Sequence[Requirement], chosen: Sequence[Resolved]) -> None:
    """Add what the release depends on: what was chosen, or else what it declares."""
    from cyclonedx.model import Property

    root = bom.metadata.component
    if root is None or not declared:
        return
    root.properties.add(Property(name="release:components", value=_CHOSEN if chosen else _DECLARED))
    asked: dict[str, list[str]] = {}
    for each in declared:
        asked.setdefault(canonicalize_name(each.name), []).append(str(each))
    if not chosen:
        names = [_component(name, "", wanted) for name, wanted in asked.items()]
        bom.components.update(names)
        bom.register_dependency(root, names)
        return
    known = {each: _component(each.name, each.version, asked.get(canonicalize_name(each.name), [])) for each in chosen}
    bom.components.update(known.values())
    bom.register_dependency(root, [part for each, part in known.items() if canonicalize_name(each.name) in asked])
    for over, part in known.items():
        bom.register_dependency(part, [other for under, other in known.items() if over.name in under.via])


def _component(name: str, version: str, requirements: Sequence[str]) -> Component:
    from cyclonedx.model import Property
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    return Component(
        name=name,
        version=version or None,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}=={version}" if version else name,
        purl=PackageURL("pypi", None, name, version or None),
        properties=[Property(name="release:requirement", value=each) for each in requirements],
    )


def write_evidence(ctx: Context, files: Sequence[Path], folder: Path | None = None) -> list[Path]:
    """Write SBOM and SHA256SUMS of the release in hand into `folder` (beside dist/'s files), and return their paths.

    `files` are its distributions and whatever else it has: all of them, and the SBOM, stand in SHA256SUMS. Without a
    wheel there is no SBOM.
    """
    commit = ctx.git.read("rev-parse", str(ctx.release_commit()))
    folder = folder or ctx.root / "dist" / f"evidence-{ctx.release.version}-{commit[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if wheel := wheel_of(files):
        path = folder / sbom_name(ctx.release)
        path.write_text(sbom(ctx, wheel, commit, ctx.git.tag_text(ctx.release.tag)), encoding="utf-8", newline="\n")
        written.append(path)
    path = folder / SUMS
    path.write_text(sums(map(read_distribution, [*files, *written])), encoding="utf-8", newline="\n")
    return [*written, path]
