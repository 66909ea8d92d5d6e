"""The distributions built again from the tag: the same bytes, or only the same files in another packing."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from pathlib import Path

from release.artifacts.distribution_build import build_distributions
from release.artifacts.distribution_files import read_distribution, recorded_in
from release.base.errors import ReleaseError
from release.values.wheel_promise import compiled_for
from release.verification.claims import Claim, Subject, not_proven, proven, wrong
from release.versioning.version_writer import pretended

WHAT = "built again"


def claim(subject: Subject, place: Path, fetched: Path) -> Claim:
    """Build the tag's commit into `place`/built, and compare with what the tag records, of which some is in `fetched`.

    Where only the packing differs (another zlib writes other bytes for the same files) that is told.
    """
    files = recorded_in(subject.text)  # wheels that a workflow built are not built again
    if not files:
        return not_proven(WHAT, f"{subject.ctx.release.tag} records no distributions")
    try:
        _build(subject, place / "built")
    except ReleaseError as error:
        return not_proven(WHAT, f"it does not build here: {error.what}\n{error.why}".rstrip())
    made = {path.name: read_distribution(path).sha256 for path in (place / "built").glob("[!.]*")}
    other = [each for each in files if made.get(each.name) != each.sha256]
    if not other:
        return proven(WHAT, f"{len(made)} files, the same bytes that the tag records")
    if all(packed_otherwise(place / "built" / each.name, fetched / each.name) for each in other):
        return not_proven(
            WHAT, f"the same files are inside, packed otherwise: {', '.join(each.name for each in other)}"
        )
    return _judged(subject, place, made, [each.name for each in other], fetched)


def _build(subject: Subject, into: Path) -> None:
    ctx, pythons = subject.ctx, compiled_for(each.name for each in recorded_in(subject.text))
    build_distributions(ctx, subject.commit, into, pythons, **pretended(ctx))


def _judged(subject: Subject, place: Path, made: dict[str, str], other: list[str], fetched: Path) -> Claim:
    """Tell bytes of another origin from a build backend that never writes the same ones twice.

    Without the files that were published nobody can tell whether only the packing differs.
    """
    recorded = {each.name: each.sha256 for each in subject.files}
    fact = "\n".join(f"{name}: built {made.get(name, 'nothing')}, the tag records {recorded[name]}" for name in other)
    if any(name not in made for name in other):
        return wrong(WHAT, fact)
    _build(subject, place / "again")
    again = {path.name: read_distribution(path).sha256 for path in (place / "again").glob("[!.]*")}
    if any(again.get(name) != made[name] for name in other):
        return not_proven(WHAT, f"built twice here, each time other bytes: {', '.join(other)}")
    if absent := [name for name in other if not (fetched / name).is_file()]:
        return not_proven(WHAT, f"{fact}\nno index gave {', '.join(absent)}, to see whether only the packing differs")
    return wrong(WHAT, fact)


def packed_otherwise(ours: Path, theirs: Path) -> bool:
    """Return whether two distributions hold the same files: only the packing (zlib, tar) differs."""
    try:
        return _members(ours) == _members(theirs)
    except (zipfile.BadZipFile, tarfile.TarError, OSError):
        return False


def _members(path: Path) -> dict[str, tuple[str, int]]:
    """Return {name of a member: sha256 and mode}."""
    found = {}
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for entry in wheel.infolist():
                found[entry.filename] = (hashlib.sha256(wheel.read(entry)).hexdigest(), entry.external_attr)
        return found
    with tarfile.open(path) as sdist:
        for member in sdist:
            content = sdist.extractfile(member)
            digest = hashlib.sha256(content.read() if content else member.linkname.encode()).hexdigest()
            found[member.name] = (digest, member.mode)
    return found
