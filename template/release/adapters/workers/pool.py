"""Tools in processes that are loaded before they are called: loading is most of what a tool takes.

A release that is checked and proven takes 11.4 s of CPU time with them and 14.7 s without, and a quarter less time; one
without checks, which calls each tool once, as much (contenders PROVEN and SAME of benchmarks/, medians, busy machine).
At the other end of each is `taken` of tool_worker.py.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from release.adapters.workers import tool_worker
from release.base.shell import Completed, NoAnswer, end

_SCRIPT = "import sys; sys.path.append(sys.argv.pop(1)); from release.adapters.workers.{0} import main; main()"


def ours(module: str, *words: str | Path) -> list[str]:
    """Return the command that runs `main` of a module of release/ in this environment.

    The project comes last on its sys.path, so that nothing in it stands in for a module of a tool.
    """
    project = Path(tool_worker.__file__).parents[3]
    return [sys.executable, "-P", "-c", _SCRIPT.format(module), str(project), *map(str, words)]


class LoadedTool:
    """A tool in a process that is ready and waits for its arguments; where it can fork, it waits again after a call.

    What it prints goes to files without a name: whoever is killed, nothing is left of them. `tidies`: getting ready,
    it makes something that it has to remove.
    """

    def __init__(self, tool: str, command: Sequence[str], *, env: Mapping[str, str], tidies: bool = False) -> None:
        self._tool = tool
        self._tidies = tidies
        self._env = dict(env)
        self._loaded = False
        self._out, self._err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - they are open as long as the process
        self._answers: int | None = None
        answering: int | None = None
        if hasattr(os, "fork"):
            self._answers, answering = os.pipe()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=self._err,
            env=self._env,
            pass_fds=() if answering is None else (answering,),
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        if answering is not None:
            os.close(answering)
        self._tell(answering)

    @property
    def waits(self) -> bool:
        """Whether it can be called."""
        return self._process.poll() is None

    def load(self, timeout: float | None) -> None:
        """Wait until it is ready, or gone, or `timeout` seconds are over."""
        if not self._loaded:
            with suppress(subprocess.TimeoutExpired):
                self._hear(timeout)
                self._loaded = True

    def call(self, *argv: str | Path, cwd: Path, env: Mapping[str, str], timeout: float | None) -> Completed:
        """Let the tool run with `argv` in `cwd`, with `env` added to its own, and wait; `timeout` in seconds."""
        words = tuple(str(word) for word in argv)
        self.load(timeout)
        self._tell({"argv": words, "cwd": str(cwd), "env": self._env | dict(env)})
        try:
            answer = self._hear(timeout)
            code = int(answer) if answer else self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            end(self._process)
            self._process.wait()
            out, err = self._printed()
            stopped = subprocess.TimeoutExpired(error.cmd, error.timeout, out, err)
            raise NoAnswer((self._tool, *words), stopped) from error
        else:
            out, err = self._printed()
        finally:
            if not self.waits:
                self._close()
        return Completed((self._tool, *words), code, out, err)

    def stop(self) -> None:
        """Let the tool end: at once, for a refusal does not wait for what was loaded and not called."""
        if self._tidies:
            self._end_requests()
        else:
            self._process.kill()

    def dismiss(self) -> None:
        """End the tool, and wait until it is gone; nobody may be waiting for an answer of it."""
        self.stop()
        self._close()

    def _tell(self, what: object) -> None:
        with suppress(BrokenPipeError):  # what became of it is seen when its answer is waited for
            self._requests.write(json.dumps(what).encode() + b"\n")
            self._requests.flush()

    def _hear(self, timeout: float | None) -> str:
        """Return its next answer; nothing when it has gone, or has nothing to answer by."""
        if self._answers is None:
            return ""
        with selectors.DefaultSelector() as looking:
            looking.register(self._answers, selectors.EVENT_READ)
            if not looking.select(timeout):
                raise subprocess.TimeoutExpired(self._tool, timeout or 0)
        return os.read(self._answers, 100).decode()

    def _printed(self) -> tuple[str, str]:
        """Return what was printed since the last call, and make room for the next."""
        told = []
        for file in (self._out, self._err):
            file.seek(0)
            told.append(file.read().decode(errors="replace"))
            file.seek(0)
            file.truncate()
        return told[0], told[1]

    def _end_requests(self) -> None:
        with suppress(BrokenPipeError):
            self._requests.close()

    def _close(self) -> None:
        self._end_requests()
        self._process.wait()
        for file in (self._out, self._err):
            file.close()
        if self._answers is not None:
            os.close(self._answers)
            self._answers = None


class LoadedTools:
    """Tools by name, each loaded once where it can wait for another call; `timeout` of a call in seconds."""

    def __init__(self, start: Callable[[str], LoadedTool], timeout: float) -> None:
        """`start` starts a process for a tool."""
        self._start_one = start
        self._timeout = timeout
        self._loader = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1))  # one is left for the rest
        self._loading: dict[str, Future[None]] = {}
        self._waiting: dict[str, list[LoadedTool]] = {}
        self._started: list[LoadedTool] = []
        weakref.finalize(self, _dismiss, self._started)

    def load(self, *tools: str) -> None:
        """Load those of `tools` that are not loaded yet, in this order, beside what else is done."""
        for tool in tools:
            if tool not in self._loading:
                self._loading[tool] = self._loader.submit(self._load, tool)

    def call(self, tool: str, *argv: str | Path, cwd: Path, env: Mapping[str, str]) -> Completed:
        """Call a tool: one that waits, if need be after it is loaded, or else a new one."""
        called = self._ready(tool)
        try:
            return called.call(*argv, cwd=cwd, env=env, timeout=self._timeout)
        finally:
            if called.waits:
                self._waiting.setdefault(tool, []).append(called)

    def close(self) -> None:
        """End all of them."""
        running = [loading for loading in self._loading.values() if not loading.cancel()]
        for tool in self._started:
            tool.stop()  # which ends the loading, too
        wait(running)
        self._loading.clear()
        self._waiting.clear()
        _dismiss(self._started)

    def _load(self, tool: str) -> None:
        started = self._start(tool)
        started.load(self._timeout)
        self._waiting.setdefault(tool, []).append(started)

    def _ready(self, tool: str) -> LoadedTool:
        loading = self._loading.get(tool)
        if loading and not loading.cancel():  # what still queues is started here, at once
            wait([loading])
        waiting = self._waiting.get(tool)
        return waiting.pop() if waiting else self._start(tool)

    def _start(self, tool: str) -> LoadedTool:
        started = self._start_one(tool)
        self._started.append(started)
        return started


def _dismiss(tools: list[LoadedTool]) -> None:
    while tools:
        tools.pop().dismiss()
