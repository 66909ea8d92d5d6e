"""A second version by the same words: perhaps the command of another clone again, which was stopped at its very end.

What that command set out to make is known in its own clone alone; the world shows who released, and when.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from release.adapters.git.marks import REOPENED
from release.approvals.decision_records import me
from release.base.errors import ReleaseError
from release.context import Context
from release.current_release import newest
from release.engine.begun_release import ended_here

SameWords = Callable[[Context, str, str | None], bool]
_SHORTLY = 24 * 60 * 60  # seconds after a release in which the same words may mean the same release


def refuse_unseen(ctx: Context, wanted: str, pre: str | None, same_words: SameWords) -> None:
    """Refuse to begin a version that nobody named or looked at, right after a release by the same words and person.

    `same_words` tells whether a release may have been asked for by these words. Where this clone has ended that
    release, or CI runs the command for a commit, they mean another one.
    """
    found = None if ctx.job or ctx.release_commit() or (wanted[:1].isdigit() and not pre) else newest(ctx)
    if found is None or ended_here(found) or not same_words(found, wanted, pre):
        return
    last = found.commit_with(REOPENED, found.release.version) or found.release_commit()
    if last is None or time.time() - ctx.git.time_of(last) > _SHORTLY:
        return
    author = ctx.git.author_of(last)
    if f"<{me(ctx.git).email}>" in author:
        why = f"{found.release} was released in another clone by {author}; the same words may mean that release"
        run = f"inv release {ctx.release.version} --yes      (a second version; {found.release.version} is complete)"
        raise ReleaseError(f"cannot release {ctx.release}, which --yes does not name", why=why, run=run)
