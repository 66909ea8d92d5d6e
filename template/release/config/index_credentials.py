"""Who uploads to an index: by variables of its own, by twine's, else as twine finds it in ~/.pypirc or the keyring."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.base.web_origin import origin_of

_KEPT = "~/.pypirc or the keyring"


@dataclass(frozen=True)
class Account:
    """Who uploads; `variable` holds the password, without one twine looks for it, in `section` of ~/.pypirc if any.

    `address` is where the password is for: it goes to no other origin.
    """

    username: str = ""
    password: str = field(default="", repr=False)
    variable: str = ""
    section: str = ""
    address: str = field(default="", compare=False)

    @property
    def told(self) -> str:
        """Who it is and where the password is from, for messages."""
        return f"{self.username or 'an unknown user'}, by the password from {self.variable or _KEPT}"

    def login_for(self, url: str) -> tuple[str, str] | None:
        """Return name and password where they are for the origin of `url`, else None.

        So they go to no other host or port, and never by http what is for https.
        """
        ours = bool(self.password) and origin_of(url) == origin_of(self.address)
        return (self.username, self.password) if ours else None

    def refusal(self, url: str) -> tuple[str, str]:
        """Return why the password is not sent to `url`, and what gives another one to that host."""
        why = f"the password from {self.variable} is for {self.address or 'uploads'} alone"
        return why, f"$EDITOR ~/.netrc      (machine {origin_of(url)[1]} login ... password ...)"

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
    there = _sections(pypirc)
    if address := upload.rstrip("/"):
        section = next((each for each, keys in there.items() if keys.get("repository", "").rstrip("/") == address), "")
    else:
        section = name
    address = upload or there.get(section, {}).get("repository", "")
    for prefix in (f"RELEASE_{variable_of(name)}", "TWINE"):
        if password := environment.get(f"{prefix}_PASSWORD"):
            user = environment.get(f"{prefix}_USERNAME") or "__token__"
            return Account(user, password, f"{prefix}_PASSWORD", address=address)
    username = environment.get("TWINE_USERNAME") or there.get(section, {}).get("username", "")
    return Account(username, section=section if section in there else "", address=address)


def _sections(pypirc: Path) -> dict[str, dict[str, str]]:
    """Return the sections of a .pypirc that are indexes; none of one that cannot be read, which twine will tell."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(pypirc, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    servers = parser.get("distutils", "index-servers", fallback="pypi testpypi").split()
    return {each: dict(parser[each]) for each in servers if parser.has_section(each)}
