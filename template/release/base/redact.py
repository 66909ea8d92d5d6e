"""Keeps secrets out of everything shown or written, in each form a tool may print them."""

from __future__ import annotations

import base64
import configparser
import html
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
_SECRET_NAME = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|(?<![A-Z])PASS(?![A-Z])|\w_PWD$|TOKEN|SECRET|CREDENTIAL|COOKIE"
    r"|(API|ACCESS|PRIVATE|SIGNING|DEPLOY)_?KEY",
    re.IGNORECASE,
)
# Names that some give to secrets and others to settings: KEYRING_BACKEND, GIT_AUTHOR_NAME and SSH_AUTH_SOCK are none.
_PERHAPS = re.compile(r"(?<![A-Z])(KEY|AUTH|JWT|DSN|SAS)(?![A-Z])|AUTHORIZATION|SIGNATURE", re.IGNORECASE)
_ORDINARY = re.compile(
    r"(?i:true|false|yes|no|on|off|none|null|auto|enabled|disabled|required|optional|always|never)|\d{1,5}"
)
_USER_INFO = re.compile(r"(?<=://)[^/\s'\"]*@")  # up to the last @: a password may have one
_USER_AND_PASSWORD = re.compile(r"://(?P<user>[^/\s:@]*):(?P<password>[^/\s]+)@")
_SHORTEST = 4  # shorter values would hide ordinary words
_LONG = 12  # characters of a value that looks like a secret by itself
_LINE = 16  # characters of a line of a secret that is hidden by itself, too

_known: set[str] = set()


def learn(secret: str, user: str = "") -> None:
    """Hide `secret` from now on: plain, escaped, percent-encoded, in base64 and as basic authentication of `user`."""
    if len(secret) < _SHORTEST:
        return
    for text in (secret.encode(), f"{user}:{secret}".encode()):
        for encoded in (base64.b64encode(text).decode(), base64.urlsafe_b64encode(text).decode()):
            _known.update({encoded, encoded.rstrip("=")})
    _known.update({secret, quote(secret), quote(secret, safe=""), quote_plus(secret)})
    _known.update({repr(secret)[1:-1], json.dumps(secret)[1:-1], html.escape(secret)})


def learn_environment(environment: Mapping[str, str], also: Collection[str] = ()) -> None:
    """Hide the value of every variable whose name speaks of a password, a token or a key, or is in `also`.

    And the password in an address that any variable has, such as DATABASE_URL.
    """
    for name, value in environment.items():
        if name in also or (_SECRET_NAME.search(name) and not _is_setting(value)) or _is_perhaps_secret(name, value):
            learn(value, environment.get(re.sub(_SECRET_NAME, "USERNAME", name), "__token__"))
            for line in value.splitlines() if "\n" in value else ():
                learn(line.strip() if len(line.strip()) >= _LINE else "")  # of a private key, which tools wrap anew
        for found in _USER_AND_PASSWORD.finditer(value):
            learn(found["password"], found["user"])


def _is_setting(value: str) -> bool:
    """Return whether a value is a switch, a small number or a path, which would hide ordinary words."""
    return bool(_ORDINARY.fullmatch(value)) or value.startswith(("/", "~", "./", "../"))


def _is_perhaps_secret(name: str, value: str) -> bool:
    """Return whether a variable whose name may mean a secret has a value that looks like one: long, and no word."""
    word = value.isalpha() or not re.search(r"[0-9]", value)
    return bool(_PERHAPS.search(name)) and len(value) >= _LONG and not word and not _is_setting(value)


def learn_pypirc(path: Path) -> None:
    """Hide the passwords in a .pypirc (https://packaging.python.org/specifications/pypirc/), if there is one."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return  # twine will say what is wrong with it
    for section in parser.sections():
        learn(parser.get(section, "password", fallback=""), parser.get(section, "username", fallback="__token__"))


def redact(text: str) -> str:
    """Return `text` without known secrets and without the user-info of URLs."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _USER_INFO.sub(f"{HIDDEN}@", text)
