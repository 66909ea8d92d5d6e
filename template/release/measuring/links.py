"""The links in README and documentation: files of the project that are there, and addresses that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from release.adapters.retry import Unavailable
from release.adapters.web_page import status_of

_GONE = (404, 410)


@dataclass(frozen=True)
class Link:
    """A link of a page, and why it is dead; `known` is False where its address could not be asked."""

    page: str
    target: str
    why: str = ""
    known: bool = True

    def __str__(self) -> str:
        return f"{self.page}: {self.target}: {self.why}"


def check_links(root: Path, pages: Sequence[Path]) -> tuple[int, list[Link]]:
    """Return how many links there are, and those that are dead or could not be asked; each address is asked once."""
    answers: dict[str, Link] = {}
    found = [(page, target) for page in pages if page.suffix == ".md" for target in targets_in(page)]
    bad: list[Link] = []
    for page, target in found:
        name = page.relative_to(root).as_posix()
        if urlsplit(target).scheme in ("http", "https"):
            if target not in answers:
                answers[target] = _asked(name, target)
            link = answers[target]
        else:
            link = _looked_up(root, page, target)
        if link.why:
            bad.append(Link(name, target, link.why, link.known))
    return len(found), bad


def targets_in(page: Path) -> Iterator[str]:
    """Yield what the links and images of a Markdown page lead to."""
    from markdown_it import MarkdownIt

    for block in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        for token in block.children or ():
            target = token.attrGet("href") or token.attrGet("src")
            if isinstance(target, str):
                yield target


def _looked_up(root: Path, page: Path, target: str) -> Link:
    parts = urlsplit(target)
    if parts.scheme or not parts.path:  # mailto:, or a heading of the page itself
        return Link(page.name, target)
    place = root / parts.path.lstrip("/") if parts.path.startswith("/") else page.parent / unquote(parts.path)
    return Link(page.name, target, "" if place.exists() else "there is no such file")


def _asked(page: str, target: str) -> Link:
    try:
        status = status_of(target)
    except Unavailable as error:
        return Link(page, target, error.why, known=False)
    if status in _GONE:
        return Link(page, target, f"it answers {status}")
    return Link(page, target, "" if status < 400 else f"it answers {status}", known=status < 400)
