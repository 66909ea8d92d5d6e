"""Trailers: the lines `Name: value` at the end of a commit's message, also below those that a forge added.

git looks into the last paragraph alone (git-interpret-trailers); a squash on GitHub adds one with Co-authored-by.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]*): (?P<value>\S.*)")
_RULE = re.compile(r"-{3,}")


def trailers_of(message: str) -> list[tuple[str, str]]:
    """Return the (name, value) of the trailers of a message, from the top down; its subject is none."""
    found: list[tuple[str, str]] = []
    for paragraph in reversed(re.split(r"\n\s*\n", message.strip())[1:]):
        lines = [line.rstrip() for line in paragraph.splitlines() if not _RULE.fullmatch(line.rstrip())]
        matches = [_LINE.fullmatch(line) for line in lines]
        if not all(matches):
            break
        found[:0] = [(match["name"], match["value"]) for match in matches if match]
    return found
