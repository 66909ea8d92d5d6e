"""The release that the last command of this clone set out to make and did not end: it is repeated for that one alone.

It says what was asked for, never what is done, which is read from the world.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.context import Context

_ENDED = "release.ended"  # beside the lock: "acme 1.2.0", the newest last
_KEPT = 100  # of the projects of one repository


@dataclass(frozen=True)
class Begun:
    """What was asked for (`wanted` and `pre`, as typed), the version that this meant then, and its branch."""

    wanted: str
    pre: str | None
    version: str
    line: str

    def repeated(self, ctx: Context, wanted: str, pre: str | None) -> bool:
        """Return whether a command asks for the same again, and the release in hand is the one that it meant."""
        same = wanted in (self.wanted, "auto") and (pre or None) == self.pre
        return same and (self.version, self.line) == (str(ctx.release.version), ctx.release.line)


def begin(ctx: Context, wanted: str, pre: str | None) -> None:
    """Keep what a command sets out to make, until `ended` is called."""
    begun = Begun(wanted, pre or None, str(ctx.release.version), ctx.release.line)
    _file(ctx.git).write_text(json.dumps(asdict(begun)), encoding="utf-8")


def begun_in(git: Git) -> Begun | None:
    """Return what a command of this clone set out to make and did not end; None where there is nothing."""
    try:
        return Begun(**json.loads(_file(git).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # not there, or cut off by a kill: then the command had not begun to change anything


def ended(ctx: Context) -> None:
    """Keep that the release in hand is complete, and that the command which made it came to its end here."""
    known = [row for row in _ended(ctx) if row != str(ctx.release)]
    (ctx.git.folder() / _ENDED).write_text(
        "".join(f"{row}\n" for row in [*known, str(ctx.release)][-_KEPT:]), encoding="utf-8"
    )
    forget(ctx.git)


def ended_here(ctx: Context) -> bool:
    """Return whether a command of this clone ended the release in hand, on whichever branch."""
    return str(ctx.release) in _ended(ctx)


def forget(git: Git) -> None:
    """Forget what was begun: it is complete, or was given up."""
    _file(git).unlink(missing_ok=True)


def _ended(ctx: Context) -> list[str]:
    path = ctx.git.folder() / _ENDED
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []


def _file(git: Git) -> Path:
    """Return where it is kept: beside the lock, for all working trees of the clone."""
    return git.folder() / "release.begun"
