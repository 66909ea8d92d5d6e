"""The first few of a list, and how many more there are: messages stay short."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 5


def rows_of(found: Sequence[object], shown: int = _SHOWN) -> str:
    """Return the first `shown` of what was found, a line each; the last line says how many more there are."""
    more = [f"and {len(found) - shown} more"] if len(found) > shown else []
    return "\n".join([*map(str, found[:shown]), *more])


def names_of(found: Sequence[object], shown: int = _SHOWN) -> str:
    """Return the first `shown` of what was found in one line, with commas: "a, b and 3 more"."""
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return ", ".join(map(str, found[:shown])) + more
