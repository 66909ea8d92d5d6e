"""The templates of the pages: each text that goes into one is escaped, and each page allows its own style alone."""

from __future__ import annotations

import base64
import functools
import hashlib
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from release.base.control_characters import visible
from release.base.mail_addresses import without_addresses
from release.base.redact import redact
from release.planning.moment import day_of
from release.planning.prose import counted, percent

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def environment() -> Environment:
    """Return the environment that the templates are rendered in."""
    found = Environment(
        loader=PackageLoader("release.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "moment": moment,
        "day": day_of,
        "iso": lambda seconds: f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "bytes": size_of,
        "percent": percent,
        "counted": counted,
        "markdown": markdown,
        "without_addresses": without_addresses,
    }
    style = files("release.pages").joinpath("templates/style.css").read_text(encoding="utf-8").strip()
    found.globals |= {"style": Markup(style), "policy": _policy(style)}  # noqa: S704  # our own file
    return found


def clean(text: str) -> bytes:
    """Return the bytes of a page: without secrets, and without characters that no page can show."""
    return (visible(redact(text)).rstrip("\n") + "\n").encode("utf-8", "replace")


def moment(seconds: int) -> str:
    """Return a time in UTC: 2026-11-30 08:15 UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def size_of(count: int | None) -> str:
    """Return a number of bytes for a person; "not known" for none."""
    if count is None:
        return "not known"
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def markdown(text: str) -> Markup:
    """Return Markdown as HTML: HTML in it stays text, images are left out, every heading is one of the third rank."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  # it escapes


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _policy(style: str) -> str:
    """Return what a page may load: nothing but the style that is in it (Content Security Policy, level 3)."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
