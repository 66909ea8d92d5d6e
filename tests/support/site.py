"""Pages as a reader meets them: their structure, where their links lead, and what is wrong with either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

_VOID = {"meta", "link", "br", "img", "hr", "input"}
_APART = {"td", "th", "dt", "dd", "li", "p", "caption"}
_LOADING = {
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
    ("use", "href"),
}


@dataclass
class Page(HTMLParser):
    """One page: `text` is what a reader sees, `tags` each (name, attributes) in order."""

    path: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    titles: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in _APART:
            self.text += " "
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data
        if self._open[-2:] == ["head", "title"]:
            self.titles.append(data)

    def of(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of each tag of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def ids(self) -> list[str]:
        """The names that links can lead to."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def wrong(self) -> Iterator[str]:
        """Yield what keeps a reader, perhaps one who cannot see, from using the page."""
        yield from self.faults
        yield from (f"<{tag}> stays open" for tag in self._open)
        if [each.get("lang") for each in self.of("html")] != ["en"]:
            yield "no language"
        if len(self.titles) != 1 or not self.titles[0].strip():
            yield f"titles: {self.titles}"
        for landmark in ("header", "nav", "main", "footer", "h1"):
            if len(self.of(landmark)) != 1:
                yield f"{len(self.of(landmark))} times {landmark}"
        levels = [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]
        yield from (f"h{after} follows h{before}" for before, after in pairwise(levels) if after > before + 1)
        if len(set(self.ids)) != len(self.ids):
            yield "an id stands twice"
        for tag, attributes in self.tags:
            role = attributes.get("role")
            if role == "img" and set(attributes["aria-labelledby"].split()) - set(self.ids):
                yield f"a drawing without a name: {attributes}"
            if role == "region" and not (attributes.get("aria-label") and attributes.get("tabindex") == "0"):
                yield f"a part that a keyboard cannot reach: {attributes}"
            if tag == "th" and attributes.get("scope") not in ("col", "row"):
                yield f"a heading of neither a column nor a row: {attributes}"
            if tag == "script" or "style" in attributes or any(name.startswith("on") for name in attributes):
                yield f"<{tag}> runs or styles: {attributes}"
            loads = [value for name, value in attributes.items() if (tag, name) in _LOADING]
            yield from (f"<{tag}> loads {value}" for value in loads)
            if tag == "link" and attributes.get("rel") not in ("alternate",):
                yield f"a link that loads: {attributes}"
        if len(self.of("caption")) != len(self.of("table")):
            yield "a table without a caption"


def pages_in(folder: Path) -> dict[str, Page]:
    """Return {path: page} of all pages below a folder."""
    found = {}
    for place in sorted(folder.rglob("*.html")):
        page = Page(str(place.relative_to(folder)))
        page.feed(place.read_text(encoding="utf-8"))
        found[page.path] = page
    return found


def dead_links(folder: Path, pages: dict[str, Page]) -> list[str]:
    """Return the links that lead to no file, or to no place in one."""
    found = []
    for page in pages.values():
        for tag, attributes in page.tags:
            parts = urlsplit(attributes.get("href", "")) if tag in ("a", "link") else None
            if parts is None or "href" not in attributes or parts.scheme in ("http", "https"):
                continue
            place = (folder / page.path).parent / unquote(parts.path) if parts.path else folder / page.path
            target = pages.get(str(place.resolve().relative_to(folder.resolve()))) if place.exists() else None
            if not place.is_file() or (parts.fragment and target and parts.fragment not in target.ids):
                found.append(f"{page.path}: {attributes['href']}")
    return found


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours such as #1b1f24 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
