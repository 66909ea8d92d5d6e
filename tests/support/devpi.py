"""devpi-server on loopback: a second index, strict as PyPI is. The same file again is 200, other bytes are 409."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import requests

from tests.support.secrets import PASSWORD, USER

_PATIENCE = 60.0  # seconds until it must have started


@dataclass
class Devpi:
    """A server of indexes; `address` ends with a slash."""

    address: str
    _token: str = ""
    _numbers: Iterator[int] = field(default_factory=count)

    def index(self) -> str:
        """Make an empty index on which no file can be replaced, and return its path, "ada/0/"."""
        if not self._token:
            self._ask("PUT", USER, password=PASSWORD)
            self._token = self._ask("POST", "+login", user=USER, password=PASSWORD)["password"]
        path = f"{USER}/{next(self._numbers)}"
        self._ask("PUT", path, type="stage", bases=[], volatile=False)
        return f"{path}/"

    def _ask(self, method: str, path: str, **body: object) -> dict[str, str]:
        login = base64.b64encode(f"{USER}:{self._token}".encode()).decode()
        headers = {"X-Devpi-Auth": login} if self._token else {}
        answer = requests.request(method, self.address + path, json=body, headers=headers, timeout=_PATIENCE)
        answer.raise_for_status()
        return dict(answer.json().get("result") or {})


@contextmanager
def devpi_server(place: Path) -> Iterator[Devpi]:
    """Run a server whose files lie in the folder `place`."""
    scripts = Path(sys.executable).parent
    port, files = _free_port(), place / "server"
    with (place / "log").open("wb") as log:
        init = [str(scripts / "devpi-init"), "--serverdir", str(files), "--no-root-pypi", "--root-passwd", "root"]
        subprocess.run(init, check=True, stdout=log, stderr=log)
        serve = [str(scripts / "devpi-server"), "--serverdir", str(files), "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait(process, address, place / "log")
            yield Devpi(address)
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            requests.get(f"{address}+api", timeout=_PATIENCE)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"devpi-server does not answer\n{log.read_text(errors='replace')[-2000:]}")
