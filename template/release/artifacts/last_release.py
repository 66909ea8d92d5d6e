"""The last release that users have: the newest final version on an index, the one that is to be compared with."""

from __future__ import annotations

from packaging.version import Version

from release.adapters.index.simple_api import Index
from release.context import Context


def last_published(ctx: Context, below: Version | None = None) -> tuple[Index | None, Version | None]:
    """Return the newest final release (below a version) that an index has, the last index first (it is the public one).

    All indexes are asked, those that do not get this release among them: users of a candidate come from a final.
    """
    for index in reversed(ctx.every_index or ctx.indexes):
        finals = [each for each in index.versions(ctx.project.canonical) if not each.is_prerelease]
        found = [each for each in finals if below is None or each < below]
        if found:
            return index, max(found)
    return None, None


def which_published(ctx: Context) -> str:
    """Return which release that is, for the digest of a gate; empty where there is none."""
    index, before = last_published(ctx, ctx.release.version)
    return f"{before} on {index.name}" if index else ""
