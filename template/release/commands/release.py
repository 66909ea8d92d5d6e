"""Releasing: take the release in hand, or start one, and go on until the world shows every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from release.adapters.index.simple_api import get_ready
from release.base.errors import ReleaseError
from release.channels.announcements import announce_due, due
from release.commands.resumed_release import ask_again, ask_git_again, refuse_unseen
from release.confirmation import Confirm, in_spite_of, what_becomes_public, who_is_told
from release.context import Context
from release.current_release import newest
from release.engine.begun_release import begin, ended
from release.engine.converge import converge, foresee, take_back
from release.engine.gate import Answer
from release.engine.lock import locked
from release.engine.run_gates import ask, refuse_essential, refuse_unknown
from release.engine.step import ConflictFound, State, Step
from release.gate_order import in_git
from release.pipeline import InProgress, closing, in_progress, judged, same_words, take
from release.preloading import tools_at_first, tools_for
from release.repository.fast_forward import follow
from release.steps.build import BUILD
from release.steps.commit import COMMIT
from release.steps.commit_by_request import clear
from release.steps.reopen_line import bring_here
from release.steps.tag import TAG, PushRefused
from release.versioning.changelog_writer import drafted


def release(
    ctx: Context, wanted: str, pre: str | None, agree: Confirm, *, dry_run: bool = False, unseen: bool = False
) -> None:
    """Release, or finish the one in progress; `agree` is asked once, before the first change, and raises to stop.

    With `unseen` it agrees without showing the version to a person (--yes).
    """
    if dry_run:
        with _looking(ctx):
            found = in_progress(take(ctx, wanted, pre))
            _refuse_choice(found)
            _foretell(found, found.steps)
    else:
        finish(drive(ctx, wanted, pre, agree, unseen=unseen))


def drive(ctx: Context, wanted: str, pre: str | None, agree: Confirm, *, unseen: bool = False) -> Context:
    """Do what `release` does without its last line; return the context with the release in hand."""
    with locked(ctx):
        return drive_locked(ctx, wanted, pre, agree, unseen=unseen)


def drive_locked(ctx: Context, wanted: str, pre: str | None, agree: Confirm, *, unseen: bool = False) -> Context:
    """Do what `drive` does, where the lock is held already."""
    if ctx.indexes:
        get_ready()
    ctx.tools.load(*tools_at_first(ctx))
    ctx = take(ctx, wanted, pre)
    refuse_unseen(ctx, wanted, pre, same_words if unseen else lambda *_: False)
    found = in_progress(ctx)
    _head(ctx)
    _refuse_choice(found)
    _follow_merged(found)

    def agree_and_begin(text: str) -> None:
        agree(text)
        begin(ctx, wanted, pre)

    if found.complete():
        conclude(ctx)
    else:
        _publish(found, agree_and_begin)
    ended(ctx)
    return ctx


def conclude(ctx: Context) -> None:
    """End a release all of whose steps are done, by a command that was stopped perhaps: its proof may be missing."""
    ask(ctx, closing(ctx))
    bring_here(ctx)


def _follow_merged(found: InProgress) -> None:
    """Bring the line here to where it is on the remote, once the release commit was merged there."""
    ctx, line = found.ctx, found.ctx.release.line
    if ctx.config.takes_requests(line) and found.commit:
        follow(ctx, line, str(ctx.git.bring(ctx.config.remote, line)))


def _refuse_choice(found: InProgress) -> None:
    """Refuse to leave out what no gate is called, or what cannot be left out."""
    ctx = found.ctx
    if ctx.choice.skip:
        gates = found.gates
        refuse_unknown(ctx.choice.skip, gates)
        refuse_essential(ctx.choice.skip, gates)
        alone = sorted(ctx.choice.skip - ctx.waived.keys()) if ctx.config.two_people else []
        if alone:
            why = "two people decide about it, so no waiver counts"
            until = (datetime.now(UTC) + timedelta(days=7)).date()
            run = f'inv waive "{alone[0]}" --reason "why" --until {until} --ask      (another person grants it)'
            raise ReleaseError(f'cannot skip the gate "{alone[0]}"', why=why, run=run)
    asked_there = {gate.name for gate in in_git(ctx)} & ctx.choice.skip if ctx.config.publish == "ci" else set()
    if asked_there:
        name = min(asked_there)
        why = "the CI job for the tag runs this gate, too, and it cannot be skipped there"
        raise ReleaseError(f'cannot skip the gate "{name}"', why=why, run="inv gates")


def bump(ctx: Context, wanted: str, pre: str | None, *, dry_run: bool = False) -> None:
    """Make the release commit (version and changelog) on this line, and nothing else."""
    if ctx.config.takes_requests(ctx.line):
        why = f"{ctx.line} accepts only {ctx.merge_request}s (push in release.toml), which are public"
        raise ReleaseError("cannot make only the release commit", why=why, run=f"inv release {wanted}")
    with _looking(ctx) if dry_run else locked(ctx):
        found = in_progress(take(ctx, wanted, pre))
        if dry_run:
            _foretell(found, found.until(COMMIT))
            return
        _head(found.ctx)
        converge(found.ctx, found.until(COMMIT), _agreed)
        ctx.report.say("nothing was pushed; next: inv build, or inv publish")


def build(ctx: Context, *, dry_run: bool = False) -> None:
    """Build the distributions of the newest release commit, and check them."""
    with _looking(ctx) if dry_run else locked(ctx):
        found = _existing(ctx, "build")
        if dry_run:
            _foretell(found, found.until(BUILD))
            return
        _head(found.ctx)
        converge(found.ctx, found.until(BUILD), _agreed)
        ask(found.ctx, found.step(TAG.key).gates(found.ctx))


def publish(ctx: Context, agree: Confirm, *, dry_run: bool = False) -> None:
    """Tag, push, upload and prove the newest release commit, building it first where that is needed."""
    with _looking(ctx) if dry_run else locked(ctx):
        found = _existing(ctx, "publish")
        if dry_run:
            _foretell(found, found.steps)
            return
        _head(found.ctx)
        _follow_merged(found)
        _publish(found, agree)
        ended(found.ctx)
    finish(found.ctx)


@contextmanager
def _looking(ctx: Context) -> Iterator[None]:
    """Look without a lock: taking one would write."""
    try:
        yield
    finally:
        ctx.tools.close()


def _foretell(found: InProgress, steps: Sequence[Step]) -> None:
    """Print what is found and what would be done, and ask the gates that would be asked first (--dry-run)."""
    ctx = found.ctx
    _head(ctx)
    seen = foresee(ctx, steps)
    left = [step for step, each in seen if each.state is not State.DONE]
    answers: Sequence[Answer] = ()
    for step, each in seen:
        if left and step is left[0]:
            answers = (*ask_git_again(ctx, found.commit, steps), *ask(ctx, step.gates(ctx), thorough=False))
        ctx.report.line(each.state.value, step.name, each.fact)
    if any(step.public for step in left):
        ctx.report.say("\n" + _question(ctx, left, answers, _notes(found)))
    ctx.report.say()
    ctx.report.foretell()


def _question(ctx: Context, left: Sequence[Step], answers: Sequence[Answer], notes: str) -> str:
    return what_becomes_public(ctx, left, notes) + who_is_told(ctx) + in_spite_of(ctx, answers)


def _publish(found: InProgress, agree: Confirm) -> None:
    ctx = found.ctx

    def question(ctx: Context, left: Sequence[Step], answers: Sequence[Answer]) -> None:
        ctx.tools.load(*tools_for(ctx, left))  # while the owner reads
        agree("\n" + _question(ctx, left, (*again, *answers), notes.result()))

    with ThreadPoolExecutor() as pool:
        notes = pool.submit(_notes, found)  # while the gates are asked
        try:
            again = ask_again(ctx, found.commit, found.steps)
            changed = converge(ctx, found.steps, question)
        except ReleaseError as error:
            _give_way(ctx, error)
            raise
    if changed:
        ask(ctx, closing(ctx, changed))
        if ctx.config.takes_requests(ctx.release.line):
            clear(ctx)
        ctx.report.journal.write("released", release=ctx.release)


def _give_way(ctx: Context, error: ReleaseError) -> None:
    """After a push that lost against somebody else's: drop our private release commit, so that this clone can go on."""
    commit, line, remote = ctx.release_commit(), ctx.release.line, ctx.config.remote
    if commit is None or not isinstance(error, ConflictFound | PushRefused):
        return
    refs = ctx.git.remote_refs(remote)
    ctx.git.fetch(remote)  # after the look: every commit that it named is here now, one pushed a moment ago, too
    on_remote = refs.branches.get(line)
    if on_remote is None or refs.tags.get(ctx.release.tag) == commit:
        return
    if ctx.git.contains(on_remote, commit) or ctx.git.contains(commit, on_remote):
        return
    seen = TAG.observe(ctx)
    if seen.state is State.CONFLICT:
        error.why = seen.fact
    for step in (*([TAG] if seen.begun else []), BUILD, COMMIT):
        take_back(ctx, step)
    ctx.git.fetch(remote)  # with their tag, now that ours has made room
    error.run = f"git pull --ff-only {remote} {line} && inv status"


def _existing(ctx: Context, word: str) -> InProgress:
    found = newest(ctx)
    if found is None:
        raise ReleaseError(f"cannot {word}", why="there is no release commit on this branch", run="inv bump auto")
    return in_progress(judged(found))


def _agreed(ctx: Context, left: Sequence[Step], answers: Sequence[Answer]) -> None:
    """Agree to what stays private."""


def _head(ctx: Context) -> None:
    where = " and ".join(
        f"{index.name} ({index.address})" if index.address != index.name else index.name for index in ctx.indexes
    )
    ctx.report.say(f"{ctx.release} from {ctx.release.line} to {where or 'no index'}\n")


def _notes(found: InProgress) -> str:
    """Return the section that the release commit will add to the changelog; empty where that was made before."""
    ctx = found.ctx
    if found.commit or not ctx.release.final:
        return ""
    return drafted(ctx, ctx.release.version) + "\n\n"


def tell_released(ctx: Context) -> None:
    """Print that the release in hand is released, and how it is installed."""
    index = ctx.indexes[-1] if ctx.indexes else None
    options = "" if index is None or index.well_known else f"--index-url {index.simple} "
    how = f": pip install {options}{ctx.release.project}=={ctx.release.version}" if index else ""
    ctx.report.say(f"\n{ctx.release} is released{how}")
    if ctx.release_page:
        ctx.report.address(ctx.release_page)


def finish(ctx: Context) -> None:
    """Say that the release in hand is released, and announce it; a channel that fails leaves it released."""
    tell_released(ctx)
    if due(ctx):
        with locked(ctx):
            announce_due(ctx)
