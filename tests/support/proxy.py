"""An HTTP proxy in front of an index that fails as networks do, by a plan, and remembers what it was asked.

`with Proxy(index) as proxy: proxy.plan(Fault(status(503), "POST", times=2))`; then use `proxy.url` for the index.
"""

from __future__ import annotations

import http.client
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_TIMEOUT = 30.0  # seconds to wait for the upstream
_OF_ONE_HOP = ("connection", "content-length", "date", "server", "transfer-encoding")  # we write our own


@dataclass
class Request:
    """A request that was seen; `answer` is the status the client got, None while it has got none."""

    method: str
    path: str
    size: int
    client: str
    answer: int | None = None


Act = Callable[["Exchange"], None]


@dataclass
class Fault:
    """What happens to requests by method and path (shell patterns).

    It leaves the first `skip` of them alone, hits `times` more, and stops `seconds` after the first one that it hit.
    """

    act: Act
    method: str = "*"
    path: str = "*"
    times: int | None = None
    skip: int = 0
    seconds: float | None = None
    until: float = 0.0

    def hits(self, request: Request) -> bool:
        """Return whether this request is to fail, and count it."""
        if not (fnmatchcase(request.method, self.method) and fnmatchcase(request.path, self.path)):
            return False
        self.skip -= 1
        if self.skip >= 0 or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        if self.seconds is not None:
            self.until = self.until or time.monotonic() + self.seconds
        return self.seconds is None or time.monotonic() < self.until


@dataclass
class FirstTry(Fault):
    """What happens to every request when it is tried for the first time; a client's next one of the same passes."""

    hit: list[Request] = field(default_factory=list)
    again: set[tuple[str, str, str]] = field(default_factory=set)

    def hits(self, request: Request) -> bool:
        """Return whether it is a first try, and remember it."""
        same = request.client, request.method, request.path
        if same in self.again:
            self.again.remove(same)
            return False
        self.again.add(same)
        self.hit.append(request)
        return True


class Exchange(BaseHTTPRequestHandler):
    """One request, and what can be done with it."""

    proxy: Proxy
    seen: Request

    def _serve(self) -> None:
        size, client = self.headers.get("Content-Length") or 0, self.headers.get("User-Agent") or ""
        self.seen = Request(self.command, self.path, int(size), client.partition("/")[0])
        act = self.proxy.take(self.seen)
        act(self) if act else self.forward(self.body())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def body(self, *, half: bool = False) -> bytes:
        """Read the request's body, or the first half of it."""
        return self.rfile.read(self.seen.size // (2 if half else 1))

    def begin(self, body: bytes) -> http.client.HTTPConnection:
        """Send the request with `body` to the index, whatever its Content-Length says; the answer is not read yet."""
        upstream = http.client.HTTPConnection(self.proxy.upstream, timeout=_TIMEOUT)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "connection":
                upstream.putheader(name, value)
        upstream.endheaders(body)
        return upstream

    def ask(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Return the index's answer: status, headers, body."""
        upstream = self.begin(body)
        try:
            response = upstream.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            upstream.close()

    def forward(self, body: bytes) -> None:
        """Give the index's answer to the client."""
        self.reply(*self.ask(body))

    def reply(self, code: int, headers: Mapping[str, str], content: bytes) -> None:
        """Answer the client."""
        self.seen.answer = code
        self.send_response(code)
        for name, value in headers.items():
            if name.lower() not in _OF_ONE_HOP:
                self.send_header(name, value)
        about = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", about or str(len(content)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)

    def hang_up(self) -> None:
        """Reset the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()  # as long as a file is made of it, the socket stays open
        self.connection.close()

    def client_is_gone(self) -> bool:
        """Return whether the client closed the connection while it waited."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; Proxy.requests remembers."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


class Proxy:
    """Forwards requests on a free loopback port to `upstream` (an http address), and fails where the plan says so."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.requests: list[Request] = []
        self.cleared = threading.Event()
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._port = 0
        self._start()

    @property
    def url(self) -> str:
        """The address to use in place of the index's, with a slash at its end."""
        return f"http://127.0.0.1:{self._port}/"

    def plan(self, *faults: Fault) -> None:
        """Add faults; the first that hits a request acts."""
        with self._lock:
            self.cleared = threading.Event()
            self._faults += faults

    def clear(self) -> None:
        """Forget the plan: everything is forwarded from now on."""
        with self._lock:
            self._faults.clear()
            self.cleared.set()

    def take(self, request: Request) -> Act | None:
        """Remember a request and return what is to happen to it; None: forward it."""
        with self._lock:
            self.requests.append(request)
            return next((fault.act for fault in self._faults if fault.hits(request)), None)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Let nobody listen on the port for a while: connections are refused."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.clear()
        self._stop()

    def _start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), type("OurExchange", (Exchange,), {"proxy": self}))
        self._port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
