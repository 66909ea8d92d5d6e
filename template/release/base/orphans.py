"""Ends what runs in a process group of its own when the command that started it was killed, even by SIGKILL.

One `sh` waits on a pipe whose only write end this process holds: the system closes it, however this process ends.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# It reads "+ GROUP GRACE" and "- GROUP"; at the end of the pipe, the groups that are left get SIGTERM after their
# grace, at which git removes its locks, and a second later SIGKILL.
_WATCH = """
groups=
while read -r sign group grace; do
    if [ "$sign" = + ]; then groups="$groups $group:$grace"; continue; fi
    left=
    for each in $groups; do [ "${each%:*}" = "$group" ] || left="$left $each"; done
    groups=$left
done
for each in $groups; do
    group=${each%:*} grace=${each#*:}
    while [ "$grace" -gt 0 ] && kill -s 0 -- "-$group"; do sleep 0.1; grace=$((grace - 1)); done
    kill -s TERM -- "-$group" && sleep 1 && kill -s KILL -- "-$group"
done
"""


@contextmanager
def ending_with_us(group: int, grace: float) -> Iterator[None]:
    """Have the process group end when this process ends within the block: `grace` seconds later, in tenths."""
    watch()
    _watching[os.getpid()].send(f"+ {group} {round(grace * 10)}")
    try:
        yield
    finally:
        _watching[os.getpid()].send(f"- {group}")


def watch() -> None:
    """Start what waits for the end of this process."""
    with _starting:
        if os.getpid() not in _watching:
            _watching[os.getpid()] = _Watch()


class _Watch:
    """The `sh` that waits, and the end of the pipe to write to."""

    def __init__(self) -> None:
        read, self._pipe = os.pipe()
        quiet = subprocess.DEVNULL
        # It lives as long as we do, and others of the same user can read its environment: nothing of ours is in it.
        env = {"PATH": os.defpath}
        self._process = subprocess.Popen(
            ["sh", "-c", _WATCH], stdin=read, stdout=quiet, stderr=quiet, cwd="/", env=env, start_new_session=True
        )
        os.close(read)

    def send(self, line: str) -> None:
        """Write a line: less than a pipe takes at once, so that those of two threads do not mix."""
        with suppress(BrokenPipeError):  # it was killed
            os.write(self._pipe, f"{line}\n".encode())

    def end(self) -> None:
        """Close the pipe; with no group left it ends at once."""
        os.close(self._pipe)
        self._process.wait()


_starting = threading.Lock()
_watching: dict[int, _Watch] = {}  # by process: one that was forked from this one has its own


@atexit.register
def _end() -> None:
    if found := _watching.pop(os.getpid(), None):
        found.end()
