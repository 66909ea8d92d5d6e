"""A process that holds passwords, made one that others of the same user cannot look into.

On Linux /proc/PID/environ, /proc/PID/mem and /proc/PID/fd of it are root's, and no debugger attaches
(prctl(2), PR_SET_DUMPABLE); a program that it starts is open again.
"""

from __future__ import annotations

import sys

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4


def hide() -> bool:
    """Hide this process; return whether it is hidden, which no other system than Linux offers."""
    if sys.platform != "linux":
        return False
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return bool(prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
