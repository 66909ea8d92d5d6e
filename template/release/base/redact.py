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
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|API_?KEY", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/\s@'\"]+@")
_SHORTEST = 4  # shorter values would hide ordinary words

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
    """Hide the value of every variable whose name speaks of a password, a token or a key, or is in `also`."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name) or name in also:
            learn(value, environment.get(re.sub(_SECRET_NAME, "USERNAME", name), "__token__"))


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
