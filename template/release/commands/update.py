"""Updating the project to another version of its template: on a branch, merged by git, checked, and then offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.base.temporary_folders import temporary_folder
from release.config.engine_place import wanted_engine
from release.context import Context
from release.context_loader import load_context
from release.engine.lock import locked
from release.engine.run_gates import Inquiry
from release.gates import project_sessions
from release.template.answers_file import Provenance
from release.template.origin import recorded
from release.template.template_source import Template, fetched
from release.template.template_update import (
    TRAILER,
    Change,
    Sides,
    bring,
    commit,
    edits_of_engine,
    sides,
    throw_away,
    told_conflicts,
)
from release.template.three_way_merge import left_over

_SHOWN = 12  # lines of the template's changelog
_BEGUN = ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD")


@dataclass(frozen=True)
class Wish:
    """What the owner asks for: a version (else the newest), an address (else the recorded one), and how far to go."""

    to: str = ""
    address: str = ""
    dry_run: bool = False
    request: bool = False


def update(ctx: Context, wish: Wish, agree: Callable[[str], bool]) -> bool:
    """Bring the project to another version of its template; return whether there was something to bring.

    Raises ReleaseError where it cannot begin, and where conflicts or failing checks are left on the branch.
    """
    if wish.dry_run:
        return _update(ctx, wish, agree)
    with locked(ctx):
        return _update(ctx, wish, agree)


def _update(ctx: Context, wish: Wish, agree: Callable[[str], bool]) -> bool:
    line = _line(ctx)
    made, now = recorded(ctx, wish.address)
    with temporary_folder() as folder, fetched(ctx, now.address, Path(folder).resolve()) as template:
        change = replace(_change(template, made, now, wish), project=ctx.project.canonical if ctx.git.inside else "")
        if change.old == change.new and made == now:
            ctx.report.say(f"nothing to update: the project is at {change.old}, and {now.address} has nothing newer")
            return False
        _tell(ctx, template, change, made.differing(now))
        git = throw_away(ctx, Path(folder).resolve())
        at = _in_hand(ctx, change, requested=wish.request)
        if at:
            ctx.report.line("done", "merge", f"{change.branch} is {at[:7]}")
            git.change("checkout", "--quiet", "--detach", at)
        else:
            found = sides(git, template, change, Path(folder).resolve())
            at = _merge(ctx, git, template, change, found)
        if wish.dry_run:
            ctx.report.foretell()
            return True
        ctx.git.change("fetch", "--quiet", git.top, f"+{at}:refs/heads/{change.branch}")
        _refuse_left(ctx, git, change)
        _check(ctx, git, change)
    _offer(ctx, line, change, at, wish, agree)
    return True


def _line(ctx: Context) -> str:
    """Return the branch that is updated; raise ReleaseError where the project is not in a state to be."""
    if ctx.branch is None:
        raise _refused("HEAD is detached", f"git switch {ctx.line}")
    if ctx.branch.startswith("template/"):
        raise _refused(f"{ctx.branch} is an update itself", f"git switch {ctx.line} && inv update")
    for name in ctx.git.under_way(*_BEGUN):
        raise _refused(f"a merge or rebase is in progress ({name})", "git status")
    changes = ctx.git.changes()
    if changes:
        advice = "git stash --include-untracked      (git stash pop --index restores it)"
        raise _refused(f"uncommitted changes:\n{rows_of(changes)}", advice)
    return ctx.branch


def _change(template: Template, made: Provenance, now: Provenance, wish: Wish) -> Change:
    """Return from where to where; raise ReleaseError for a version that is not there or an older one."""
    old = template.edition(made.commit)
    if old is None:
        why = f"the template at {template.address} has no {made.commit}, which this project was made from"
        raise _refused(why, "inv update --template ADDRESS      (where it is now, with its history)")
    new = template.edition(wish.to) if wish.to else template.newest()
    if new is None:
        tags = ", ".join(sorted(template.git.tags())) or "it has no tags"
        raise _refused(f"the template at {template.address} has no {wish.to}: {tags}", "inv update")
    if wish.to and template.newer(new, old):
        raise _refused(
            f"{new} is older than {old}, which this project was made from", "git revert COMMIT_OF_THE_UPDATE"
        )
    return Change(old, made.answers, new if template.newer(old, new) else old, now.answers, now.file)


def _tell(ctx: Context, template: Template, change: Change, answers: list[str]) -> None:
    """Say in a few lines what is new."""
    if change.old != change.new:
        ctx.report.say(f"the template is at {change.new}, this project at {change.old}\n")
        news = template.news(change.old, change.new)
        if news:
            ctx.report.say(indent(rows_of(news, _SHOWN), "  ") + "\n")
    for each in answers:
        ctx.report.line("to do", "answer", each)


def _in_hand(ctx: Context, change: Change, *, requested: bool) -> str | None:
    """Return the tip of the branch where this update lies already, perhaps mended since; None where it has to be made.

    Raises ReleaseError when it has work of the owner's and the line has gone on without it.
    """
    there = ctx.git.remote_refs(ctx.config.remote).branches.get(change.branch) if requested else None
    if there:
        ctx.git.fetch(ctx.config.remote, change.branch)
    tip = there or ctx.git.commit_of(f"refs/heads/{change.branch}")
    head = ctx.git.read("rev-parse", "HEAD")
    if tip is None or tip == head:
        return None
    if ctx.git.contains(tip, head):
        return tip
    if there:
        why = f"{change.branch} is {there[:7]} on {ctx.config.remote}, and {ctx.branch} has new commits"
        again = "inv update --request"
        raise _refused(
            why, f"git push {ctx.config.remote} --delete {change.branch} && {again}      (or merge it first)"
        )
    if ctx.git.read("log", "-1", f"--format=%(trailers:key={TRAILER},valueonly)", tip).strip() == change.new.name:
        return None  # only ours: made anew from where the line is now
    why = f"{change.branch} has commits of its own, and {ctx.branch} has new commits"
    raise _refused(why, f"git rebase {ctx.branch} {change.branch} && git switch {ctx.branch} && inv update")


def _merge(ctx: Context, git: Git, template: Template, change: Change, found: Sides) -> str:
    """Merge and commit in the clone; say what came of it, and return the commit."""
    for path, did in found.edited.items():
        ctx.report.line("warn", "edited", f"{path} is the template's, and you {did} it")
    if change.leaves_repository and (edits := edits_of_engine(git, found)):
        ctx.report.say("\nyour changes in release/, which is removed (they stay in the history):\n")
        ctx.report.say(edits + "\n")
    merged = bring(ctx, git, found, change)
    for path in merged.kept:
        ctx.report.line("warn", "kept", f"{path}: the template removed it, you changed it")
    for path in merged.gone:
        ctx.report.line("ok", "stays deleted", f"{path}: the template changed it, you deleted it")
    conflicts = told_conflicts(ctx, git, template, change, merged)
    for each in conflicts:
        ctx.report.line("no", "conflict", each)
    news = "\n".join(template.news(change.old, change.new)[:_SHOWN]).replace("## ", "")
    told = ["Conflicts:\n" + "\n".join(f"- {each}" for each in conflicts)] if conflicts else []
    at = commit(git, change, [*([news] if news else []), *told])
    files = git.read("diff", "--name-only", "HEAD^", "HEAD").count("\n") + 1
    ctx.report.line("done", "merge", f"{files} files on {change.branch}, {len(conflicts)} conflicts")
    return at


def _refuse_left(ctx: Context, git: Git, change: Change) -> None:
    """Raise ReleaseError while there are markers or .rej files in what the update changed."""
    left = left_over(git, ctx.git.read("rev-parse", "HEAD"))
    if left:
        raise ReleaseError(
            f"the update to {change.new} is incomplete",
            why=f"unresolved conflicts on {change.branch}: {', '.join(left)}",
            run=f"git switch {change.branch}      (fix, commit; then git switch {ctx.branch} && inv update)",
        )


def _check(ctx: Context, git: Git, change: Change) -> None:
    """Run the project's own checks on the result; raise ReleaseError when one is red."""
    mend = f"git switch {change.branch}      (fix, commit; then git switch {ctx.branch} && inv update)"
    try:
        elsewhere = load_context(git.root, ctx.environment, write=False, memory=ctx.memory, choice=ctx.choice)
        answers = Inquiry(elsewhere, project_sessions.sessions(elsewhere)).run()
    except ReleaseError as error:
        why = f"{error.what}: {error.why}"
        raise ReleaseError(f"the checks of the update to {change.new} cannot be run", why=why, run=mend) from error
    red = [f"{answer.gate.name}: {_without_log(answer.verdict.fact)}" for answer in answers if answer.blocks]
    if red:
        what = f"the update to {change.new} does not pass the project's checks"
        raise ReleaseError(what, why="\n".join(red), run=mend)


def _without_log(fact: str) -> str:
    """Return a fact without the line that names its log, which is gone with the clone."""
    return "\n".join(line for line in fact.splitlines() if not line.startswith("all of it: "))


def _offer(ctx: Context, line: str, change: Change, at: str, wish: Wish, agree: Callable[[str], bool]) -> None:
    """Let the owner have it: now, as a request to others, or later."""
    if wish.request:
        ctx.git.push(ctx.config.remote, f"{at}:refs/heads/{change.branch}").require()
        ctx.report.say(f"\n{change.branch} is on {ctx.config.remote}; the text of the request:\n")
        ctx.report.say(ctx.git.read("show", "--no-patch", "--format=%B", at))
    elif agree(f"\n{line} can be fast-forwarded to {change.branch} ({at[:7]})"):
        before = wanted_engine(ctx.root)
        ctx.git.forward(line, at)
        ctx.git.change("branch", "--quiet", "-D", change.branch)
        if before != wanted_engine(ctx.root):
            ctx.report.say("the release process changed; next: nox -s dev && . .venv/bin/activate")
        ctx.report.say(f"{line} is at {change.new} of the template")
    else:
        ctx.report.say(f"  here:       git merge --ff-only {change.branch}")
        ctx.report.say(f"  by others:  git push {ctx.config.remote} {change.branch}      (or inv update --request)")


def _refused(why: str, run: str) -> ReleaseError:
    return ReleaseError("cannot update", why=why, run=run)
