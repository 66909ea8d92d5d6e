"""Whether the clone and its remote are fit to release from."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from release.adapters.git.git_repository import Git
from release.base.first_few import names_of, rows_of
from release.base.shell import CommandFailed
from release.branches.embargo import remote_of
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.gates.known_findings import beyond
from release.repository.adoption import before_adoption
from release.versioning.version_advice import next_free

_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


def _clean(ctx: Context) -> Verdict:
    changes = ctx.git.changes()
    if not changes and (hidden := ctx.git.hidden_changes()):
        names = " ".join(map(shlex.quote, hidden))
        fact = f"git is set to ignore changes of {names_of(hidden)}, which differs from HEAD"
        run = " && ".join(f"git update-index --no-{flag} {names}" for flag in ("skip-worktree", "assume-unchanged"))
        return Verdict(False, fact, f"{run} && git status")
    if not changes:
        return Verdict(True, "no uncommitted changes")
    return Verdict(False, f"uncommitted changes:\n{rows_of(changes)}", _put_aside(changes))


def _put_aside(changes: Collection[str]) -> str:
    """Return what makes the working tree clean: settings of the release are committed, for a stash would unset them."""
    settings = [each[3:] for each in changes if each[3:].rpartition("/")[2] == FILE]
    if settings:
        names = " ".join(map(shlex.quote, settings))
        return f'git add {names} && git commit --message="{FILE}" -- {names}      (it names the index of a release)'
    return "git stash --include-untracked      (git stash pop --index restores it)"


def _finished(ctx: Context) -> Verdict:
    for name in ctx.git.under_way(*_UNDER_WAY):
        word = _UNDER_WAY[name]
        return Verdict(False, f"a {word} is not finished", f"git {word} --abort")
    return Verdict(True, "no merge or rebase in progress")


def _line(ctx: Context) -> Verdict:
    if ctx.line in ctx.git.tags():
        fact = f"the tag {ctx.line} has the same name as the branch, so the name is ambiguous in git"
        return Verdict(False, fact, f"git tag --delete {ctx.line}      (also on {ctx.config.remote}, if it is there)")
    if ctx.branch == ctx.line:
        return Verdict(True, f"on {ctx.line}")
    fact = "HEAD is detached" if ctx.branch is None else f"on {ctx.branch}"
    return Verdict(False, f"{fact}; releases are made from {ctx.line}", _to_the_line(ctx))


def _to_the_line(ctx: Context) -> str:
    """Return how to get to the line; it may not exist where `git init` gave the first branch another name."""
    names = (f"refs/heads/{ctx.line}", f"refs/remotes/{ctx.config.remote}/{ctx.line}")
    if any(map(ctx.git.commit_of, names)):
        return f"git switch {ctx.line}"
    if ctx.branch is None:
        return f"git switch --create {ctx.line}"
    return f'git branch --move {ctx.line}      (or branch = "{ctx.branch}" in release.toml)'


def _in_sync(ctx: Context) -> Verdict:
    line = ctx.release.line
    remote = remote_of(ctx, line)
    if ctx.git.shallow():
        return Verdict(False, "this clone is shallow: a part of its history is missing", "git fetch --unshallow --tags")
    if ctx.git.setting(f"remote.{remote}.url") is None:
        return Verdict(False, f"there is no remote {remote}", f"git remote add {remote} URL")
    on_remote = ctx.git.remote_refs(remote).branches.get(line)
    here = ctx.git.commit_of(f"refs/heads/{line}")
    if on_remote is None and here and ctx.config.hotfix_of(line):
        return Verdict(True, f"{line} is {here[:7]} here; the release pushes it with the tag")
    if on_remote is None:
        return Verdict(False, f"{remote} has no {line}", f"git push --set-upstream {remote} {line}")
    if here is None:
        return Verdict(False, f"there is no branch {line} here", f"git switch {line}")
    facts = f"{line} is {here[:7]} here and {on_remote[:7]} on {remote}"
    if ctx.git.commit_of(on_remote) is None:
        return Verdict(
            False, f"{remote} has commits that are missing here: {facts}", f"git pull --rebase {remote} {line}"
        )
    if ctx.git.contains(here, on_remote):
        ahead = ctx.git.read("rev-list", "--count", f"{on_remote}..{here}")
        if here != on_remote and ctx.config.takes_requests(line):
            fact = f"{facts}, {ahead} ahead, and {line} accepts only {ctx.merge_request}s"
            return Verdict(
                False,
                fact,
                f"git branch TOPIC && git reset --keep {on_remote[:7]}      (and open a {ctx.merge_request} for TOPIC)",
            )
        return Verdict(
            True, f"{facts}, {ahead} ahead" if here != on_remote else f"{line} is {here[:7]} here and on {remote}"
        )
    if ctx.git.contains(on_remote, here):
        return Verdict(False, f"behind: {facts}", f"git pull --ff-only {remote} {line}")
    return Verdict(False, f"diverged: {facts}", f"git pull --rebase {remote} {line}")


def _tag_free(ctx: Context) -> Verdict:
    tag, remote = ctx.release.tag, ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).tags.get(tag)
    here = ctx.git.tags().get(tag)
    if on_remote:
        return Verdict(
            False, f"{tag} is {on_remote[:7]} on {remote} already", f"inv release {next_free(ctx, ctx.release.version)}"
        )
    if here:
        return Verdict(False, f"{tag} is {here[:7]} here and not on {remote}", f"git tag --delete {tag}")
    return Verdict(True, f"{tag} exists neither here nor on {remote}")


def _identity(ctx: Context) -> Verdict:
    completed = ctx.git.ask("var", "GIT_COMMITTER_IDENT")
    if completed.code == 0:
        return Verdict(True, completed.out.rpartition(">")[0] + ">")
    return Verdict(
        False,
        "git identity is not configured",
        'git config user.name "You" && git config user.email you@example.org',
    )


def _markers(ctx: Context) -> Verdict:
    """Look for what a merge or an update left in the files; a commit does not make it whole."""
    places = _marked(ctx.git)
    places += ctx.git.read("ls-files", "--cached", "--others", "--", "*.rej").splitlines()
    if not places:
        return Verdict(True, "no conflict marker and no .rej file")
    before = before_adoption(ctx.git)
    known = [*_marked(ctx.git, before), *_rejects(ctx.git, before)] if before else []
    new = beyond(places, map(_path, places), map(_path, known))
    shown = new or places
    fact, run = f"conflict markers of a merge or an update: {names_of(shown)}", f"$EDITOR {_path(shown[0])}"
    if new:
        return Verdict(False, fact, run)
    return Verdict(False, f"{fact}\nall older than the adoption of the release process", run, severity=Severity.WARNING)


def _marked(git: Git, commit: str = "") -> list[str]:
    """Return where conflict markers are, in the working tree or in a commit: "path:line"."""
    found = git.ask("grep", "-nIE", "--no-color", "-e", "^(<{7}|>{7}) .", *([commit] if commit else []))
    if found.code not in (0, 1):
        raise CommandFailed(found)
    return [":".join(row.removeprefix(f"{commit}:").split(":", 2)[:2]) for row in found.out.splitlines()]


def _rejects(git: Git, commit: str) -> list[str]:
    names = git.read("ls-tree", "-r", "--name-only", "-z", commit).split("\0")
    return [name for name in names if name.endswith(".rej")]


def _path(place: str) -> str:
    return place.partition(":")[0]


CLEAN = Gate("working tree", _clean, essential=True)
FINISHED = Gate("merge or rebase", _finished, essential=True)
LINE = Gate("branch", _line, essential=True)
IN_SYNC = Gate("in sync", _in_sync, essential=True)
TAG_FREE = Gate("tag free", _tag_free, essential=True)
IDENTITY = Gate("git identity", _identity, essential=True)
MARKERS = Gate("conflict markers", _markers, reads=Reads())
