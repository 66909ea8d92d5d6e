"""Sessions of a rendered project that its journey does not come past: a Python that is missing, docs-live."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.support.owner import begin, succeeded
from tests.support.world import HERE, World, render

pytestmark = pytest.mark.journey


def test_nox_fails_when_a_promised_python_is_missing(room: Path) -> None:
    project = render(room / "acme", docs="none")
    world = World(project, room / "acme.git", "", room / "home")
    path = project / "pyproject.toml"
    lines = [line for line in path.read_text().splitlines(keepends=True) if "Python :: 3." not in line]
    promised = "".join(f'  "Programming Language :: Python :: {version}",\n' for version in (HERE, "3.99"))
    path.write_text("".join(lines).replace("classifiers = [\n", f"classifiers = [\n{promised}"))

    # Only hatchling knows that no Python 3.99 was ever announced.
    ran = world.run("nox", env={"HATCH_METADATA_CLASSIFIERS_NO_VERIFY": "1"})

    assert ran.code != 0, ran.text
    assert "tests-3.99 failed: Python interpreter 3.99 not found" in ran.text
    assert succeeded(ran.text) == ["lint", "types", f"tests-{HERE}", "coverage"]


@pytest.mark.parametrize("docs", ["zensical", "sphinx"])
def test_docs_live_serves_the_documentation_with_what_docstrings_say(docs: str, room: Path) -> None:
    world = World(render(room / "acme", docs=docs), room / "acme.git", "", room / "home")
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
        port = free.server_port
    where = ["--port", str(port)] if docs == "sphinx" else ["--dev-addr", f"127.0.0.1:{port}"]
    log = room / "log"
    with log.open("wb") as file:
        live = subprocess.Popen(
            ["nox", "-s", "docs-live", "--", *where],
            cwd=world.project,
            env=world.environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        page = served(f"http://127.0.0.1:{port}/", live)
        assert "Crème brûlée" in page, log.read_text()
        assert "Return the ASCII letters and digits of text" in page
    finally:
        os.killpg(live.pid, signal.SIGKILL)
        live.wait()


def served(address: str, server: subprocess.Popen[bytes]) -> str:
    """Return the page at an address as soon as there is one; nothing when the server ends or takes a minute."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            page = requests.get(address, timeout=5)
            page.raise_for_status()
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return page.content.decode()
    return ""


def test_what_a_project_measures_of_itself_runs_through_nox(room: Path, index: str) -> None:
    """Each session in an environment of its own, as an owner starts it."""
    owner = begin(room, index, None)
    names = ["docs-check", "tests-lowest", "tests-newest", "benchmarks", "profile"]

    told = owner.types("nox", "-s", *names)

    assert succeeded(told) == names
    assert "functions of acme, while it is imported" in told
    assert owner.changes() == ""
