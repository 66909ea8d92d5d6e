"""Committing where the owner's hooks run: what they format is taken; what they refuse or change stops it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from pathlib import Path
from typing import Any

from release.adapters.git.git_command import GitCalls
from release.adapters.git.trailers import trailers_of
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed
from release.base.temporary_folders import temporary_folder

_TRIAL = "git commit --allow-empty --message=test      (shows what is missing: a signing key, an identity)"
_OTHER_FORM = '      (or, in release.toml: subject = "chore: {subject}")'


def commit_all(git: GitCalls, path: Path, subject: str, *more: str, may_format: Collection[str] = ()) -> str:
    """Commit all that differs in the checkout `path`, which may be nothing; `more` are paragraphs below the subject.

    Returns the commit. Hooks of the owner may format the files `may_format`.

    A hook that changes files and fails, as those of pre-commit do, is asked once more with what it changed.
    Raises ReleaseError where a hook refuses, or changes the message or other files; no branch has moved then.
    """
    paragraphs = (git.subject(subject), *more)
    git.change("add", "--all", cwd=path)
    staged = git.read("write-tree", cwd=path)
    words = [word for paragraph in paragraphs for word in ("-m", paragraph)]
    with temporary_folder() as place:
        trace = Path(place).resolve() / "trace"
        made = _commit(git, path, words, trace)
        if made.code != 0 and git.read("ls-files", "--modified", "--others", "--exclude-standard", cwd=path):
            trace.unlink(missing_ok=True)
            git.change("add", "--all", cwd=path)
            made = _commit(git, path, words, trace)
        ran, refusing = _hooks(trace)
    if made.code != 0:
        raise _refused(git, paragraphs[0], made, refusing)
    changed = _changed(git, path, paragraphs, staged, may_format)
    if changed:
        names = " and ".join(ran) or "a hook"
        why = f"{names} changed the commit: {changed}\nit would not be known for what it is"
        raise ReleaseError(_what(paragraphs[0]), why=why, run=_edit(git, ran[-1] if ran else ""))
    return git.read("rev-parse", "HEAD", cwd=path)


def _commit(git: GitCalls, path: Path, words: list[str], trace: Path) -> Completed:
    return git.try_to("commit", "--quiet", "--allow-empty", *words, cwd=path, env={"GIT_TRACE2_EVENT": str(trace)})


def _hooks(trace: Path) -> tuple[list[str], str]:
    """Return the hooks that git ran for a commit itself, in their order, and the one that failed."""
    ran: dict[Any, str] = {}
    events = [json.loads(row) for row in trace.read_text(encoding="utf-8").splitlines()] if trace.exists() else []
    for event in (each for each in events if each["sid"] == events[0]["sid"]):  # those of hooks have other numbers
        if event["event"] == "child_start" and event.get("child_class") == "hook":
            ran[event["child_id"]] = event.get("hook_name", "")
        elif event["event"] == "child_exit" and event["code"] != 0 and event["child_id"] in ran:
            return list(ran.values()), ran[event["child_id"]]
    return list(ran.values()), ""


def _changed(git: GitCalls, path: Path, paragraphs: tuple[str, ...], staged: str, may_format: Collection[str]) -> str:
    """Say what the commit that was made has other than what was written; empty where it has nothing."""
    subject, *marks = paragraphs
    message = git.read("show", "--no-patch", "--format=%B", "HEAD", cwd=path)
    first = message.partition("\n")[0]
    if first != subject:
        return f'its subject is "{first}" and should be "{subject}"'
    found = {f"{name}: {value}" for name, value in trailers_of(message)}
    lost = [line for mark in marks for line in mark.splitlines() if line not in found]
    if lost:
        return f'"{lost[0]}" does not stand in its last paragraph any more'
    names = git.read("diff", "--name-only", "--no-renames", "--relative", "-z", staged, "HEAD", "--", cwd=path)
    others = [name for name in names.split("\0") if name and name not in may_format]
    return f"it also changes {', '.join(others)}" if others else ""


def _refused(git: GitCalls, subject: str, made: Completed, hook: str) -> ReleaseError:
    failed = CommandFailed(made)
    if not hook:
        return ReleaseError(_what(subject), why=failed.why, run=_TRIAL)
    why = "\n".join([f"the hook {hook} refuses it (exit code {made.code})", *failed.why.splitlines()[1:]])
    return ReleaseError(
        _what(subject), why=why if made.printed.strip() else f"{why}, without a message", run=_edit(git, hook)
    )


def _what(subject: str) -> str:
    return f'cannot commit "{subject}"'


def _edit(git: GitCalls, hook: str) -> str:
    """Return how to come to the text of a hook; with those about messages, the other way out."""
    folder = git.read("rev-parse", "--git-path", "hooks")
    return f"$EDITOR {shlex.quote(f'{folder}/{hook}')}{_OTHER_FORM if hook != 'pre-commit' else ''}"
