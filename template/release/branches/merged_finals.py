"""Finals that are merged into a frozen branch: as which of them a commit is tagged, by who may."""

from __future__ import annotations

from packaging.version import Version

from release.approvals.signature_check import why_tag_not_signed
from release.context import Context
from release.values.version_numbers import series


def finals_at(ctx: Context, line: str, commit: str) -> list[Version]:
    """Return the finals of a line or of an older one that a tag calls a commit; signed where it has to be."""
    newest = Version(line)
    refs = ctx.git.remote_refs(ctx.config.remote)
    tags = [tag for tag, tagged in refs.tags.items() if tagged == commit != refs.tag_objects.get(tag, commit)]
    tags = [tag for tag in tags if not (ctx.config.signed_tags and why_tag_not_signed(ctx, refs.tag_objects[tag]))]
    versions = [each for tag in tags if (each := ctx.config.version_of(tag)) and not each.is_prerelease]
    return [each for each in versions if Version(series(each)) <= newest]
