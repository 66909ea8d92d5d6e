"""What wheels and sdists hold, and the lines of a tag that record their hashes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement

from release.values.release import Distribution
from release.values.wheel_promise import fits

_RECORD = re.compile(r"^(?P<sha256>[0-9a-f]{64})  (?P<name>\S+)$", re.MULTILINE)
_ASSET = re.compile(r"^Asset: (?P<sha256>[0-9a-f]{64})  (?P<name>\S+)$", re.MULTILINE)
_FACT = re.compile(r"^(?P<kind>Licence|Supplier): (?P<part>\S+) (?P<value>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Facts:
    """What is known of a component: its licence as SPDX and its supplier; empty for what it does not say."""

    licence: str = ""
    supplier: str = ""


def wheel_of(files: Iterable[Path], python: str = "") -> Path | None:
    """Return the wheel among `files`, of several compiled ones the first; with `python`, such as 3.12, one for it."""
    wheels = (file for file in files if file.suffix == ".whl")
    return next((file for file in wheels if not python or fits(file.name, python)), None)


def top_level(wheel: Path) -> set[str]:
    """Return the names that a wheel puts into site-packages, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    return {name for name in tops if not name.endswith((".dist-info", ".data"))}


def metadata_of(wheel: Path | BinaryIO) -> RawMetadata:
    """Return the core metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return parse_email(archive.read(name))[0]


def requirements(wheel: Path) -> list[str]:
    """Return what a wheel asks an installer for: Requires-Dist of its metadata, without extras."""
    found = [Requirement(text) for text in metadata_of(wheel).get("requires_dist", [])]
    return [str(each) for each in found if "extra" not in str(each.marker)]


def packages(wheel: Path) -> set[str]:
    """Return what can be imported from a wheel by its top-level names: {"acme"}."""
    names = (name.partition(".")[0] for name in top_level(wheel) if name.endswith(".py") or "." not in name)
    return {name for name in names if name.isidentifier()}


def read_distribution(path: Path) -> Distribution:
    """Return the name and the sha256 of a file."""
    return Distribution(path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def recorded_in(text: str) -> tuple[Distribution, ...]:
    """Return the distributions that the message of a tag names."""
    return tuple(Distribution(row["name"], row["sha256"]) for row in _RECORD.finditer(text))


def asset_line(file: Distribution) -> str:
    """Return the line by which a tag records a further file of the forge release."""
    return f"Asset: {file.sha256}  {file.name}"


def assets_in(text: str) -> dict[str, str]:
    """Return {name: sha256} of the further files of the forge release that the message of a tag names."""
    return {row["name"]: row["sha256"] for row in _ASSET.finditer(text)}


def facts_in(text: str) -> dict[str, Facts]:
    """Return {"name==version": what is known} that the message of a tag records."""
    rows = {(row["kind"], row["part"]): row["value"] for row in _FACT.finditer(text)}
    parts = dict.fromkeys(part for _, part in rows)
    return {part: Facts(rows.get(("Licence", part), ""), rows.get(("Supplier", part), "")) for part in parts}
