"""A small server over real HTTP, for answers that no real index gives on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """One answer: its status, its body and what goes with them."""

    status: int = 200
    body: str | bytes = "<!DOCTYPE html><html><body></body></html>"
    content_type: str = "text/html"
    reason: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[str]:
    """Give the address, "http://127.0.0.1:PORT/", of a server that answers each request as `answer` says."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            told = answer(Request(self.command, self.path, self.rfile.read(length), dict(self.headers)))
            body = told.body.encode() if isinstance(told.body, str) else told.body
            own = {"Content-Type": told.content_type, "Content-Length": str(len(body))}
            self.send_response_only(told.status, told.reason)  # `send_response` would add a Date of its own
            for name, value in (own | dict(told.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do  # noqa: N815  (names that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
