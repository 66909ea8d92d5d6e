"""Where the tests work: in memory, where there is room, since making a file there takes a tenth of the time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  (the folder for it on Linux; elsewhere there is none)
_ROOM = 4 << 30  # bytes; a run keeps some hundred megabytes, and those of the tests that failed


def work_in_memory() -> None:
    """Let all that is temporary lie in memory, for this process and those it starts; a person's TMPDIR counts more."""
    if "TMPDIR" in os.environ or not _fit(_MEMORY):
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
    os.environ["UV_LINK_MODE"] = "copy"  # uv's cache lies elsewhere


def _fit(place: Path) -> bool:
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize >= _ROOM and not found.f_flag & os.ST_NOEXEC
