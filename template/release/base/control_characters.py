"""Control characters in text from elsewhere, which a terminal obeys (ECMA-48) and shows other text than there is."""

from __future__ import annotations

import re

# C0 but tab and newline, DEL, C1; marks that turn the direction of what follows (Unicode TR 36, bidirectional text).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_COLOUR = re.compile("\x1b\\[[0-9;:]*m")  # what tools print in colour; it hides text at most
# What the runners of CI obey in a log: `::add-mask::` at the begin of a line, `##[command]` and `##vso[` anywhere.
_COMMAND = re.compile(r"^(?P<space>[ \t]*):(?=:[a-z])|#(?=#(?:vso)?\[)", re.MULTILINE)
_SHORT = 0x100  # below it two hexadecimal digits spell a character


def visible(text: str) -> str:
    """Return `text` as a terminal can show it: without colours, and each control character as Python spells it.

    So is the first character of what a runner of CI would take for a command in its log.
    """
    plain = _COLOUR.sub("", text.replace("\r\n", "\n"))
    shown = _CONTROL.sub(lambda found: _spelled(found[0]), plain)
    return _COMMAND.sub(lambda found: f"{found['space'] or ''}{_spelled(found[0].strip())}", shown)


def first_control(text: str) -> str:
    """Return how Python spells the first control character in `text`; empty where there is none."""
    found = _CONTROL.search(text.replace("\r\n", "\n"))
    return _spelled(found[0]) if found else ""


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < _SHORT else f"\\u{code:04x}"
