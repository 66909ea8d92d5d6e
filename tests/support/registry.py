"""A registry of container images on loopback, as far as a push needs one (OCI distribution specification 1.1)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Registry:
    """What was pushed: blobs by digest, manifests by "name:tag"; `place` is host and port."""

    place: str = ""
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def registry() -> Iterator[Registry]:
    """Serve an empty registry."""
    kept, begun = Registry(), dict[str, bytes]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, **headers: str) -> None:
            self.send_response(status)
            for name, text in ({"Content_Length": "0"} | headers).items():
                self.send_header(name.replace("_", "-"), text)
            self.end_headers()

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            whole = b""
            while size := int(self.rfile.readline(), 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole

        def do_GET(self) -> None:
            named = re.fullmatch(r"/v2/(.+)/manifests/(.+)", self.path)
            whole = kept.manifests.get(":".join(named.groups())) if named else None
            if whole is None:
                return self.answer(200 if self.path == "/v2/" else 404)
            self.answer(200, Content_Length=str(len(whole)))
            self.wfile.write(whole)
            return None

        def do_HEAD(self) -> None:
            self.answer(200 if self.path.rpartition("/")[2] in kept.blobs else 404)

        def do_POST(self) -> None:
            place = f"{urlsplit(self.path).path}{len(begun)}"
            begun[place] = self.body()
            self.answer(202, Location=place)

        def do_PATCH(self) -> None:
            begun[self.path] += self.body()
            self.answer(202, Location=self.path, Range=f"0-{len(begun[self.path]) - 1}")

        def do_PUT(self) -> None:
            parts = urlsplit(self.path)
            if named := re.fullmatch(r"/v2/(.+)/manifests/(.+)", parts.path):
                kept.manifests[":".join(named.groups())] = self.body()
                return self.answer(201)
            whole = begun[parts.path] + self.body()
            digest = f"sha256:{sha256(whole).hexdigest()}"
            assert parse_qs(parts.query)["digest"] == [digest]
            kept.blobs[digest] = whole
            return self.answer(201, Docker_Content_Digest=digest)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.place = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
