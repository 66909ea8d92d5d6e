"""Text files of the project: read in UTF-8 or refused, and written with the ends of lines that they had."""

from __future__ import annotations

from pathlib import Path

from release.base.errors import ReleaseError


def read(path: Path) -> str:
    """Return the text of a file of the project; raise ReleaseError where there is none, or none in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"cannot read {path.name}", why=str(error), run=f"$EDITOR {path.name}") from error


def with_ends_of(old: str, text: str) -> str:
    """Return `text`, which has every line of `old` and more, with the ends of lines (LF or CRLF) that `old` has."""
    left = old.split("\n")
    usual = "\r" if left[0].endswith("\r") else ""
    rows = []
    for row in text.split("\n"):
        there = len(left) > 1 and left[0].removesuffix("\r") == row  # what is behind the last end has none itself
        rows.append(left.pop(0) if there else row + usual)
    return "\n".join(rows).removesuffix("\r")
