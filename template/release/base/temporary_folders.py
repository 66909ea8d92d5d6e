"""Temporary folders of ours: what a command that was killed left there is removed by a later one.

Those of a process are below one folder with a lock, which the system takes away from a process that ended.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is removed there
    fcntl = None  # type: ignore[assignment]

TEMPORARY = "release-"  # how the names of the folders of processes begin
_LOCK = "lock"
_WHOLE = 60.0  # seconds after which a folder has its lock, if the process that made it lives


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Give a new folder that is gone afterwards; where we are killed, a later command removes it."""
    shared = _enter()
    try:
        with tempfile.TemporaryDirectory(prefix="", dir=shared.place) as place:
            yield place
    finally:
        _leave(shared)


def sweep() -> None:
    """Remove the folders of processes that ended without removing them."""
    for place in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with suppress(OSError):  # another command was first, or it is not ours to remove
            if fcntl and place.stat().st_uid == os.getuid():
                _remove_left(place)


def _remove_left(place: Path) -> None:
    try:
        lock = os.open(place / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        if time.time() - place.stat().st_mtime > _WHOLE:
            place.rmdir()  # killed before it had a lock; one with anything in it is not of this form
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its process lives
        shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(lock)


class _Shared:
    """The folder of this process, with its lock; it is there while it is used."""

    def __init__(self) -> None:
        self.place = tempfile.mkdtemp(prefix=TEMPORARY)
        self.used = 0
        # The name comes when it is locked: nobody finds a lock that is not held yet.
        unnamed = f"{self.place}/{_LOCK}.new"
        self._lock = os.open(unnamed, os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(OSError):
            if fcntl:
                fcntl.flock(self._lock, fcntl.LOCK_EX)
        Path(unnamed).rename(f"{self.place}/{_LOCK}")

    def end(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        os.close(self._lock)


_using = threading.Lock()
_shared: dict[int, _Shared] = {}  # by process: one that was forked from this one has its own


def _enter() -> _Shared:
    with _using:
        found = _shared.get(os.getpid())
        if found is None or not Path(found.place).is_dir():
            sweep()
            _shared[os.getpid()] = _Shared()
        _shared[os.getpid()].used += 1
        return _shared[os.getpid()]


def _leave(shared: _Shared) -> None:
    with _using:
        shared.used -= 1
        if not shared.used:
            _shared.pop(os.getpid(), None)
            shared.end()
