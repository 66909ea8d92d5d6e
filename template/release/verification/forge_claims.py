"""The forge release: its assets by their digests, SHA256SUMS over all of them, and the SBOM."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from release.adapters.forge.forge_http import ForgeRefused
from release.adapters.forge.protocols import Asset, Forge
from release.artifacts.distribution_files import assets_in, read_distribution
from release.artifacts.forge_assets import SUMS, sums
from release.artifacts.release_sbom import sbom, sbom_name
from release.config.release_toml import parse_config
from release.values.release import Distribution
from release.verification.claims import Claim, Subject, asked, not_proven, proven, wrong

_GONE = 404
_LIBRARY = "cyclonedx-python-lib"


def claims(subject: Subject, wheel: Path | None, fetched: Path) -> list[Claim]:
    """Return what is known of the forge release; `wheel` is the one that the tag records, where it could be had.

    In `fetched` are the files that the indexes serve.
    """
    forge = subject.ctx.forge
    text = subject.ctx.git.file_at(subject.commit, "release.toml")
    if forge is None or not parse_config(text or "").forge.shows:
        return []
    return asked(f"release on {forge.name}", lambda: _claims(subject, forge, wheel, fetched))


def _claims(subject: Subject, forge: Forge, wheel: Path | None, fetched: Path) -> Iterator[Claim]:
    what, tag = f"release on {forge.name}", subject.ctx.release.tag
    found = next(iter(forge.releases.find(tag)), None)
    if found is None:
        yield wrong(what, f"{forge.name} has no release of {tag}")
        return
    if found.draft:
        yield wrong(what, f"it is a draft, visible only to the owners, but {tag} is public")
    else:
        yield proven(what, f"{found.page or tag} is public")
    assets = {each.name: each for each in found.assets}
    answers = {name: _served(forge, asset) for name, asset in assets.items()}
    served = {name: sha256 for name, sha256 in answers.items() if sha256}
    yield from _assets(subject, assets, served, fetched)
    yield from asked(SUMS, lambda: [_sums(subject, served)])
    yield from asked("SBOM", lambda: [_sbom(subject, served, wheel)])


def _served(forge: Forge, asset: Asset) -> str:
    """Return the hash of the bytes that the forge serves for an asset; empty where it shows one that is not there."""
    try:
        return forge.releases.sha256_of(asset)
    except ForgeRefused as error:
        if error.status != _GONE:
            raise
        return ""


def _assets(subject: Subject, assets: dict[str, Asset], served: dict[str, str], fetched: Path) -> Iterator[Claim]:
    """Compare what the forge tells and serves of each asset, what indexes serve, and what the tag records."""
    further = assets_in(subject.text)
    what, recorded = "assets", further | {each.name: each.sha256 for each in subject.files}
    told = {name: asset.sha256 for name, asset in assets.items()}
    names = dict.fromkeys([*recorded, *told])
    faults = [_fault(name, recorded.get(name), served.get(name), told.get(name)) for name in names]
    for path in sorted(fetched.iterdir()) if fetched.is_dir() else ():
        there = read_distribution(path).sha256
        if path.name not in recorded and served.get(path.name, there) != there:
            faults.append(f"{path.name} is {served[path.name]} here and {there} on the index")
    if bad := list(filter(None, faults)):
        yield wrong(what, "\n".join(bad))
    elif recorded:
        more = f" and {len(further)} further files" if further else ""
        yield proven(what, f"{len(subject.files)} distributions{more}, as the tag records them")
    others = sorted(set(served) - set(recorded) - {SUMS, sbom_name(subject.ctx.release)})
    for name in others:
        yield not_proven(f"asset {name}", f"{served[name]}; nothing but {SUMS} vouches for it")


def _fault(name: str, recorded: str | None, served: str | None, told: str | None) -> str:
    """Return what is wrong with one asset; `told` is None where the forge does not show it, empty without a hash."""
    if served is None:
        where = "is not there" if told is None else "is shown, and its bytes are not there"
        return f"{name} {where}, the tag records {recorded}" if recorded else f"{name} {where}"
    if recorded and served != recorded:
        return f"{name} is {served}, the tag records {recorded}"
    return f"{name} is told as {told} and served as {served}" if told and told != served else ""


def _sums(subject: Subject, served: dict[str, str]) -> Claim:
    """Compare the checksums with what they should be: those of the tag, and of everything else as it is served."""
    if SUMS not in served:
        return wrong(SUMS, "it is not among the assets")
    should = {name: sha256 for name, sha256 in served.items() if name != SUMS}
    should |= assets_in(subject.text) | {each.name: each.sha256 for each in subject.files}
    text = sums(Distribution(name, sha256) for name, sha256 in should.items())
    expected = hashlib.sha256(text.encode()).hexdigest()
    if served[SUMS] != expected:
        return wrong(SUMS, f"it is {served[SUMS]}; over the {len(should)} other assets it would be {expected}")
    return proven(SUMS, f"it lists all {len(should)} other assets with their digests")


def _sbom(subject: Subject, served: dict[str, str], wheel: Path | None) -> Claim:
    what, name = "SBOM", sbom_name(subject.ctx.release)
    if name not in served:
        return (
            wrong(what, f"{name} is not among the assets") if subject.wheel else not_proven(what, "there is no wheel")
        )
    if wheel is None:
        return not_proven(what, "the wheel that it is made of could not be had")
    text = sbom(subject.ctx, wheel, subject.commit, subject.text)
    expected = hashlib.sha256(text.encode()).hexdigest()
    if served[name] == expected:
        return proven(what, f"{name} is what the tag and the wheel give")
    fact = f"{name} is {served[name]}, the tag and the wheel give {expected}"
    return not_proven(what, f"{fact}\n{doubt}") if (doubt := _by_library(subject)) else wrong(what, fact)


def _by_library(subject: Subject) -> str:
    """Return why an SBOM may be written in other words: until 0.2.0 a library wrote it, in those of its version."""
    needed = subject.ctx.git.file_at(subject.commit, "release/requirements.txt") or ""
    if _LIBRARY not in needed:
        return ""
    pins = subject.ctx.git.file_at(subject.commit, "constraints.txt") or ""
    found = re.search(rf"^{_LIBRARY}==(\S+)", pins, re.MULTILINE)
    return f"it was written by {_LIBRARY} {found[1] if found else ''}".rstrip()
