"""The ends of lines of a text that is written anew: what was there keeps its own, what is new has the usual one."""

from __future__ import annotations


def with_ends_of(old: str, text: str) -> str:
    """Return `text`, which has every line of `old` and more, with the ends of lines (LF or CRLF) that `old` has."""
    left = old.split("\n")
    usual = "\r" if left[0].endswith("\r") else ""
    rows = []
    for row in text.split("\n"):
        there = len(left) > 1 and left[0].removesuffix("\r") == row  # what is behind the last end has none itself
        rows.append(left.pop(0) if there else row + usual)
    return "\n".join(rows).removesuffix("\r")
