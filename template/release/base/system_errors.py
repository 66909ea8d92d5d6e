"""What the system refuses, as a refusal that a person can act on: a full disk, a file in the place of a folder."""

from __future__ import annotations

import errno
import os
import shlex
import sys
from pathlib import Path

from release.base.errors import ReleaseError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_FOLDER = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)
_TOO_MANY = (errno.EMFILE, errno.ENFILE)


def refusal_of(error: OSError, what: str) -> ReleaseError | None:
    """Return the refusal that an error of the system means; None for one that is a fault of ours."""
    place = Path(str(error.filename)) if error.filename else None
    why = f"{place}: {error.strerror}" if place else str(error.strerror)
    run = _advice(error.errno, place)
    return ReleaseError(what, why=why, run=run) if run else None


def reader_has_gone() -> bool:
    """Return whether what read our output has gone, as `| head` does; then what is still to be written goes nowhere.

    Python raises BrokenPipeError where other programs end by SIGPIPE.
    """
    try:
        print(flush=True)  # what could not be written is in no buffer any more, so only another line shows it
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _advice(number: int | None, place: Path | None) -> str:
    """Return a command that helps; empty where none is known."""
    if number in _FULL:
        return (
            f"df -h {_word(_existing(place) if place else Path())}      (make room there, then the same command again)"
        )
    if number in _TOO_MANY:
        return "ulimit -n 4096      (then the same command again)"
    if place is None:
        return ""
    if number in _NOT_ALLOWED:
        return f"ls -ld {_word(_existing(place))}      (it has to be writable for you)"
    if number in _NO_FOLDER:
        there = next((each for each in (place, *place.parents) if each.is_file()), None)
        return (
            f"mv {_word(there)} {_word(there.with_name(f'{there.name}.old'))}      (a folder belongs there)"
            if there
            else ""
        )
    return ""


def _existing(place: Path) -> Path:
    """Return a path, or the nearest folder above it that is there."""
    return next((each for each in (place, *place.parents) if each.exists()), Path())


def _word(place: Path) -> str:
    return shlex.quote(str(place))
