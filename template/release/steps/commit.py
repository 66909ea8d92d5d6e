"""The release commit: the version in its files, the fragments in the changelog, and the trailer that marks it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from release.bumping import write_version
from release.context import ABORTED, HOTFIXED, RELEASE, Context
from release.errors import ReleaseError
from release.model import reason_setting
from release.shell import CommandFailed
from release.step import Seen, Step, absent, done


def _observe(ctx: Context) -> Seen:
    commit = ctx.release_commit()
    if commit is None:
        return absent(f"no commit carries {RELEASE}: {ctx.release.version}")
    return done(f"{commit[:7]} on {ctx.release.line}")


def _do(ctx: Context) -> None:
    head = ctx.git.read("rev-parse", f"refs/heads/{ctx.release.line}")
    with ctx.git.checkout(head) as path:
        with ThreadPoolExecutor() as pool:
            bumping = pool.submit(write_version, ctx, path, ctx.release.version)
            writing = pool.submit(ctx.tools.write_notes, path, ctx.release.version) if ctx.release.final else None
        bumping.result()
        if writing:
            writing.result()
        try:
            commit = ctx.git.commit_all(path, f"Release {ctx.release}", "\n".join(_trailers(ctx)))
        except CommandFailed as error:
            shows = "git commit --allow-empty --message=test      (shows what is wanted: a hook, a signing key)"
            raise ReleaseError(f"cannot commit {ctx.release}", why=error.why, run=shows) from error
    ctx.git.forward(ctx.release.line, commit)


def _trailers(ctx: Context) -> list[str]:
    """Return what marks the release commit; the reason of a hotfix is kept in the settings of its branch."""
    marks = [f"{RELEASE}: {ctx.release.version}"]
    if ctx.release.stage == "hotfix":
        marks.append(f"{HOTFIXED}: {ctx.git.setting(reason_setting(ctx.release.line)) or 'not told'}")
    return marks


def _undo(ctx: Context) -> None:
    """Drop the release commit while it is private and the last one; else a commit takes its changes back."""
    commit, line, remote = str(ctx.release_commit()), ctx.release.line, ctx.config.remote
    there = ctx.git.remote_refs(remote).branches.get(line)
    if there is not None and ctx.git.commit_of(there) is None:
        ctx.git.fetch(remote)  # others have pushed: only with their commits can be told whether ours is among them
    head = ctx.git.read("rev-parse", f"refs/heads/{line}")
    public = there is not None and ctx.git.contains(there, commit)
    if head == commit and not public:
        ctx.git.backward(line, commit)
        return
    if not ctx.git.commit_with(ABORTED, str(ctx.release.version), head, since=commit):
        with ctx.git.checkout(head) as path:
            ctx.git.change("revert", "--no-commit", commit, cwd=path)
            head = ctx.git.commit_all(path, f"Take back {ctx.release}", f"{ABORTED}: {ctx.release.version}")
    _bring(ctx, head, push=public)


def abandon(ctx: Context) -> None:
    """Mark the release as given up by a commit, with a note that the next one stands in its place."""
    head = ctx.git.read("rev-parse", f"refs/heads/{ctx.release.line}")
    notes, version = ctx.project.notes, ctx.release.version
    with ctx.git.checkout(head) as path:
        fragment = path / notes.folder / f"+instead-of-{version}.{notes.mending}.md"
        fragment.parent.mkdir(exist_ok=True)
        text = f"{version} could not be published completely; this release stands in its place.\n"
        fragment.write_text(text, encoding="utf-8")
        head = ctx.git.commit_all(path, f"Give up {ctx.release}", f"{ABORTED}: {version}")
    _bring(ctx, head, push=True)


def _bring(ctx: Context, head: str, *, push: bool) -> None:
    """Move the line to `head`, here and, with `push`, on the remote."""
    line, remote = ctx.release.line, ctx.config.remote
    ctx.git.forward(line, head)
    if not push:
        return
    pushed = ctx.git.push(remote, f"{head}:refs/heads/{line}")
    if pushed.code != 0:
        raise ReleaseError(
            f"cannot push {line} to {remote}",
            why=CommandFailed(pushed).why,
            run=f"git pull --rebase {remote} {line} && git push {remote} {line}",
        )


COMMIT = Step("commit version and changelog", _observe, _do, _undo)
