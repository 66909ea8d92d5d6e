"""The one place that starts a process: argument lists, never a shell."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.base.errors import ReleaseError
from release.base.orphans import ending_with_us, watch
from release.base.redact import redact

_LAST_LINES = 15
_REFUSING_HOOK = "ref updates aborted by hook"
_FULL = re.compile(r"No space left on device|unable to write file |Disk quota exceeded")
_LOCK = re.compile(r"^(?!remote:).*Unable to create '(.+\.lock)': File exists", re.MULTILINE)


@dataclass(frozen=True)
class Completed:
    """How a command ended: its exit code and its two outputs, as text."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def printed(self) -> str:
        """All that it printed."""
        return self.out + self.err

    def require(self, run: str = "") -> Completed:
        """Return self; raise CommandFailed for an exit code other than 0."""
        if self.code != 0:
            raise CommandFailed(self, run=run)
        return self


class CommandFailed(ReleaseError):
    """A command ended with an exit code other than 0; its last lines are the why."""

    def __init__(self, completed: Completed, *, run: str = "") -> None:
        name = " ".join(_short(completed.argv))
        lines = [line for line in (completed.out + "\n" + completed.err).splitlines() if line.strip()]
        told = "\n".join(["exit code " + str(completed.code), *lines[-_LAST_LINES:]])
        whole = redact(completed.printed)
        super().__init__(redact(f"command failed: {name}"), why=redact(told), run=run or _advice(told), log=whole)
        self.completed = completed


def _advice(told: str) -> str:
    """Return what helps against what git says; empty where nothing is known.

    A lock that a killed git left: git cannot know that nobody holds it any more, nor can we.
    """
    if found := _LOCK.search(told):
        return f"rm {shlex.quote(found[1])}      (if no other git works there)"
    if _FULL.search(told):
        return f"df -h {shlex.quote(tempfile.gettempdir())} .      (make room; TMPDIR names another temporary folder)"
    if _REFUSING_HOOK in told:
        hook = '"$(git rev-parse --git-path hooks/reference-transaction)"'
        return f"$EDITOR {hook}      (it refuses; then the same command again)"
    return ""


def on_the_terminal(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Run a program that a person uses, such as an editor, and return its exit code; it has the terminal to itself."""
    try:
        return subprocess.run(argv, cwd=cwd, env=env, check=False).returncode
    except OSError as error:
        raise ReleaseError(f"cannot run {argv[0]}", why=str(error), run=f"command -v {shlex.quote(argv[0])}") from error


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    shielded: bool = False,
    grace: float = 0.0,
    given: str | bytes | None = None,
) -> Completed:
    """Run `argv` in `cwd` and wait; `timeout` in seconds, `given` is what it can read.

    `shielded` keeps Ctrl-C and signals to our process group away from it: for changes that must not stop half-way.
    It has a group of its own, which ends with us: `grace` seconds after we were killed.
    """
    words = tuple(str(word) for word in argv)
    if shielded:
        watch()
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=shielded,
        )
        with ending_with_us(process.pid, grace) if shielded else nullcontext():
            out, err = _outputs(process, timeout, given, shielded=shielded)
    except FileNotFoundError as error:
        missing = f"install {words[0]}" if cwd.is_dir() else ""
        raise ReleaseError(f"cannot run {words[0]}", why=str(error), run=missing) from error
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(words, error) from error
    return Completed(words, process.returncode, out, err)


def _outputs(
    process: subprocess.Popen[bytes], timeout: float | None, given: str | bytes | None, *, shielded: bool
) -> tuple[str, str]:
    """Wait for a process and return its outputs; a shielded one ends by itself before an interrupt counts."""
    with process:
        try:
            out, err = process.communicate(given.encode() if isinstance(given, str) else given, timeout=timeout)
            return _text(out), _text(err)
        except KeyboardInterrupt:
            if shielded:
                process.communicate(timeout=timeout)
            raise
        finally:
            if shielded and process.poll() is None:
                _ask_to_end(process)
            end(process)


def _text(output: bytes) -> str:
    """Return what a process printed as text, with the line ends of this system as newlines."""
    return output.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _ask_to_end(process: subprocess.Popen[Any]) -> None:
    """End the group of a shielded process with SIGTERM, at which git removes its locks; it has two seconds."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    with suppress(ProcessLookupError):  # what its hooks started, also where it has ended itself
        os.killpg(process.pid, signal.SIGKILL)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process that still runs, and all that it started: what hangs is often a child of its child."""
    if process.poll() is None:
        for pid in _below(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.kill()


def _below(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs; none where the system has no `ps`."""
    try:
        words = ["ps", "-A", "-o", "ppid=", "-o", "pid="]
        listing = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False).stdout
    except FileNotFoundError:
        return []
    pairs = [(int(parent), int(child)) for parent, child in map(str.split, listing.splitlines())]
    found = [pid]
    for above in found:  # it grows while it is walked
        found += [child for parent, child in pairs if parent == above]
    return found[1:]


def output_bytes(argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], given: bytes = b"") -> bytes:
    """Run `argv` in `cwd` and return the very bytes that it prints; raise CommandFailed when it failed."""
    words = tuple(str(word) for word in argv)
    ended = subprocess.run(words, cwd=cwd, env=dict(env), input=given, capture_output=True, check=False)
    if ended.returncode != 0:
        out, err = (text.decode(errors="replace") for text in (ended.stdout, ended.stderr))
        raise CommandFailed(Completed(words, ended.returncode, out, err))
    return ended.stdout


Conversation = subprocess.Popen[bytes]  # a process that waits for questions, until its input is closed


def converse(argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> Conversation:
    """Start a process that answers what is written to it; who starts it closes its input and waits for it."""
    words = [str(word) for word in argv]
    return subprocess.Popen(
        words, cwd=cwd, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


class NoAnswer(ReleaseError):
    """A command was stopped because it took longer than it may; its log is what it had printed."""

    def __init__(self, argv: Sequence[str], stopped: subprocess.TimeoutExpired) -> None:
        super().__init__(
            redact(f"no answer from {' '.join(_short(argv))}"),
            why=f"it was stopped after {stopped.timeout:g} s (timeout in release.toml)",
            run="$EDITOR release.toml      (a longer timeout, if it only needs one)",
            log=redact(_as_text(stopped.output) + _as_text(stopped.stderr)),
        )


def _as_text(output: bytes | str | None) -> str:
    """Return what a stopped process had printed: bytes, whatever was asked for."""
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def _short(argv: Sequence[str]) -> list[str]:
    """Return `argv` as a person would type it: what is called by its whole path, an interpreter or uv, by its name."""
    first, rest = Path(argv[0]), list(argv[1:])
    while first.name == "git" and rest[:1] == ["-c"]:  # settings of ours
        del rest[:2]
    return [first.name if first.is_absolute() else argv[0], *rest]
