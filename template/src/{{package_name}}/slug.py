"""Slugs: text as it can stand in a file name or a URL."""

import re
import unicodedata


def slugify(text: str, *, separator: str = "-") -> str:
    """Return the ASCII letters and digits of text in lower case, with a separator between words.

    Accents are dropped; any other run of characters counts as one gap between words.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return separator.join(re.findall(r"[a-z0-9]+", plain.lower()))
