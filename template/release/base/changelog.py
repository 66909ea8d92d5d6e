"""The sections of a changelog by their versions: Markdown and reStructuredText, what a reader takes for a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

_ATX = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_LINE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*$")  # an underline or overline
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")
_LABEL = re.compile(r"(\.\. _[^:]+:|<a\s+(?:name|id)=[^>]*>\s*</a>)\s*$")
_VERSION = re.compile(
    r"(?<![\w.])v?((?:\d+!)?\d+(?:\.\d+)+(?:[-_.]?(?:alpha|beta|rc|a|b|c|pre|post|dev)[-_.]?\d*)*)(?!\w|\.\w)"
)
_DAY = re.compile(r"(?:19|20)\d\d\.\d\d\.\d\d|\d\d\.\d\d\.(?:19|20)\d\d")


@dataclass(frozen=True)
class Heading:
    """A heading: `mark` is how it is made (## or the characters under and over it), `start` and `end` are its lines."""

    mark: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    """What a changelog says of one version: from its heading (with a label before it) to the next one of its rank."""

    version: Version
    start: int
    text: str
    heading: Heading

    @property
    def body(self) -> str:
        """What is below the heading."""
        return self.text[self.heading.end - self.start :]


def headings(text: str) -> Iterator[Heading]:
    """Yield the headings of a text, in their order; none inside of a fenced block of code."""
    rows = text.splitlines(keepends=True)
    bare = [row.rstrip() for row in rows]
    at, fence = [0], ""
    for row in rows:
        at.append(at[-1] + len(row))
    for number, row in enumerate(bare):
        opened = _FENCE.match(row) if not _underlines(bare, number) else None
        if opened and (not fence or fence == opened[1]):
            fence = "" if fence else opened[1]
        if fence:
            continue
        atx = _ATX.match(row)
        if atx:
            yield Heading(atx[1], atx[2], at[number], at[number + 1])
            continue
        under = _LINE.match(bare[number + 1]) if number + 1 < len(bare) else None
        if not row or (row != row.lstrip() and not _over(bare, number)) or _LINE.match(row) or not under:
            continue
        over = _over(bare, number)
        if over or len(under[0].rstrip()) >= min(len(row), 4):
            yield Heading(under[1] * (2 if over else 1), row.strip(), at[number - bool(over)], at[number + 2])


def _underlines(rows: list[str], number: int) -> bool:
    """Return whether a line of ~ or ` is as long as the text above it: no fence, but a line under a title."""
    above = rows[number - 1] if number else ""
    return bool(_LINE.match(rows[number])) and bool(above) and len(rows[number]) >= len(above)


def _over(rows: list[str], number: int) -> bool:
    """Return whether a line has the same line of punctuation over it as under it."""
    return 0 < number < len(rows) - 1 and bool(_LINE.match(rows[number - 1])) and rows[number - 1] == rows[number + 1]


def version_in(title: str) -> Version | None:
    """Return the version that a title names; a date with dots is none where there is another."""
    span = version_span(title)
    try:
        return Version(title[span[0] : span[1]]) if span else None
    except InvalidVersion:
        return None


def version_span(title: str) -> tuple[int, int] | None:
    """Return where the version of a title is, without a leading v."""
    found = list(_VERSION.finditer(title))
    best = next((each for each in found if not _DAY.fullmatch(each[1])), next(iter(found), None))
    return best.span(1) if best else None


def sections(text: str) -> list[Section]:
    """Return the sections of a changelog, in their order."""
    found = list(headings(text))
    ranks = _ranks(found)
    versions = [(heading, version) for heading in found if (version := version_in(heading.title))]
    top = min((ranks[heading.mark] for heading, _ in versions), default=0)
    made = []
    for heading, version in versions:
        if ranks[heading.mark] == top:
            later = (each for each in found if each.start > heading.start and ranks[each.mark] <= top)
            following = next(later, None)
            end = _above_label(text, following.start) if following else len(text)
            start = _above_label(text, heading.start)
            made.append(Section(version, start, text[start:end], heading))
    return made


def _ranks(found: list[Heading]) -> dict[str, int]:
    """Return {mark: rank}: of # their number, = before - in Markdown, else the order in which they come."""
    if any(each.mark[0] == "#" and len(each.mark) != 1 for each in found) or all(
        each.mark in ("#", "=", "-") for each in found
    ):
        fixed = {"=": 1, "-": 2}
        return {each.mark: fixed.get(each.mark, len(each.mark)) for each in found}
    return {mark: number for number, mark in enumerate(dict.fromkeys(each.mark for each in found), 1)}


def _above_label(text: str, start: int) -> int:
    """Return where a heading begins with the labels that stand before it."""
    before = text[:start].splitlines(keepends=True)
    kept = len(before)
    while kept and (not before[kept - 1].strip() or _LABEL.match(before[kept - 1])):
        kept -= 1
    labelled = any(_LABEL.match(row) for row in before[kept:])
    first = next((number for number in range(kept, len(before)) if before[number].strip()), len(before))
    return sum(map(len, before[:first])) if labelled else start


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
    end = "\r\n" if "\r\n" in text else "\n"
    body = section.text.rstrip().replace("\r\n", "\n").replace("\n", end)
    if older is None:
        return f"{text.rstrip()}{end}{end}{body}{end}"
    return f"{text[: older.start]}{body}{end}{end}{end}{text[older.start :]}"
