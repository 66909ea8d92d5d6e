"""What a changelog says of a version to come: texts that no release would take, since towncrier reads fragments alone.

The headings are those of keepachangelog.com and of what projects write by hand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass

from release.base.changelog import Heading, headings, version_in

_TITLE = re.compile(
    r"\b(unreleased|not (yet )?released|upcoming|in (development|progress)|next (version|release)|tb[da])\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W*(next|dev|master|main|head|trunk|current)\W*", re.IGNORECASE)
_DEVELOPED = re.compile(r"\bdev\b|\.dev\d*", re.IGNORECASE)
_NOTHING = re.compile(
    r"\W*(nothing( changed| new)?|none|no (significant )?changes?|n/?a|tb[da])( (so far|yet))?\W*", re.IGNORECASE
)
_ITEM = re.compile(r"[ ]{0,3}(?:[-*+•]|\d+[.)])[ \t]+(.*)")
_ASIDE = re.compile(r"<!--.*?-->|^\.\. (?!code).*$|^\[[^\]]+\]:.*$", re.DOTALL | re.MULTILINE)
# The usual titles of kinds of changes, by their first letters: the types of fragments that mean the same.
_KINDS = {
    "add": ("feature", "added"),
    "feat": ("feature", "added"),
    "new": ("feature", "added"),
    "chang": ("feature", "changed", "misc"),
    "improv": ("feature", "changed", "misc"),
    "fix": ("fix", "bugfix", "fixed"),
    "bug": ("fix", "bugfix", "fixed"),
    "deprec": ("deprecation", "removal", "deprecated"),
    "remov": ("breaking", "removal", "removed"),
    "break": ("breaking", "removal"),
    "backward": ("breaking", "removal"),
    "security": ("security", "fix", "bugfix"),
    "doc": ("docs", "doc"),
}


@dataclass(frozen=True)
class Waiting:
    """Texts below a heading of a version to come: its title, and (title of the kind, text) in their order."""

    title: str
    texts: tuple[tuple[str, str], ...]

    def commands(self, kinds: Collection[str]) -> list[str]:
        """Return the commands that make fragments of the texts, of the types that a project has."""
        return [f"inv note {_kind(title, kinds)} {shlex.quote(text)}" for title, text in self.texts]


def waiting_in(text: str) -> list[Waiting]:
    """Return what waits in a changelog for a release, by heading; headings with nothing below them are left out."""
    text = text.replace("\r\n", "\n")
    found = list(headings(text))
    made = []
    for number, heading in enumerate(found):
        if _is_to_come(heading.title):
            later = [each for each in found[number + 1 :] if not _inside(heading, each, found)]
            end = later[0].start if later else len(text)
            inner = [each for each in found[number + 1 :] if each.start < end]
            if texts := tuple(_texts(text, heading, inner, end)):
                made.append(Waiting(heading.title, texts))
    return made


def _is_to_come(title: str) -> bool:
    """Return whether a heading is that of a version to come; one that names a version says so beside it."""
    if version_in(title) is not None:
        return bool(_TITLE.search(title) or _DEVELOPED.search(title))
    return bool(_TITLE.search(title) or _ALONE.fullmatch(title))


def _inside(heading: Heading, other: Heading, found: list[Heading]) -> bool:
    """Return whether another heading is of a lower rank: more #, or a kind of line that came later."""
    if {heading.mark[0], other.mark[0]} == {"#"}:
        return len(other.mark) > len(heading.mark)
    marks = list(dict.fromkeys(each.mark for each in found))
    return marks.index(other.mark) > marks.index(heading.mark)


def _texts(text: str, heading: Heading, inner: list[Heading], end: int) -> list[tuple[str, str]]:
    titles = ["", *(each.title for each in inner)]
    starts = [heading.end, *(each.end for each in inner)]
    ends = [*(each.start for each in inner), end]
    return [
        (title, item)
        for title, start, stop in zip(titles, starts, ends, strict=True)
        for item in _items(_ASIDE.sub("", text[start:stop]))
        if not _NOTHING.fullmatch(item)
    ]


def _items(text: str) -> list[str]:
    """Return the items of a list, or the paragraphs where there is none, each in one line."""
    items: list[list[str]] = []
    open_item = False
    for row in text.splitlines():
        item = _ITEM.match(row)
        if item:
            items.append([item[1].strip()])
        elif row.strip() and open_item:
            items[-1].append(row.strip())
        elif row.strip():
            items.append([row.strip()])
        open_item = bool(row.strip()) or (open_item and bool(items))
        if not row.strip():
            open_item = False
    return [" ".join(rows) for rows in items if any(rows)]


def _kind(title: str, kinds: Collection[str]) -> str:
    """Return the type of fragments that the title of a kind of changes means."""
    words = re.findall(r"[a-z]+", title.lower())
    wanted = next((_KINDS[key] for word in words for key in _KINDS if word.startswith(key)), ())
    usual = (*wanted, "misc", "feature", "fix")
    return next((each for each in usual if each in kinds), next(iter(kinds)))
