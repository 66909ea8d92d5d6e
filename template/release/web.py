"""The one place that speaks HTTP with a forge: asks again when the network failed, and never prints a token."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from release.config import RetryConfig
from release.errors import ReleaseError
from release.redact import learn
from release.retry import Unavailable, patiently, root_of, transient

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10, 60)  # seconds to connect, and between two bytes
_NEXT = re.compile(r'<([^>]+)>;\s*rel="?next"?')


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its JSON (None without any), its headers and its bytes."""

    status: int
    json: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


class Refused(ReleaseError):
    """The forge said no: `status` is the HTTP status, the why its own words."""

    def __init__(self, what: str, *, why: str, status: int, run: str = "") -> None:
        super().__init__(what, why=why, run=run)
        self.status = status


class Api:
    """A REST API below one base URL, used with one token; nothing is remembered between two questions."""

    def __init__(
        self, name: str, base: str, headers: Mapping[str, str], retry: RetryConfig, say: Callable[[str], None]
    ) -> None:
        self.name = name
        self.base = base.rstrip("/")
        self._headers = dict(headers)
        self._retry = retry
        self._say = say
        for value in headers.values():
            learn(value.rpartition(" ")[2])

    def get(self, path: str, **query: str | int) -> Any:
        """Return the JSON at a path; None for 404."""
        reply = self.call("GET", path, query=query, allow=(404,))
        return None if reply.status == 404 else reply.json

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """Yield the items of a listing, over all its pages (RFC 8288: Link, rel="next")."""
        reply = self.call("GET", path, query={"per_page": 100} | query)
        yield from reply.json or []
        while found := _NEXT.search(reply.headers.get("Link", "")):
            reply = self.call("GET", found[1])
            yield from reply.json or []

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, str | int] | None = None,
        file: Path | None = None,
        headers: Mapping[str, str] | None = None,
        allow: tuple[int, ...] = (),
    ) -> Reply:
        """Send one request and return its answer; `path` is below the base, or a whole URL of the same forge.

        Only a question (GET, HEAD) is sent again by itself: whether a change took place is for the next look to say.
        Raises Unavailable when there was no answer, Refused for any status of 400 and above that is not in `allow`.
        """
        url = path if "://" in path else f"{self.base}{path}"

        def ask() -> Reply:
            return self._send(method, url, json, query, file, headers or {}, allow)

        return patiently(ask, self._retry, self._say) if method in ("GET", "HEAD") else ask()

    def _send(
        self,
        method: str,
        url: str,
        json: Any,
        query: Mapping[str, str | int] | None,
        file: Path | None,
        headers: Mapping[str, str],
        allow: tuple[int, ...],
    ) -> Reply:
        import requests

        content = file.open("rb") if file else None
        words = {"Accept": "application/json", **self._headers, **headers}
        try:
            response = requests.request(
                method, url, json=json, params=dict(query or {}), data=content, headers=words, timeout=_TIMEOUT
            )
        except requests.RequestException as error:
            why = f"{urlsplit(url).netloc}: {root_of(error)}"
            raise Unavailable(f"cannot reach {self.name}", why=why) from error
        finally:
            if content:
                content.close()
        return self._judged(method, url, response, allow)

    def _judged(self, method: str, url: str, response: requests.Response, allow: tuple[int, ...]) -> Reply:
        if (status := response.status_code) not in allow and (status >= 400):
            if transient(status) or _rated(response):
                why = f"{self.name} answered {status}"
                raise Unavailable(f"cannot reach {self.name}", why=why, after=_pause(response))
            told = f"{method} {urlsplit(url).path} answered {status} {response.reason}: {_words(response)}"
            raise Refused(f"{self.name} refused", why=told.rstrip(": "), status=status)
        is_json = "json" in response.headers.get("Content-Type", "")
        return Reply(
            status, response.json() if is_json and response.content else None, response.headers, response.content
        )


def _rated(response: requests.Response) -> bool:
    """Return whether a refusal is a rate limit, which GitHub also tells as 403 (docs.github.com: rate limits)."""
    limits = response.headers.get("Retry-After") or response.headers.get("X-RateLimit-Remaining") == "0"
    return response.status_code == 403 and bool(limits)


def _pause(response: requests.Response) -> float | None:
    """Return the seconds that an answer asks to wait for (Retry-After, X-RateLimit-Reset in epoch seconds), or None."""
    after, reset = response.headers.get("Retry-After", ""), response.headers.get("X-RateLimit-Reset", "")
    if after.isdigit():
        return float(after)
    if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time())
    return None


def _words(response: requests.Response) -> str:
    """Return what a forge says of a refusal, on one line."""
    try:
        body = response.json()
    except ValueError:
        return " ".join(response.text.split())[:300]
    told = body.get("message") or body.get("error") or body if isinstance(body, dict) else body
    errors = body.get("errors") if isinstance(body, dict) else None
    return f"{told} {errors or ''}".strip()
