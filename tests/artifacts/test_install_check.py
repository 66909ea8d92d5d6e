"""Installing from an index that wants a login: files are fetched with it, and nothing from there runs meanwhile."""

from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from release.engine.gate import Severity
from release.gates.published_files import INSTALLABLE
from tests.support.making import releasing, tagged
from tests.support.secrets import PASSWORD, USER
from tests.support.world import World

SPIES = """
import os, pathlib
pathlib.Path({place!r}).write_text("\\n".join(f"{{name}}={{value}}" for name, value in os.environ.items()))
from setuptools import setup
setup(name="acme", version="0.1.0", py_modules=[])
"""


@contextmanager
def private_index(folder: Path, *, reads: bool) -> Iterator[str]:
    """Serve the files of a folder; without `reads` to nobody but our user."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = reads or self.headers.get("Authorization") == wanted
            file = folder / self.path.rpartition("/")[2]
            links = "".join(f'<a href="/{each.name}">{each.name}</a>' for each in sorted(folder.iterdir()))
            page = f"<!DOCTYPE html><html><body>{links}</body></html>".encode()
            there = file.name in {each.name for each in folder.iterdir()}
            found = there or self.path in ("/simple/", "/simple/acme/")
            self.send_response(401 if not known else 200 if found else 404)
            if not known:
                self.send_header("WWW-Authenticate", 'Basic realm="index"')
            body = (file.read_bytes() if there else page) if known else b""
            self.send_header("Content-Type", "application/octet-stream" if there else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def publish_to(world: World, address: str) -> None:
    path = world.project / "release.toml"
    path.write_text(path.read_text().replace(world.index, address))


def spying_sdist(folder: Path, seen: Path) -> Path:
    """Make an sdist whose setup.py writes its environment to a file."""
    files = {
        "setup.py": SPIES.format(place=str(seen)),
        "PKG-INFO": "Metadata-Version: 2.1\nName: acme\nVersion: 0.1.0\n",
    }
    path = folder / "acme-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"acme-0.1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def test_wheels_are_fetched_with_the_login(
    world: World, distributions: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tagged(world, distributions)
    with private_index(distributions[0].parent, reads=False) as address:
        publish_to(world, address)

        assert INSTALLABLE.ask(releasing(world)).met


def test_a_build_sees_no_login_and_without_one_is_not_made(
    world: World, distributions: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tagged(world, distributions)
    place = tmp_path_factory.mktemp("private")
    folder, seen = place / "files", place / "seen"
    folder.mkdir()
    spying_sdist(folder, seen)

    with private_index(folder, reads=False) as address:
        publish_to(world, address)
        verdict = INSTALLABLE.ask(releasing(world))

    assert (verdict.met, verdict.severity) == (None, Severity.WARNING)
    assert "it does not install from wheels alone, and the index is read with a login" in verdict.fact
    assert not seen.exists()


def test_a_build_from_an_index_that_is_open_to_all_sees_no_login(
    world: World, distributions: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tagged(world, distributions)
    place = tmp_path_factory.mktemp("open")
    folder, seen = place / "files", place / "seen"
    folder.mkdir()
    spying_sdist(folder, seen)

    with private_index(folder, reads=True) as address:
        publish_to(world, address)
        INSTALLABLE.ask(releasing(world, UV_NO_CACHE="1"))

    assert not seen.exists() or PASSWORD not in seen.read_text()
