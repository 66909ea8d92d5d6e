"""The one place that speaks HTTP with a forge: asks again when the network failed, and shows a token to nobody else."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from release.adapters.forge.forge_address import Place
from release.adapters.forge.tokens import Login
from release.adapters.network_errors import unreached
from release.adapters.retry import RetrySettings, Unavailable, asked_for, patiently, transient
from release.base.errors import ReleaseError

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10, 60)  # seconds to connect, and between two bytes
_NEXT = re.compile(r'<([^>]+)>;\s*rel="?next"?')
_HOPS = 5  # redirects that are followed
_MINUTE = 60.0  # seconds to wait for a limit that does not say (docs.github.com: best practices, rate limits)


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its JSON (None without any) and its headers."""

    status: int
    json: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """What a request carries: JSON, or a file, as it is or as the `part` of a form."""

    json: Any = None
    file: Path | None = None
    part: str = ""

    @contextmanager
    def opened(self) -> Iterator[dict[str, Any]]:
        """Give what requests calls it; an empty file is no stream, which would be sent without a length."""
        if self.file is None:
            yield {"json": self.json}
            return
        with self.file.open("rb") as stream:
            content = stream if self.part or self.file.stat().st_size else b""
            yield {"files": {self.part: (self.file.name, stream)}} if self.part else {"data": content}


class ForgeRefused(ReleaseError):
    """The forge said no; the why is its HTTP status and its own words."""

    def __init__(self, what: str, *, why: str, run: str, status: int) -> None:
        super().__init__(what, why=why, run=run)
        self.status = status


class Api:
    """A REST API below one base URL, used by one login; nothing is remembered between two questions."""

    def __init__(self, place: Place, login: Login, retry: RetrySettings, say: Callable[[str], None]) -> None:
        self.name = place.name
        self.base = place.api.rstrip("/")
        self.login = login
        self.sent = 0  # requests, those that were sent again among them
        self._retry = retry
        self._say = say

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
        part: str = "",
        allow: tuple[int, ...] = (),
    ) -> Reply:
        """Send one request and return its answer; `path` is below the base, or a whole URL.

        Only a question (GET, HEAD) is sent again by itself: whether a change took place is for the next look to say.
        Raises Unavailable when there was no answer, ForgeRefused for a status of 400 or more that is not in `allow`.
        """
        url, asks = self._url(path), method in ("GET", "HEAD")
        if not asks and self.login.token is None:
            raise self.login.refusal(f"cannot change anything on {self.name}")
        words = {"Accept": "application/json"}
        if file and not part:
            words["Content-Type"] = "application/octet-stream"

        def ask() -> Reply:
            response = self._send(method, url, Sent(json, file, part), query, words)
            return self._judged(method, url, response, allow)

        return patiently(ask, self._retry, self._say) if asks else ask()

    def sha256_of(self, url: str) -> str:
        """Return the sha256 (lower-case hex) of the bytes at a URL, or at a path below the base."""
        import requests

        def ask() -> str:
            words = {"Accept": "application/octet-stream"}
            digest = hashlib.sha256()
            with self._send("GET", self._url(url), Sent(), None, words, stream=True) as response:
                self._refuse("GET", self._url(url), response, ())
                try:
                    for piece in response.iter_content(1 << 16):
                        digest.update(piece)
                except requests.RequestException as error:
                    raise self._unreachable(url, error) from error
            return digest.hexdigest()

        return patiently(ask, self._retry, self._say)

    def _url(self, path: str) -> str:
        return path if "://" in path else f"{self.base}{path}"

    def _send(
        self,
        method: str,
        url: str,
        sent: Sent,
        query: Mapping[str, str | int] | None,
        words: Mapping[str, str],
        *,
        stream: bool = False,
    ) -> requests.Response:
        """Return the answer; a question follows where it is sent on to, and the token goes to the forge alone."""
        import requests

        for _ in range(_HOPS):
            self.sent += 1
            login = self.login.headers if self._trusted(url) else {}

            def sign(request: requests.PreparedRequest, login: Mapping[str, str] = login) -> requests.PreparedRequest:
                request.headers.update(login)  # as `auth`, else what ~/.netrc has for this host is sent in its place
                return request

            how: dict[str, Any] = {"params": query, "headers": words, "auth": sign, "stream": stream}
            try:
                with sent.opened() as content:
                    response = requests.request(method, url, timeout=_TIMEOUT, allow_redirects=False, **how, **content)
            except requests.RequestException as error:
                raise self._unreachable(url, error) from error
            if not response.is_redirect:
                return response
            url, query = urljoin(url, response.headers["Location"]), None
            if method not in ("GET", "HEAD"):
                break
        told = f"{method} {urlsplit(response.url).path} answered {response.status_code}: it has moved to {url}"
        raise ForgeRefused(f"{self.name} refused", why=told, run="$EDITOR release.toml", status=response.status_code)

    def _trusted(self, url: str) -> bool:
        """Return whether a URL is one of the forge's own: the API, or where GitHub takes uploads."""
        there, ours = urlsplit(url), urlsplit(self.base)
        uploads = f"uploads.{ours.netloc.removeprefix('api.')}" if ours.netloc.startswith("api.") else ours.netloc
        return there.scheme == ours.scheme and there.netloc in (ours.netloc, uploads)

    def _unreachable(self, url: str, error: Exception) -> Unavailable:
        return Unavailable(f"cannot reach {self.name}", why=unreached(self._url(url), error))

    def _judged(self, method: str, url: str, response: requests.Response, allow: tuple[int, ...]) -> Reply:
        self._refuse(method, url, response, allow)
        if response.status_code >= 400 or not response.content or method == "HEAD":
            return Reply(response.status_code, None, response.headers)
        try:
            return Reply(response.status_code, response.json(), response.headers)
        except ValueError as error:
            kind = response.headers.get("Content-Type") or "something without a type"
            why = f"{url} answered {kind}, and no JSON; is forge.api right?"
            raise Unavailable(f"cannot understand {self.name}", why=why) from error

    def _refuse(self, method: str, url: str, response: requests.Response, allow: tuple[int, ...]) -> None:
        """Raise for an answer that is a refusal."""
        status = response.status_code
        limited = transient(status) or _rated(response)
        if status < 400 or (status in allow and not limited):
            return
        if limited:
            pause = _pause(response)
            why = f"{self.name} answered {status}" + (f" and asks to wait {pause:.0f} s" if pause else "")
            raise Unavailable(f"cannot reach {self.name}", why=why, after=pause)
        told = f"{method} {urlsplit(url).path} answered {status} {response.reason}: {_words(response)}".rstrip(": ")
        if status in (401, 403) and self.login.token:
            told += f", to the token from {self.login.token.source}"
        unknown = status in (401, 403) or (status == 404 and self.login.token is None)
        run = self.login.advice if unknown else "inv doctor      (shows the forge, the project and the account)"
        raise ForgeRefused(f"{self.name} refused", why=told, run=run, status=status)


def _rated(response: requests.Response) -> bool:
    """Return whether a refusal is a rate limit, which GitHub also tells as 403 (docs.github.com: rate limits)."""
    limits = response.headers.get("Retry-After") or response.headers.get("X-RateLimit-Remaining") == "0"
    return response.status_code == 403 and (bool(limits) or "rate limit" in response.text)


def _pause(response: requests.Response) -> float | None:
    """Return the seconds that an answer asks to wait for (Retry-After, X-RateLimit-Reset in epoch seconds), or None."""
    after, reset = response.headers.get("Retry-After", ""), response.headers.get("X-RateLimit-Reset", "")
    if after:
        return asked_for(after)
    if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time())
    return _MINUTE if response.status_code == 403 else None


def _words(response: requests.Response) -> str:
    """Return what a forge says of a refusal, on one line."""
    try:
        body = response.json()
    except ValueError:
        return " ".join(response.text.split())[:300]
    told = body.get("message") or body.get("error") or body if isinstance(body, dict) else body
    errors = body.get("errors") if isinstance(body, dict) else None
    return f"{told} {errors or ''}".strip()
