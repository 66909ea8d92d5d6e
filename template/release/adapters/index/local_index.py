"""An index of our own on loopback, for rehearsals and demonstrations: pypiserver, a folder and a free port."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from release.base.errors import ReleaseError
from release.base.temporary_folders import temporary_folder

_PATIENCE = 30.0  # seconds until it must have started


@contextmanager
def embedded_index(folder: Path, htpasswd: Path | None = None) -> Iterator[str]:
    """Serve `folder` as an index and give its address, "http://127.0.0.1:PORT/"; anybody may upload without `htpasswd`.

    What it does not have it does not have: it never answers for another index.
    """
    if find_spec("pypiserver") is None:
        why = "the package pypiserver is not installed"
        raise ReleaseError("cannot start the embedded index", why=why, run="python -m pip install pypiserver")
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    allowed = ["-P", str(htpasswd), "-a", "update"] if htpasswd else ["-P", ".", "-a", "."]
    argv = [
        sys.executable,
        "-P",
        "-m",
        "pypiserver",
        "run",
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "--disable-fallback",
        *allowed,
    ]
    with temporary_folder() as place, (Path(place) / "log").open("w+b") as log:
        process = subprocess.Popen([*argv, str(folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait(process, address, Path(place) / "log")
            yield address
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the server answers; raise ReleaseError with its last words when it does not."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            direct.open(f"{address}simple/", timeout=_PATIENCE).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return
    said = log.read_text(errors="replace")[-1000:]
    raise ReleaseError("cannot start the embedded index", why=f"pypiserver did not answer at {address}\n{said}")
