"""A release that was begun or made before this command: what is asked again of it, and which words may mean it.

Who pushes a release commit may have asked nothing of the commit before it, and a tag is made by anyone who may push
one. What a command of another clone set out to make is known there alone; the world shows who released, and when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from release.adapters.git.marks import REOPENED
from release.approvals.decision_records import me
from release.base.errors import ReleaseError
from release.context import Context
from release.context_loader import load_context
from release.current_release import newest
from release.engine.begun_release import ended_here
from release.engine.gate import Answer
from release.engine.run_gates import ask
from release.engine.step import State, Step
from release.gate_order import before_all, in_git
from release.gates import version_choice, working_tree
from release.steps.tag import TAG
from release.versioning.release_commit import why_not_ours

SameWords = Callable[[Context, str, str | None], bool]
_SHORTLY = 24 * 60 * 60  # seconds after a release in which the same words may mean the same release
# What is asked of the clone, so that the release commit can be made; it is there.
_OF_THE_CLONE = (
    working_tree.CLEAN,
    working_tree.FINISHED,
    working_tree.LINE,
    working_tree.IN_SYNC,
    working_tree.TAG_FREE,
    version_choice.AGREED,
)


def ask_again(ctx: Context, commit: str | None, steps: Sequence[Step]) -> tuple[Answer, ...]:
    """Ask the gates before the first step again where that was done by another command; raise where one refuses.

    `commit` is the release commit, None where this command has to make it.

    Before the tag they are those of the release commit, in a checkout of the commit before it: what was green there is
    remembered. Once it is tagged, nothing stops it but what git alone shows, and that until the first upload.
    """
    tagged = TAG.observe(ctx).state
    if commit is None or why_not_ours(ctx, commit) or tagged is State.DONE:
        return ask_git_again(ctx, commit, steps)
    if tagged is State.CONFLICT:
        return ()  # others have released it meanwhile: the step says so, and ours gives way
    names = {gate.name for gate in _OF_THE_CLONE}
    with _before(ctx, commit) as elsewhere:
        return ask(elsewhere, [gate for gate in before_all(elsewhere) if gate.name not in names], thorough=False)


def ask_git_again(ctx: Context, commit: str | None, steps: Sequence[Step]) -> tuple[Answer, ...]:
    """Ask again what git alone shows of a release whose commit is there, without a checkout."""
    if commit is None or why_not_ours(ctx, commit) or _uploaded(ctx, steps):
        return ()  # nothing is there, the step says what it is, or nothing can be taken back any more
    return ask(ctx, in_git(ctx))


def _uploaded(ctx: Context, steps: Sequence[Step]) -> bool:
    """Return whether a step that cannot be taken back is done already, or begun."""
    seen = [step.observe(ctx) for step in steps if step.one_way]
    return any(each.state is State.DONE or each.begun for each in seen)


@contextmanager
def _before(ctx: Context, commit: str) -> Iterator[Context]:
    """Give the context in a checkout of the commit that a release commit stands on."""
    with ctx.git.checkout(f"{commit}^") as path:
        found = load_context(path, ctx.environment, write=ctx.memory.write, home=ctx.root)
        found.git.marks.by_request = ctx.git.marks.by_request
        try:
            project, tools, sessions = found.project, found.tools, found.sessions
            yield replace(ctx, root=path, git=found.git, project=project, tools=tools, sessions=sessions)
        finally:
            found.tools.close()


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
        why = f"{found.release} was released in another clone by {author}; the same command may mean that release"
        run = f"inv release {ctx.release.version} --yes      (another version; {found.release.version} is complete)"
        raise ReleaseError(f"cannot release {ctx.release}, which --yes does not name", why=why, run=run)
