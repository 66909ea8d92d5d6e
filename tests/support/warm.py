"""An Invoke that is ready: half of what `python -m invoke` takes is loading packages, which is done once for all tests.

A process of its own, started as `python -P warm.py SOCKET`, loads what every task loads of others, nothing of ours. For
each command that it is sent it forks, and the copy goes on as `python -m invoke` does. Journeys and kills start Python.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

_LOADED = (
    *("invoke.main", "filelock", "markdown_it", "packaging.licenses", "packaging.metadata", "packaging.requirements"),
    *("pypi_simple", "requests", "rich.console", "rich.live", "rich.table", "tenacity"),
    *("concurrent.futures.thread", "email.parser", "platform", "tomllib", "unittest.mock", "uuid"),
)
_LONGEST = 1 << 17  # bytes of a message: the words, the folder and the environment of one command


def invoke(words: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run Invoke with `words` in `cwd`, with nothing to read, and return its exit code and its two outputs."""
    with TemporaryFile() as out, TemporaryFile() as err:
        message = json.dumps([["invoke", *words], str(cwd), dict(environment)]).encode()
        channel = _ready(os.getpid())
        socket.send_fds(channel, [message], [out.fileno(), err.fileno()])
        code = int(channel.recv(_LONGEST))
        return code, _text(out), _text(err)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _ready(pid: int) -> socket.socket:
    """Start the process that waits; a process that was forked from this one, another `pid`, gets its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, "-P", __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()])
    atexit.register(process.wait)
    atexit.register(ours.close)  # goes first
    return ours


def _main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()
    while True:
        message, outputs, _, _ = socket.recv_fds(channel, _LONGEST, 2)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            _become(outputs, *json.loads(message))
            runpy.run_module("invoke", run_name="__main__", alter_sys=True)
            return
        for number in outputs:
            os.close(number)
        channel.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _become(outputs: list[int], argv: list[str], cwd: str, environment: dict[str, str]) -> None:
    for number, output in enumerate([os.open(os.devnull, os.O_RDONLY), *outputs]):
        os.dup2(output, number)
        os.close(output)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    sys.path[:0] = [cwd, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = argv


if __name__ == "__main__":
    _main()
