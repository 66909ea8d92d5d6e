"""A page of the web, asked once: what a watch looks at besides indexes and forges."""

from __future__ import annotations

from release.adapters.network_errors import unreached
from release.adapters.retry import Unavailable
from release.base.errors import ReleaseError

_TIMEOUT = (10, 30)  # seconds to connect, and between two bytes
_LARGEST = 2_000_000  # bytes of a page that are read


def status_of(url: str) -> int:
    """Return the HTTP status that an address answers with; raise Unavailable where none answers. No login is sent."""
    import requests

    try:
        with requests.get(url, timeout=_TIMEOUT, stream=True) as response:
            return response.status_code
    except requests.RequestException as error:
        raise Unavailable(f"cannot read {url}", why=unreached(url, error)) from error


def page_text(url: str) -> str:
    """Return the first two megabytes of a page; raise Unavailable where none answers, ReleaseError for a refusal.

    No login is sent.
    """
    import requests

    what = f"cannot read {url}"
    try:
        with requests.get(url, timeout=_TIMEOUT, stream=True, headers={"Cache-Control": "no-cache"}) as response:
            if not response.ok:
                raise ReleaseError(what, why=f"it answered {response.status_code} {response.reason}".rstrip())
            return response.raw.read(_LARGEST, decode_content=True).decode(response.encoding or "utf-8", "replace")
    except requests.RequestException as error:
        raise Unavailable(what, why=unreached(url, error)) from error
