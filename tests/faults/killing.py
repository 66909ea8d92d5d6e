"""Killing a release at a chosen moment, as a process group by a user or as the whole machine by a power cut."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from tests.faults.worlds import RELEASE
from tests.support.secrets import refuse_leak
from tests.support.world import World

_PATIENCE = 60.0  # seconds until a moment must have come
_MARK = "KEELWAY_TEST_RUN"


class Kill(Enum):
    """What is killed: the process group (git's changes, shielded from it, still end by themselves), or all at once."""

    GROUP = "group"
    POWER = "power"


class Running:
    """A release that runs in a session of its own; `more` is added to its environment."""

    def __init__(self, world: World, log: Path, *words: str, **more: str) -> None:
        self._mark = f"{_MARK}={uuid.uuid4().hex}"
        self._log = log
        self._remote = world.remote.resolve()
        name, _, value = self._mark.partition("=")
        temporary = world.home / "tmp"  # what a killed process leaves there is for the system to clear away
        temporary.mkdir(parents=True)
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "invoke", *(words or RELEASE)],
                cwd=world.project,
                env=world.environment(**{name: value, "TMPDIR": str(temporary)} | more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def ended(self) -> bool:
        """Whether it came to its end by itself."""
        return self._process.poll() is not None

    def text(self) -> str:
        """Return what it has printed."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        refuse_leak(text, "what a killed release printed")
        return text

    def wait(self) -> int:
        """Let it come to its end and return its exit code."""
        return self._process.wait(_PATIENCE)

    def until(self, moment: Callable[[], bool]) -> bool:
        """Wait until the moment has come or the release has ended; return whether the moment came."""
        end = time.monotonic() + _PATIENCE
        while not moment():
            if self.ended or time.monotonic() > end:
                return moment()
            time.sleep(0.002)  # what waits here must not take the processor from what runs
        return True

    def kill(self, how: Kill) -> None:
        """Kill it with SIGKILL and wait until it is gone."""
        if how is Kill.POWER:
            while pids := self._all():
                for pid in pids:
                    _kill(os.kill, pid)
                self._process.poll()
        _kill(os.killpg, self._process.pid)
        self._process.wait(_PATIENCE)

    def _all(self) -> list[int]:
        """Return every process that this release started, in whatever session, by the mark in its environment.

        What runs in the remote's folder would run on another machine, if the remote were on one.
        """
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self._started(path)]

    def _started(self, process: Path) -> bool:
        try:
            marked = self._mark.encode() in (process / "environ").read_bytes()
            return marked and b"receive-pack" not in (process / "cmdline").read_bytes() and not self._there(process)
        except OSError:
            return False  # gone, or somebody else's

    def _there(self, process: Path) -> bool:
        return (process / "cwd").resolve().is_relative_to(self._remote)


def _kill(how: Callable[[int, int], None], number: int) -> None:
    try:
        how(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def told(text: str) -> str:
    """Return the first command that a refusal says to run, without the remark behind it."""
    found = re.findall(r"^  run: (.*?)(?:   +\(.*)?$", text, re.MULTILINE)
    assert found, text
    return str(found[0])
