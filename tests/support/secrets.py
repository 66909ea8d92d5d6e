"""No secret in anything printed or written: looked for in every form that a tool may give it."""

from __future__ import annotations

import base64
import html
import os
import subprocess
from pathlib import Path
from stat import S_ISREG
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


# What was looked at and does not hold it: a copied world brings most of its files and objects along.
_FILES: set[tuple[str, int, int]] = set()  # name, size in bytes, time of the last change in nanoseconds
_OBJECTS: set[str] = set()


def refuse_leaks_below(folder: Path) -> None:
    """Fail when any file below `folder`, or any object of a git repository there, holds the password."""
    for place, folders, names in os.walk(folder):
        for name in sorted({*names} - {*_MEANT_FOR_IT}):
            _refuse_leak_in(Path(place, name))
        if "HEAD" in names and "objects" in folders:
            _refuse_leak_in_objects(place)


def _refuse_leak_in(path: Path) -> None:
    stat = path.lstat()
    known = path.name, stat.st_size, stat.st_mtime_ns
    if S_ISREG(stat.st_mode) and known not in _FILES:
        refuse_leak(path.read_bytes().decode("utf-8", "replace"), path)
        _FILES.add(known)


def _refuse_leak_in_objects(repository: str) -> None:
    ask = ["git", "--git-dir", repository, "cat-file", "--buffer"]
    listed = subprocess.run([*ask, "--batch-all-objects", "--batch-check"], capture_output=True, text=True, check=True)
    new = {line.split()[0] for line in listed.stdout.splitlines()} - _OBJECTS
    wanted = "\n".join(sorted(new)).encode()
    listing = subprocess.run([*ask, "--batch"], input=wanted, capture_output=True, check=True).stdout if new else b""
    refuse_leak(listing.decode("utf-8", "replace"), f"an object of {repository}")
    _OBJECTS.update(new)


def _around(text: str, form: str) -> str:
    start = text.index(form)
    return repr(text[max(start - 60, 0) : start] + "***" + text[start + len(form) : start + len(form) + 30])
