"""The sections of a changelog in Markdown, by their versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

_HEADING = re.compile(r"^(#{1,3})\s.*?(?<![\w.])v?(\d+(?:\.\d+)+(?:(?:a|b|rc)\d+)?)(?![\w.])", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What a changelog says of one version: from its heading to the next one."""

    version: Version
    start: int
    text: str


def sections(text: str) -> list[Section]:
    """Return the sections of a changelog, in their order."""
    found = []
    headings = [(match.start(), match[1], match[2]) for match in _HEADING.finditer(text)]
    level = min((marks for _, marks, _ in headings), default="", key=len)
    headings = [heading for heading in headings if heading[1] == level]
    ends = [*(start for start, _, _ in headings[1:]), len(text)]
    for (start, _, version), end in zip(headings, ends, strict=False):
        try:
            found.append(Section(Version(version), start, text[start:end]))
        except InvalidVersion:
            continue
    return found


def has_section(text: str, version: Version) -> bool:
    """Return whether a changelog has a section of a version."""
    return any(each.version == version for each in sections(text))


def with_section(text: str, other: str, version: Version) -> str | None:
    """Return the changelog `text` with the section that `other` has of a version, newer versions before it.

    Returns None when `other` has none, or when nothing in `text` shows where it would stand.
    """
    section = next((each for each in sections(other) if each.version == version), None)
    mine = sections(text)
    if section is None or not mine:
        return None
    older = next((each for each in mine if each.version < version), None)
    body = section.text.rstrip("\n")
    if older is None:
        return f"{text.rstrip()}\n\n{body}\n"
    return f"{text[: older.start]}{body}\n\n\n{text[older.start :]}"
