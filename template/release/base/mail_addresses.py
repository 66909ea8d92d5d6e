"""E-mail addresses in texts that others will read: they are left out, and the names of people stay."""

from __future__ import annotations

import re

from release.base.redact import redact

_NAMED_ADDRESS = re.compile(r"(?<=\S) ?<[^<>\s@]+@[^<>\s@]+>")
_ADDRESS = re.compile(r"([\w.+-]+)@[\w-]+(?:\.[\w-]+)+")


def without_addresses(text: str) -> str:
    """Return a text for the public: "Ada Lovelace" for "Ada Lovelace <ada@example.org>", ada for ada@example.org."""
    text = redact(text)  # first: the password in an address of the web stands where the name of a person would
    return _ADDRESS.sub(r"\1", _NAMED_ADDRESS.sub("", text))
