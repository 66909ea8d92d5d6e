"""The files on each index: what is listed and what is served, beside what the tag records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from packaging.version import Version

from release.adapters.index.attestations import Doubt, Untrue, installed, verified
from release.adapters.index.listing import Ambiguous, IndexFile
from release.adapters.index.simple_api import Index
from release.artifacts.distribution_files import read_distribution
from release.artifacts.index_metadata import told_otherwise
from release.verification.claims import Claim, Subject, asked, not_proven, proven, wrong


def claims(subject: Subject, place: Path) -> list[Claim]:
    """Return what is known of each index; the files that are what the tag records are laid into `place`."""
    place.mkdir(exist_ok=True)
    found: list[Claim] = []
    for index in subject.ctx.indexes:
        found += asked(f"files on {index.name}", lambda: _files(subject, index, place))  # noqa: B023  (called at once)
        what = f"attestations on {index.name}"
        found += asked(what, lambda: [_attested(subject, index, what)])  # noqa: B023
    return found


def _local(subject: Subject, everything: Mapping[Version, Sequence[IndexFile]]) -> list[str]:
    """Return the files of local versions (0.1.0+1) that no release has: installers prefer them to 0.1.0."""
    ctx, version = subject.ctx, subject.ctx.release.version
    others = [each for each in everything if each.local and each.public == str(version)]
    released = set(map(ctx.config.version_of, ctx.git.remote_refs(ctx.config.remote).tags)) if others else set()
    return [file.name for each in others if each not in released for file in everything[each]]


def _files(subject: Subject, index: Index, place: Path) -> Iterator[Claim]:
    what = f"files on {index.name}"
    try:
        everything = index.all_files(subject.ctx.project.canonical)
    except Ambiguous as error:
        yield wrong(what, error.why)
        return
    there = {file.name: file for file in everything.get(subject.ctx.release.version, ())}
    local, ours = _local(subject, everything), {each.name: each.sha256 for each in subject.files}
    if not ours:
        yield _unrecorded(subject, index, what, place, there)
        return
    bad = [f"{name} is there, and the tag does not record it" for name in (*there, *local) if name not in ours]
    for name, sha256 in ours.items():
        if name not in there:
            bad.append(f"{name} is not there, the tag records {sha256}")
            continue
        content = index.read(there[name].url)
        served, listed = hashlib.sha256(content).hexdigest(), there[name].sha256 or sha256
        if {served, listed} == {sha256}:
            (place / name).write_bytes(content)
        bad += told_otherwise(index, there[name], content)
        for word, value in (("lists", listed), ("serves", served)):
            bad += [f"{index.name} {word} {name} with {value}, the tag records {sha256}"] if value != sha256 else []
    yanked = " (yanked)" if any(each.yanked for each in there.values()) else ""
    if bad:
        yield wrong(what, "\n".join(bad) + yanked)
    else:
        unlisted = "" if all(each.sha256 for each in there.values()) else "; the index lists no sha256 of some"
        fact = f"{len(ours)} files, listed and served with the hashes that the tag records"
        yield proven(what, f"{fact}{unlisted}{yanked}")


def _unrecorded(subject: Subject, index: Index, what: str, place: Path, there: dict[str, IndexFile]) -> Claim:
    """Judge files of which the tag says nothing; they are laid into `place` all the same, to be compared with others.

    A tag that was made by the release process before an upload records every file.
    """
    told = f"{subject.ctx.release.tag} records no distributions to compare {len(there)} files with"
    for name, file in there.items():
        content = index.read(file.url)
        served, other = hashlib.sha256(content).hexdigest(), place / name
        if other.is_file() and (before := read_distribution(other).sha256) != served:
            return wrong(what, f"{index.name} serves {name} with {served}, another index with {before}")
        other.write_bytes(content)
    return wrong(what, told) if there and subject.ours else not_proven(what, told)


def _attested(subject: Subject, index: Index, what: str) -> Claim:
    """Look at the provenance of each file (PEP 740), which says whose workflow uploaded it."""
    listed = index.files(subject.ctx.project.canonical, subject.ctx.release.version)
    files = [listed[each.name] for each in subject.files if each.name in listed]
    without = [each.name for each in files if not each.provenance]
    if not files or without:
        return not_proven(what, f"the index has none of {', '.join(without) or 'its files'}")
    if not installed():
        return not_proven(what, "pypi-attestations is not installed: python -m pip install pypi-attestations")
    hashes = {each.name: each.sha256 for each in subject.files}
    publishers = set()
    for each in files:
        try:
            publishers |= verified(index.read(each.provenance, "application/json"), each.name, hashes[each.name])
        except Doubt as doubt:
            return not_proven(what, f"{each.name}: {doubt.why}")
        except Untrue as error:
            return wrong(what, f"{each.name}: {error.why}")
    return _published_by(subject, what, publishers)


def _published_by(subject: Subject, what: str, publishers: set[tuple[str, str, str]]) -> Claim:
    """Compare who uploaded with where the project lies."""
    place = subject.ctx.place
    told = ", ".join(sorted(f"{kind} {project} ({workflow})" for kind, project, workflow in publishers))
    if place is None:
        return not_proven(what, f"uploaded by {told}; nothing here says whose workflow it should be")
    ours = (place.kind, place.project.lower())
    if any((kind.lower(), project.lower()) != ours for kind, project, _ in publishers):
        return wrong(what, f"uploaded by {told}; the project is {place.kind} {place.project}")
    return proven(what, f"uploaded by {told}")
