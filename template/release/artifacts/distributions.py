"""The distributions of the release in hand: where they lie, what is in them, and which hashes its tag records.

The tag's message names each distribution with its sha256: any clone can tell ours from others without a build.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement

from release.adapters.index.simple_api import Index
from release.base.model import Distribution
from release.context import Context

_RECORD = re.compile(r"^(?P<sha256>[0-9a-f]{64})  (?P<name>\S+)$", re.MULTILINE)


def built(ctx: Context) -> list[Path]:
    """Return the distributions of the release in hand that lie here, by name."""
    commit = ctx.release_commit()
    folder = ctx.distributions_folder(commit) if commit else None
    return sorted(folder.iterdir()) if folder and folder.is_dir() else []


def wheel_of(files: Iterable[Path]) -> Path | None:
    """Return the wheel among `files`."""
    return next((file for file in files if file.suffix == ".whl"), None)


def top_level(wheel: Path) -> set[str]:
    """Return the names that a wheel puts into site-packages, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    return {name for name in tops if not name.endswith((".dist-info", ".data"))}


def metadata_of(wheel: Path) -> RawMetadata:
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


def tag_message(ctx: Context, decisions: Iterable[str] = ()) -> str:
    """Return the message of the release's tag: its name, a line for each distribution as sha256sum prints it.

    And the decisions that it rests on: approvals, waivers.
    """
    found = [f"{each.sha256}  {each.name}" for each in map(read_distribution, built(ctx))]
    told = list(decisions)
    hotfix = " (hotfix)" if ctx.release.stage == "hotfix" else ""
    return "\n".join([f"{ctx.release}{hotfix}", "", *found, *(["", *told] if told else [])])


def recorded(ctx: Context) -> tuple[Distribution, ...]:
    """Return the distributions that the release's tag names; empty while there is no tag here."""
    if ctx.release.tag not in ctx.git.tags():
        return ()
    return recorded_in(ctx.git.tag_text(ctx.release.tag))


def recorded_in(text: str) -> tuple[Distribution, ...]:
    """Return the distributions that the message of a tag names."""
    return tuple(Distribution(row["name"], row["sha256"]) for row in _RECORD.finditer(text))


def on_index(ctx: Context, index: Index) -> dict[str, str]:
    """Return {file name: sha256 in lower-case hex} of what an index has of the release."""
    files = index.files(ctx.project.canonical, ctx.release.version).values()
    return {file.name: file.sha256 or index.download_sha256(file) for file in files}


def all_published(ctx: Context) -> bool:
    """Return whether every index has every distribution that the tag records."""
    ours = {each.name: each.sha256 for each in recorded(ctx)}
    return bool(ours and ctx.indexes) and all(on_index(ctx, index) == ours for index in ctx.indexes)
