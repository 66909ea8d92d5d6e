"""`nox -s audit` in a rendered project: found, not found and not asked are three answers."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.world import Ran, World, render

pytestmark = pytest.mark.journey


@contextmanager
def vulnerability_service(answer: Callable[[str], dict[str, object] | None]) -> Iterator[str]:
    """Serve what OSV answers for the name of a package (google.github.io/osv.dev/post-v1-query); None is a 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answered = answer(asked["package"]["name"])
            body = json.dumps(answered or {}).encode()
            self.send_response(503 if answered is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def bad(name: str) -> dict[str, object]:
    """Return what OSV would answer if nothing but pytest were vulnerable."""
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}}]
    return {"vulns": [{"id": "PYSEC-2026-1", "summary": "bad", "affected": affected}]} if name == "pytest" else {}


def test_audit_never_takes_silence_for_good_news(room: Path) -> None:
    """Found, not found and not asked are three answers; all of them over real HTTP."""
    world = World(render(room / "acme", docs="none"), room / "acme.git", "", room / "home")
    # A remote by a relative path, as one types it, is more than pip freeze can read.
    world.git("init", "--quiet", "--bare", world.remote, cwd=room)
    world.git("init", "--quiet")
    world.git("remote", "add", "origin", "../acme.git")

    def audit(address: str, *words: str) -> Ran:
        env = {"PIP_AUDIT_VULNERABILITY_SERVICE": "osv", "PIP_AUDIT_OSV_URL": address}
        return world.run("nox", "-s", "audit", *words, env=env)

    with vulnerability_service(lambda _: {}) as address:
        good = audit(address)
    with vulnerability_service(bad) as address:
        found = audit(address, "-R")
    with vulnerability_service(lambda _: None) as address:
        refused = audit(address, "-R")
    unreachable = audit(address, "-R")

    assert good.code == 0, good.text
    assert re.search(r"no known vulnerability in \d\d+ dependencies", good.text)
    assert found.code != 0
    assert re.search(r"known vulnerabilities: pytest \S+ PYSEC-2026-1", found.text), found.text
    for ran in (refused, unreachable):
        assert ran.code != 0
        assert "the question could not be asked (see above): nothing is known, good or bad" in ran.text
        assert "no known vulnerabilit" not in ran.text.lower()
