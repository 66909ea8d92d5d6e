"""The digests of a release's container images: records on the remote, for an image is built after the tag."""

from __future__ import annotations

from functools import partial

from release.adapters.image_registry import Image, image_at, logins_in, parts_of
from release.adapters.retry import patiently
from release.approvals.decision_records import Record, keep_counting, records, slug
from release.approvals.stage_approvals import signs, why_not_counted
from release.context import Context, home_of

IMAGES = "images/"


def image_in(ctx: Context, reference: str) -> Image | None:
    """Return what a registry has under a reference, asked with the login that the engines keep."""
    logins = logins_in(ctx.environment, home_of(ctx.environment))
    return patiently(partial(image_at, reference, logins), ctx.config.retry, ctx.report.say)


def reference_of(ctx: Context, repository: str) -> str:
    """Return the reference of the release in hand in a repository of images: host/team/acme:1.2.0."""
    return f"{repository}:{str(ctx.release.version).replace('+', '_')}"


def digests(ctx: Context) -> list[Record]:
    """Return the records of the images of the release in hand, those that do not count among them."""
    return records(ctx, f"{IMAGES}{ctx.release.version}/")


def why_void(ctx: Context, commit: str, record: Record) -> str:
    """Return why the record of a digest does not count: it is of another commit, or its author may not make it."""
    if record.commit != commit and not record.forged:
        return f"it is of {record.commit[:7]}, and the release is {commit[:7]}"
    return why_not_counted(ctx, record, _name(ctx, record.facts.get("Image", "")), "", signed=signs(ctx.config))


def record_digest(ctx: Context, commit: str, reference: str, digest: str) -> None:
    """Record the digest of an image of the release in hand; raise ReleaseError where that is refused."""
    facts = {"Image": reference, "Digest": digest}
    void = partial(why_void, ctx, commit)
    subject = f"Image of {ctx.release}"
    keep_counting(ctx, _name(ctx, reference), commit, subject, facts, sign=signs(ctx.config), why_void=void)


def _name(ctx: Context, reference: str) -> str:
    host, name, tag = parts_of(reference)
    return f"{IMAGES}{ctx.release.version}/{slug(host)}/{slug(name)}/{slug(tag)}"
