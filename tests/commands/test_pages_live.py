"""`inv pages --live`, as typed: pages on this machine that follow the repository, and load again without a script."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from itertools import takewhile
from urllib.parse import urlsplit

from tests.support.world import World


def page(address: str, path: str = "/", host: str = "", method: str = "GET") -> tuple[int, str]:
    """Return status and text of a page; `host` is the name that it is asked by."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, headers={"Host": host or urlsplit(address).netloc})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_live_pages_follow_the_repository_and_are_read_on_this_machine_alone(repository: World) -> None:
    words = [sys.executable, "-m", "invoke", "pages", "--live", "--port", "0", "--every", "1"]
    env = repository.environment(PYTHONUNBUFFERED="1")
    with subprocess.Popen(words, cwd=repository.project, env=env, stdout=subprocess.PIPE, text=True) as live:
        assert live.stdout
        address = live.stdout.readline().split()[1]
        first = page(address)
        assert first[0] == 200
        assert '<meta http-equiv="refresh" content="1">' in first[1]
        assert "Nothing is released yet." in first[1]
        assert "<script" not in first[1]
        assert page(address, "/activity.atom")[0] == 200
        for path in ("/none.html", "/../pyproject.toml", "/%2e%2e/pyproject.toml", "/releases"):
            assert page(address, path)[0] == 404, path
        assert page(address, host="evil.example:80")[0] == 404
        assert page(address, method="POST")[0] == 501
        assert page(address, method="HEAD") == (200, "")
        repository.note("fix", "Mend it")
        assert live.stdout.readline().startswith("made again at ")
        assert "1 change on the main branch waits" in " ".join(page(address)[1].split())
        repository.write("plans/1.0.toml", "colour = 1\n")
        repository.commit("a plan with a mistake")
        said = list(takewhile(lambda line: line != "the pages stay as they were\n", live.stdout))
        assert said[0] == "cannot use plans/1.0.toml: colour\n", said
        assert page(address)[0] == 200
        live.send_signal(signal.SIGINT)
        assert live.stdout.read().endswith("\nended\n")
    assert live.returncode == 0
    assert not (repository.project / "site").exists()


def test_a_port_that_is_taken_is_refused_with_one_that_is_free(repository: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        begun = time.monotonic()
        ran = repository.inv("pages", "--live", "--port", str(port))

    assert time.monotonic() - begun < 60
    assert (ran.code, ran.out) == (1, "")
    assert f"cannot serve the pages on port {port}\n  why: Address already in use\n  run: inv pages --live" in ran.err
