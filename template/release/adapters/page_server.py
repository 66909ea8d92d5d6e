"""A server of pages on this machine alone, from memory; each page asks the browser to load it again after a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from release.base.errors import ReleaseError
from release.base.web_origin import on_loopback

_TYPES = {"html": "text/html; charset=utf-8", "atom": "application/atom+xml", "ics": "text/calendar; charset=utf-8"}
_HEAD = b"<head>\n"


class LivePages:
    """The pages that are served now: {path: bytes}, exchanged as a whole."""

    def __init__(self, refresh: float) -> None:
        """`refresh`: seconds after which a browser loads a page again, by a mark that no published page has."""
        self._mark = f'{_HEAD.decode()}<meta http-equiv="refresh" content="{refresh:.0f}">\n'.encode()
        self._pages: Mapping[str, bytes] = {}

    def show(self, pages: Mapping[str, bytes]) -> None:
        """Serve these pages from now on."""
        self._pages = {
            path: text.replace(_HEAD, self._mark, 1) if path.endswith(".html") else text for path, text in pages.items()
        }

    def at(self, url: str) -> tuple[str, bytes] | None:
        """Return (content type, bytes) of a page; None where there is none."""
        path = unquote(urlsplit(url).path).lstrip("/") or "index.html"
        text = self._pages.get(path)
        return None if text is None else (_TYPES.get(path.rpartition(".")[2], "text/plain; charset=utf-8"), text)


@contextmanager
def serving(pages: LivePages, port: int) -> Iterator[str]:
    """Serve pages on a port of this machine (0: any that is free) and give their address, while the block runs.

    Raises ReleaseError for a port that is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # A page of the web could ask by a name of its own that leads here, and read what is private.
            host = self.headers.get("Host", "").rpartition(":")[0]
            found = pages.at(self.path) if on_loopback(host.strip("[]")) else None
            kind, text = found or ("text/plain", b"there is no such page\n")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(text)

        do_HEAD = do_GET  # noqa: N815  (a name that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        run = "inv pages --live --port 0"
        raise ReleaseError(f"cannot serve the pages on port {port}", why=why, run=run) from error
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
