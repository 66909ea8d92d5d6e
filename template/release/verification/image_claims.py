"""Container images and facts of the SBOM: what was recorded of them, and what a registry serves."""

from __future__ import annotations

from collections.abc import Iterator

from release.approvals.decision_records import Record
from release.artifacts.distribution_files import Facts, facts_in
from release.artifacts.image_records import digests, image_in, reference_of, why_void
from release.artifacts.release_sbom import resolved_in
from release.verification.claims import Claim, Subject, asked, not_proven, proven, wrong


def claims(subject: Subject) -> list[Claim]:
    """Return what is known of each image that is recorded or demanded, and of the SBOM where facts are."""
    return [*asked("images", lambda: _images(subject)), *described(subject)]


def _images(subject: Subject) -> Iterator[Claim]:
    ctx = subject.ctx
    found = {record.facts.get("Image", ""): record for record in digests(ctx)}
    wanted = [reference_of(ctx, each) for each in ctx.config.demands.images]
    for reference in dict.fromkeys([*wanted, *found]):
        what, record = f"image {reference}", found.get(reference)
        if record is None:
            yield not_proven(what, "no digest of it is recorded")
        elif why := why_void(ctx, subject.commit, record):
            yield not_proven(what, f"the record of its digest does not count: {why}")
        else:
            yield from asked(what, lambda ref=reference, one=record: [_served(subject, ref, one)])  # type: ignore[misc]


def _served(subject: Subject, reference: str, record: Record) -> Claim:
    what, there, digest = f"image {reference}", image_in(subject.ctx, reference), record.facts.get("Digest", "")
    if there is None:
        return wrong(what, f"the registry does not have it; {record.by} recorded {digest}")
    if there.digest != digest:
        return wrong(what, f"the registry serves {there.digest}, {record.by} recorded {digest}")
    return proven(what, f"{digest}, as recorded by {record.by}")


def described(subject: Subject) -> Iterator[Claim]:
    """Yield a claim for licences and one for suppliers, where they are demanded or recorded."""
    facts, demands = facts_in(subject.text), subject.ctx.config.demands
    own = f"{subject.ctx.release.project}=={subject.ctx.release.version}"
    parts = [own, *(f"{each.name}=={each.version}" for each in resolved_in(subject.text))]
    for word, demanded in (("licence", demands.sbom_licences), ("supplier", demands.sbom_suppliers)):
        without = [part for part in parts if not getattr(facts.get(part, Facts()), word)]
        what = f"{word}s in the SBOM"
        if (demanded or len(without) < len(parts)) and without:
            yield not_proven(what, f"the tag records none of {', '.join(without[:5])}")
        elif not without:
            yield proven(what, f"of {len(parts)} components, as the tag records them")
