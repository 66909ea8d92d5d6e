"""Runs a contender's command in a process group of its own, so that it can be timed, and killed as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT = 240.0  # seconds after which a command counts as hanging
_LOOK = 0.01  # seconds between two looks
_DYING = 2.0  # seconds that a killed group may take to be gone


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (negative: killed by that signal), wall seconds, and what it printed."""

    code: int
    seconds: float
    output: str

    @property
    def killed(self) -> bool:
        """Whether it was killed: by the fault, or because it took longer than LIMIT."""
        return self.code == -signal.SIGKILL


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    kill_when: Callable[[], bool] | None = None,
) -> Ended:
    """Run `command` and wait for its end; with `kill_when`, SIGKILL its process group as soon as that is true."""
    with log.open("w+b") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        limit = threading.Timer(LIMIT, os.killpg, [process.pid, signal.SIGKILL])  # wait(timeout) looks only every 50 ms
        limit.start()
        try:
            if kill_when is not None:
                _watch(process, kill_when)
            process.wait()
        finally:
            limit.cancel()
        seconds = time.perf_counter() - start
    return Ended(process.returncode, seconds, log.read_text(encoding="utf-8", errors="replace"))


def _watch(process: subprocess.Popen[bytes], kill_when: Callable[[], bool]) -> None:
    while process.poll() is None:
        if kill_when():
            kill_group(process)
            return
        time.sleep(_LOOK)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill `process` and what it started, as pulling the plug would, and return when all of it is gone."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    end = time.monotonic() + _DYING
    with suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.killpg(process.pid, 0)
            time.sleep(_LOOK)
