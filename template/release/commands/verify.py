"""Verifying: a release fetched anew, built again and compared: what is proven, what is not, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.artifacts.distribution_files import read_distribution
from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.current_release import of_version
from release.engine.lock import locked
from release.values.release import Release
from release.values.version_numbers import parse_version
from release.verification import (
    approval_claims,
    demands,
    forge_claims,
    image_claims,
    index_claims,
    rebuild_claims,
    tag_claims,
)
from release.verification.claims import Claim, Proof, Subject, subject_of


@dataclass(frozen=True)
class VerifyResult:
    """All that was claimed of a release, and what came of it."""

    release: Release
    tag: str
    commit: str
    claims: Sequence[Claim]

    def those(self, standing: Proof) -> list[Claim]:
        """Return the claims of which this is known."""
        return [each for each in self.claims if each.standing is standing]

    @property
    def wrong(self) -> bool:
        """Whether anything is not as it should be."""
        return bool(self.those(Proof.WRONG))


def verify(ctx: Context, version: str) -> VerifyResult:
    """Ask the remote, every index and the forge for a release, and build it again; `version`: empty for the newest.

    It needs no release in hand and no files here. Raises ReleaseError where there is no tag.
    """
    subject = subject_of(_with(ctx, version))
    with temporary_folder() as place, locked(ctx):
        fetched = Path(place).resolve() / "fetched"
        found = [*tag_claims.claims(subject), *approval_claims.claims(subject), *index_claims.claims(subject, fetched)]
        if subject.files:
            found.append(rebuild_claims.claim(subject, Path(place).resolve(), fetched))
        found += forge_claims.claims(subject, _wheel(subject, fetched, Path(place).resolve() / "built"), fetched)
    found += image_claims.claims(subject)
    return VerifyResult(subject.ctx.release, subject.object, subject.commit, demands.judged(subject, found))


def _with(ctx: Context, version: str) -> Context:
    """Return the context with the release in hand; without a version the newest that has a tag on the remote."""
    try:
        tags = ctx.git.remote_refs(ctx.config.remote).tags
    except ReleaseError:
        tags = ctx.git.tags()  # what this clone has; that it may not be what the remote has is told
    versions = sorted(filter(None, map(ctx.config.version_of, tags)))
    if not version and not versions:
        raise ReleaseError("cannot verify", why=f"{ctx.config.remote} has no tag of a release", run="inv status")
    return of_version(ctx, parse_version(version) if version else versions[-1])


def _wheel(subject: Subject, *folders: Path) -> Path | None:
    """Return the wheel that the tag records, from where it was fetched or built with these very bytes."""
    paths = [folder / subject.wheel.name for folder in folders] if subject.wheel else []
    return next((path for path in paths if path.is_file() and read_distribution(path) == subject.wheel), None)


def show(ctx: Context, findings: VerifyResult) -> None:
    """Print a row for each claim, and what it comes to."""
    ctx.report.say(f"{findings.release}, {findings.release.tag}, {findings.commit[:12]}\n")
    width = max(26, *(len(each.what) for each in findings.claims))
    for each in findings.claims:
        first, *rest = each.fact.splitlines() or [""]
        ctx.report.say(f"  {each.standing.value:<10}  {each.what:<{width}}  {first}")
        for more in rest:
            ctx.report.say(f"{'':{width + 16}}{more}")
    wrong, open_ = findings.those(Proof.WRONG), findings.those(Proof.NOT_PROVEN)
    good = findings.those(Proof.PROVEN)
    ctx.report.say(f"\nproven: {_names(good)}")
    if open_:
        ctx.report.say(f"not proven: {_names(open_)}")
    if wrong:
        ctx.report.say(f"wrong: {_names(wrong)}")


def _names(claims: Sequence[Claim]) -> str:
    return ", ".join(each.what for each in claims) or "nothing"


def as_json(findings: VerifyResult) -> str:
    """Return findings for machines."""
    release = findings.release
    return json.dumps(
        {
            "project": release.project,
            "version": str(release.version),
            "tag": release.tag,
            "tag_object": findings.tag,
            "commit": findings.commit,
            "wrong": findings.wrong,
            "claims": [
                {"what": each.what, "standing": each.standing.value, "fact": each.fact} for each in findings.claims
            ],
        },
        indent=2,
        ensure_ascii=False,
    )
