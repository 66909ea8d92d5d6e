"""Which version to advise where one is taken: as much higher as the fragments ask for, so that no gate refuses it."""

from __future__ import annotations

from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.values.fragment import bump_of
from release.values.version_numbers import bumped, following


def next_free(ctx: Context, taken: Version) -> Version:
    """Return the version to release where `taken` is taken: 1.2.1 or 1.3.0 after 1.2.0, 1.3.0rc2 after 1.3.0rc1."""
    if taken.is_prerelease:
        return following(taken)
    try:
        fragments = read_fragments(ctx.root, ctx.project.notes)
    except ReleaseError:
        return following(taken)
    return bumped(taken, bump_of(fragments, taken))
