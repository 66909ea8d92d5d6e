"""One changing command at a time in a clone: a lock that the system takes away from a process that died."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from release.base.errors import ReleaseError
from release.context import Context


@contextmanager
def locked(ctx: Context) -> Iterator[None]:
    """Hold the clone's lock; raise ReleaseError when another process holds it."""
    from filelock import FileLock, Timeout

    path = ctx.git.folder() / "release.lock"
    lock = FileLock(path)
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise ReleaseError(
            "cannot start",
            why=f"another release command runs in this clone ({path})",
            run="the same command again, when it has ended",
        ) from error
    finally:
        ctx.tools.close()
