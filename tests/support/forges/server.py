"""A forge over real HTTP in this process: routes in tables, state for each test, accounts with rights, its own log.

`with ForgeServer(GITHUB, "octo/acme", remote) as forge: forge.account("token-1", "ada", "push")`; its API is at
`forge.api`. Networks fail by a proxy before it (tests/support/proxy.py): addresses in answers are those of the asker.
Where a description of the forge is here, every request and every answer is held against it.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.forges.asked import Account, Asked, Kind, Refusal, Route, State, Told
from tests.support.forges.described import Description, described

_PATIENCE = 60.0  # seconds that an answer is held back at most


class ForgeServer:
    """One forge with one project."""

    def __init__(
        self,
        kind: Kind,
        project: str,
        remote: Path | None = None,
        *,
        routes: Sequence[Route] = (),
        certificate: Path | None = None,
    ) -> None:
        self.kind = kind
        self.state = State(project, remote)
        self.requests: list[tuple[str, str, int]] = []  # method, path, status
        self.faults: list[str] = []  # what contradicts the description
        self.changes = 0
        self._routes = (*routes, *kind.routes)
        self._lock = threading.Lock()
        self._held_at: int | None = None
        self._held, self._free = threading.Event(), threading.Event()
        self._certificate = certificate

    def account(self, token: str, name: str, *rights: str) -> None:
        """Let somebody in."""
        self.state.accounts[token] = Account(name, frozenset({"read", *rights}))

    @property
    def address(self) -> str:
        """Where it listens, without a slash at its end."""
        return f"{'https' if self._certificate else 'http'}://127.0.0.1:{self._server.server_port}"

    @property
    def api(self) -> str:
        """The base URL of its API."""
        return self.address + self.kind.prefixes[0]

    def clear(self) -> None:
        """Forget everything but who may come in."""
        with self._lock:
            self.state = State(self.state.project, self.state.remote, self.state.accounts)
            self.requests.clear()

    def hold(self, change: int) -> None:
        """Do the change of that number (from 1, from now on), and keep its answer back until `release` or the end."""
        self._held_at = self.changes + change
        self._held.clear()
        self._free.clear()

    @property
    def holds(self) -> bool:
        """Whether an answer is kept back."""
        return self._held.is_set()

    def release(self) -> None:
        """Give the answer that is kept back."""
        self._held_at = None
        self._free.set()

    def answer(self, asked: Asked) -> Told:
        """Answer a request; one after another, as a transaction."""
        with self._lock:
            told, change = self._routed(asked)
            self.requests.append((asked.method, asked.path, told.status))
            self.changes += change
            held = change and self.changes == self._held_at
        if held:
            self._held.set()
            self._free.wait(_PATIENCE)
        return told

    def _routed(self, asked: Asked) -> tuple[Told, bool]:
        """Return the answer, and whether it has changed anything."""
        path = next((asked.path[len(each) :] for each in self.kind.prefixes if asked.path.startswith(each)), None)
        for route in self._routes:
            names = None if path is None else route.match(asked.method, path)
            if names is not None:
                asked.names = names
                return self._told(route, asked)
        return Told(404, {"message": "Not Found"}), False

    def _told(self, route: Route, asked: Asked) -> tuple[Told, bool]:
        token = self.kind.token(asked.headers)
        asked.account = self.state.accounts.get(token)
        description = described(self.kind.name) if route.api else None
        operation = f"{route.method} {route.path}"
        try:
            if token and asked.account is None:
                raise Refusal(401, "Bad credentials")
            if route.right and not asked.may(route.right):
                raise Refusal(403 if asked.account else 401, "Resource not accessible")
            if not asked.whole and not route.halves:
                return Told(400), False
            if description:
                self.faults += description.faults_of_request(operation, asked.query, _json(asked))
            told = self._paged(asked, route.answer(self.state, asked))
        except Refusal as refusal:
            return refusal.told, False
        if description:
            told = _described(description, operation, told, self.faults)
        return told, asked.method not in ("GET", "HEAD")

    def _paged(self, asked: Asked, told: Told) -> Told:
        """Return one page of a listing, and where the next one is (RFC 8288)."""
        size, page = int(asked.query.get(self.kind.page_size, 30)), int(asked.query.get("page", 1))
        if not isinstance(told.body, list) or asked.method != "GET":
            return told
        rest = told.body[size * (page - 1) :]
        query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": page + 1}.items())
        more = {"Link": f'<{asked.address}{asked.path}?{query}>; rel="next"'} if len(rest) > size else {}
        return Told(told.status, rest[:size], {**told.headers, **more})

    def __enter__(self) -> ForgeServer:
        self._server = _Server(("127.0.0.1", 0), type("OurExchange", (_Exchange,), {"forge": self}))
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        if error is None:
            assert self.faults == [], "\n".join(self.faults)


def _json(asked: Asked) -> Any:
    is_json = asked.headers.get("content-type", "").startswith("application/json")
    return asked.json if is_json and asked.body else None


def _described(description: Description, operation: str, told: Told, faults: list[str]) -> Told:
    """Return a success with all that it must have, and tell what is wrong with it."""
    if told.status >= 300 or isinstance(told.body, bytes):
        return told
    body = description.completed(operation, told.status, told.body)
    faults += description.faults_of_answer(operation, told.status, body)
    return Told(told.status, body, told.headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that are gone."""


class _Exchange(BaseHTTPRequestHandler):
    """One request."""

    forge: ForgeServer
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        scheme = urlsplit(self.forge.address).scheme
        address = f"{scheme}://{self.headers.get('Host', '')}"
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(self.command, parts.path, query, headers, body, len(body) == length, address)
        told = self.forge.answer(asked)
        content = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
        content = b"" if told.body is None else content
        kind = "application/octet-stream" if isinstance(told.body, bytes) else "application/json; charset=utf-8"
        self.send_response(told.status)
        for name, value in ({"Content-Type": kind} | dict(told.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
