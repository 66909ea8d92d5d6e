"""Who uploads to an index: by variables of its own, by twine's, else as twine finds it in ~/.pypirc or the keyring."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_KEPT = "~/.pypirc or the keyring"


@dataclass(frozen=True)
class Account:
    """Who uploads; `variable` holds the password, without one twine looks for it, in `section` of ~/.pypirc if any."""

    username: str = ""
    password: str = field(default="", repr=False)
    variable: str = ""
    section: str = ""

    @property
    def told(self) -> str:
        """Who it is and where the password is from, for messages."""
        return f"{self.username or 'somebody'}, by the password from {self.variable or _KEPT}"

    @property
    def advice(self) -> str:
        """A line that gives another account in the place where this one was found."""
        if self.section:
            return f"$EDITOR ~/.pypirc      (section {self.section})"
        prefix = self.variable.removesuffix("_PASSWORD") or "TWINE"
        return f"export {prefix}_USERNAME=... {prefix}_PASSWORD=..."


def variable_of(name: str) -> str:
    """Return the name of an index as variables of the environment spell it: MY_INDEX for my-index."""
    return "".join(letter if letter.isalnum() else "_" for letter in name.upper())


def account_of(name: str, upload: str, environment: Mapping[str, str], pypirc: Path) -> Account:
    """Return who uploads to an index: RELEASE_<NAME>_USERNAME and _PASSWORD, else TWINE_*, else a section of `pypirc`.

    That is the one for the address `upload`, whatever it is called: twine would look into none for an address.
    """
    for prefix in (f"RELEASE_{variable_of(name)}", "TWINE"):
        if password := environment.get(f"{prefix}_PASSWORD"):
            return Account(environment.get(f"{prefix}_USERNAME") or "__token__", password, f"{prefix}_PASSWORD")
    parser = configparser.RawConfigParser()
    try:
        parser.read(pypirc, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return Account()  # twine will say what is wrong with it
    servers = parser.get("distutils", "index-servers", fallback="pypi testpypi").split()
    there = {each: dict(parser[each]) for each in servers if parser.has_section(each)}
    if address := upload.rstrip("/"):
        section = next((each for each, keys in there.items() if keys.get("repository", "").rstrip("/") == address), "")
    else:
        section = name
    username = environment.get("TWINE_USERNAME") or there.get(section, {}).get("username", "")
    return Account(username, section=section if section in there else "")
