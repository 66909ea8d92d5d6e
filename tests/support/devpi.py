"""devpi-server on loopback: a second index, strict as PyPI is. The same file again is 200, other bytes are 409."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.secrets import PASSWORD, USER
from tests.support.world import environment

_PATIENCE = 60.0  # seconds until it must have started


@dataclass
class Devpi:
    """A server with one index, at `index`, on which no file can be replaced; `address` and `index` end with a slash."""

    address: str
    _token: str = ""

    @property
    def path(self) -> str:
        """Where its index lies below an address of the server."""
        return f"{USER}/strict/"

    @property
    def index(self) -> str:
        """The address of its index."""
        return self.address + self.path

    def clear(self) -> None:
        """Let the index be there, and empty."""
        if self._token:
            self._ask("PATCH", self.path, ["volatile=True"])  # else devpi deletes no index
            self._ask("DELETE", self.path)
        else:
            self._ask("PUT", USER, {"password": PASSWORD})
            self._token = str(self._ask("POST", "+login", {"user": USER, "password": PASSWORD})["password"])
        self._ask("PUT", self.path, {"type": "stage", "bases": [], "volatile": False})

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, object]:
        login = base64.b64encode(f"{USER}:{self._token}".encode()).decode()
        headers = {"X-Devpi-Auth": login} if self._token else {}
        address = (self.address + path).removesuffix("/")
        answer = requests.request(method, address, json=body, headers=headers, timeout=_PATIENCE)
        answer.raise_for_status()
        result = answer.json().get("result") if answer.content else None
        return dict(result) if isinstance(result, dict) else {}


@contextmanager
def devpi_server(place: Path) -> Iterator[Devpi]:
    """Run a server whose files lie in the folder `place`."""
    scripts = Path(sys.executable).parent
    port, files, env = _free_port(), place / "server", environment(place / "home")
    with (place / "log").open("wb") as log:
        init = [str(scripts / "devpi-init"), "--serverdir", str(files), "--no-root-pypi", "--root-passwd", "root"]
        subprocess.run(init, check=True, stdout=log, stderr=log, env=env)
        serve = [str(scripts / "devpi-server"), "--serverdir", str(files), "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
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
