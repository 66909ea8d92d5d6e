"""One changing command at a time in a clone: a lock that the system takes away from a process that died."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from release.base.errors import ReleaseError
from release.base.temporary_folders import sweep
from release.context import Context

UNFINISHED = ".building-"  # how the folders of builds begin; only what holds the lock builds into dist/


@contextmanager
def locked(ctx: Context) -> Iterator[None]:
    """Hold the clone's lock; raise ReleaseError when another process holds it."""
    from filelock import FileLock, Timeout

    path = ctx.git.folder() / "release.lock"
    lock = FileLock(path)
    try:
        with lock.acquire(timeout=0):
            _remove_unfinished(ctx)
            yield
    except Timeout as error:
        raise ReleaseError(
            "cannot start",
            why=f"another release command is running in this clone ({path})",
            run="the same command again, after it has ended",
        ) from error
    finally:
        ctx.tools.close()


def _remove_unfinished(ctx: Context) -> None:
    """Remove what builds that were killed left, and the temporary folders of the commands that were."""
    sweep()
    for left in (ctx.root / "dist").glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
