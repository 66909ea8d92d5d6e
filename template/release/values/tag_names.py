"""The names of release tags, by a pattern such as v{version}: 1.2.0 is v1.2.0, and only that is 1.2.0."""

from __future__ import annotations

import functools
import re

from packaging.version import Version

from release.values.version_numbers import version_in_any_form

PLACE = re.compile(r"\{version(?::([_-]))?\}")  # of the version in a pattern, and what is between its parts


def tag_name(pattern: str, version: object) -> str:
    """Return the name of the tag of a version."""
    return PLACE.sub(lambda place: str(version).replace(".", place[1] or "."), pattern)


@functools.lru_cache(maxsize=2**14)  # asked of each tag again and again
def version_in_tag(pattern: str, tag: str) -> Version | None:
    """Return the version in the name of a tag, or None when the name is not a release's."""
    before, between, after = PLACE.split(pattern)
    written = tag[len(before) : len(tag) - len(after)]
    if not (tag.startswith(before) and tag.endswith(after)) or (between and "." in written):
        return None
    return version_in_any_form(written.replace(between, ".") if between else written)
