"""How a planned release is put into words: days, chances, and cells of Markdown in which texts stay texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

# What a terminal obeys and JSON lets stand as it is: DEL, C1, and marks that turn the direction of a text.
_OBEYED = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ACTIVE = re.compile(r"([\\`*_\[\]|#~])")


def until(day: date, now: date) -> str:
    """Return how far away a day is: "in 3 days", "today", "2 days ago"."""
    days = (day - now).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day" + ("" if abs(days) == 1 else "s")
    return f"in {count}" if days > 0 else f"{count} ago"


def how_far(day: date, now: date) -> str:
    """Return how far away a day is that something was to be done on: "in 3 days", "today", "late by 2 days"."""
    return f"late by {counted((now - day).days, 'day')}" if day < now else until(day, now)


def percent(chance: float) -> str:
    """Return a chance as a whole percentage; what is open is neither 0 nor 100 %."""
    if 0 < chance < 1:
        chance = min(0.99, max(0.01, chance))
    return f"{chance * 100:.0f} %"


def counted(number: int, one: str) -> str:
    """Return "1 item" or "2 items"."""
    return f"{number} {one}" + ("" if number == 1 else "s")


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Return rows as lines whose columns stand below one another."""
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [indent + line.rstrip() for line in lines]


def escaped(text: str) -> str:
    """Return a text as Markdown that shows it, whatever marks or HTML it holds."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub(r"\\\1", plain)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of Markdown; the cells are texts."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(escaped, row))} |" for row in rows)]


def as_json(document: Any) -> str:
    """Return a document for machines; days read 2026-11-30."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
