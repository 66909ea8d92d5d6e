"""The origin of a web address (RFC 6454): a credential for one is sent to no other."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a web address; empty and 0 for what is none."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0


def confidential(url: str) -> bool:
    """Return whether what is sent to an address can be read there alone: by TLS, or on this machine."""
    scheme, host, _ = origin_of(url)
    return scheme == "https" or on_loopback(host)


def on_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
