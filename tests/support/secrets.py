"""No secret in anything printed or written: looked for in every form that a tool may give it."""

from __future__ import annotations

import base64
import html
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

USER = "ada"
PASSWORD = "sesame-open/42+&%"  # with characters that change when they are encoded

_MEANT_FOR_IT = (".pypirc", ".netrc")  # files in which people keep passwords


def forms(password: str = PASSWORD, user: str = USER) -> frozenset[str]:
    """Return the texts by which a password can be known: plain, escaped, percent-encoded, in base64."""
    pair = f"{user}:{password}".encode()
    encoded = {
        encode(text) for encode in (base64.b64encode, base64.urlsafe_b64encode) for text in (password.encode(), pair)
    }
    return frozenset(
        {password, html.escape(password), quote(password), quote(password, safe=""), quote_plus(password)}
        | {text.decode().rstrip("=") for text in encoded}
    )


_FORMS = sorted(forms())


def refuse_leak(text: str, where: object) -> None:
    """Fail when `text` holds the password in any form; the message does not repeat it in full."""
    for form in _FORMS:
        assert form not in text, f"the password is in {where}, as {form[:4]}...{form[-2:]}: {_around(text, form)}"


def refuse_leaks_below(folder: Path) -> None:
    """Fail when any file below `folder`, or any object of a git repository there, holds the password."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name not in _MEANT_FOR_IT:
            refuse_leak(path.read_bytes().decode("utf-8", "replace"), path)
    for repository in _repositories(folder):
        objects = ["git", "--git-dir", str(repository), "cat-file", "--batch-all-objects", "--batch", "--buffer"]
        listing = subprocess.run(objects, capture_output=True, check=True).stdout
        refuse_leak(listing.decode("utf-8", "replace"), f"an object of {repository}")


def _repositories(folder: Path) -> Iterator[Path]:
    """Yield the folders of git that lie below `folder`, bare ones too."""
    yield from (head.parent for head in folder.rglob("HEAD") if (head.parent / "objects").is_dir())


def _around(text: str, form: str) -> str:
    start = text.index(form)
    return repr(text[max(start - 60, 0) : start] + "***" + text[start + len(form) : start + len(form) + 30])
