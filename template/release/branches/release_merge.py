"""Bringing a release to another line: what the merge of its commit would give, the version and the notes put right.

Each line keeps its own version and its own pins, so the release is merged as if it had not changed them; the section of
the changelog is put where it belongs by its version; and what the release has told of is not told again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN
from release.base.changelog import has_section, with_section
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.repository.commit_diff import changed_paths, is_note, naming, version_at

_UNKNOWN_OPTION = 129  # how git ends when it does not know one


@dataclass(frozen=True)
class Merge:
    """What a merge gives: the tree, and the paths in it that conflict."""

    tree: str
    conflicts: tuple[str, ...]


class TooOld(ReleaseError):
    """This git is older than 2.38, which cannot merge without a working tree."""


def merge(ctx: Context, into: str, release: str, version: Version) -> Merge:
    """Return what merging the commit of a release `into` another commit gives; only objects are written.

    Raises TooOld with a git that cannot merge without a working tree, ReleaseError where git fails.
    """
    base = ctx.git.read("merge-base", into, release)
    neutral = _neutral(ctx, base, release)
    said = ctx.git.ask("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", into, neutral)
    if said.code not in (0, 1):
        kind = TooOld if said.code == _UNKNOWN_OPTION else ReleaseError
        raise kind(f"cannot merge {version}", why=CommandFailed(said).why, run=f"git merge {release[:12]}")
    tree, *conflicts = filter(None, said.out.split("\0"))
    conflicts = list(map(ctx.git.relative, conflicts))
    changelog = ctx.project.notes.changelog
    text = _changelog(ctx, into, release, version)
    with _index(ctx.git, tree) as (env, place):
        if text is not None:
            _put(ctx.git, env, place, changelog, text)
            conflicts = [path for path in conflicts if path != changelog]
        for path in _told(ctx, into, release):
            ctx.git.ask("update-index", "--force-remove", "--", path, env=env).require()
        tree = ctx.git.ask("write-tree", env=env).require().out.strip()
    return Merge(tree, tuple(conflicts))


def _neutral(ctx: Context, base: str, release: str) -> str:
    """Return a commit like that of the release, but with the version and the pins of `base`."""
    before, after = version_at(ctx.git, base), version_at(ctx.git, release)
    pinned = _pinned(ctx.git, base, release)
    with _index(ctx.git, release) as (env, place):
        for path in changed_paths(ctx.git, base, release):
            old, new = ctx.git.file_at(base, path), ctx.git.file_at(release, path)
            if new is None or is_note(ctx, path):
                continue
            if new == pinned.get(path):
                if old is None:
                    ctx.git.ask("update-index", "--force-remove", "--", path, env=env).require()
                else:
                    _put(ctx.git, env, place, path, old)
            elif old is None:
                continue
            elif before and after and before != after:
                _put(ctx.git, env, place, path, _with_version_of(old, before, new, after))
        tree = ctx.git.ask("write-tree", env=env).require().out.strip()
    return ctx.git.read("commit-tree", tree, "-p", release, "-m", f"As {release[:12]}, with the version of {base[:12]}")


def _pinned(git: Git, base: str, release: str) -> dict[str, str | None]:
    """Return {path: text} of what the freeze pinned on the way from `base` to the release."""
    found = git.read("log", f"--grep=^{git.key(FROZEN)}: ", "--format=%H", f"{base}..{release}", "--").split()
    return {path: git.file_at(commit, path) for commit in found for path in changed_paths(git, f"{commit}^", commit)}


def _with_version_of(old: str, before: str, new: str, after: str) -> str:
    """Return the text `new` with every line that differs from one in `old` by the version alone as it was there."""
    lines = set(old.splitlines(keepends=True))
    put_back = ((line, naming(after).sub(before, line)) for line in new.splitlines(keepends=True))
    return "".join(was if was in lines else line for line, was in put_back)


def _changelog(ctx: Context, into: str, release: str, version: Version) -> str | None:
    """Return the changelog of `into` with the section of the release; None where git's own merge has to do."""
    path = ctx.project.notes.changelog
    mine, theirs = ctx.git.file_at(into, path), ctx.git.file_at(release, path)
    if mine is None or theirs is None or has_section(mine, version):
        return None
    return with_section(mine, theirs, version)


def _told(ctx: Context, into: str, release: str) -> list[str]:
    """Return the fragments of `into` that the release has told of: the very same, taken away by its commit."""
    folders = ctx.project.notes.folders
    deleted = ctx.git.read(
        "diff", "--name-only", "--relative", "--diff-filter=D", "-z", f"{release}^", release, "--", *folders
    )
    before = _blobs(ctx.git, f"{release}^", folders)
    now = _blobs(ctx.git, into, folders)
    return [path for path in deleted.split("\0") if path and now.get(path) == before.get(path)]


def _blobs(git: Git, commit: str, folders: tuple[str, ...]) -> dict[str, str]:
    rows = git.read("ls-tree", "-r", "-z", commit, "--", *folders).split("\0")
    return {row.partition("\t")[2]: row.split()[2] for row in rows if row}


@contextmanager
def _index(git: Git, tree: str) -> Iterator[tuple[dict[str, str], Path]]:
    """Give the environment of an index of our own that holds a tree, and a folder for what goes into it."""
    with temporary_folder() as place:
        env = {"GIT_INDEX_FILE": str(Path(place) / "index")}
        git.ask("read-tree", tree, env=env).require()
        yield env, Path(place)


def _put(git: Git, env: dict[str, str], place: Path, path: str, text: str) -> None:
    """Put a text into an index, with the mode that the file has there."""
    file = place / "file"
    file.write_bytes(text.encode())
    blob = git.read("hash-object", "-w", "--no-filters", file)
    said = git.ask("ls-files", "--stage", "-z", "--", path, env=env).require().out
    mode = said.split(" ", 1)[0] if said else "100644"
    entry = f"{mode},{blob},{git.within_repository(path)}"
    git.ask("update-index", "--add", "--cacheinfo", entry, env=env).require()


def commit_merge(ctx: Context, merged: Merge, into: str, release: str, subject: str) -> str:
    """Commit a merge without conflicts and return the commit; it is on no branch yet."""
    return _commit(ctx.git, merged.tree, subject, into, release)


def commit_to_resolve(ctx: Context, merged: Merge, into: str, release: str, subject: str) -> str:
    """Commit, on top of a release whose merge conflicts, all of it that can be put right: what conflicts is left."""
    base = ctx.git.read("merge-base", into, release)
    with _index(ctx.git, release) as (env, _):
        for path in set(changed_paths(ctx.git, base, release)) - set(merged.conflicts):
            row = ctx.git.read("ls-tree", "-z", merged.tree, "--", path).rstrip("\0")
            mode, _, blob = row.partition("\t")[0].split() if row else ("", "", "")
            entry = f"{mode},{blob},{ctx.git.within_repository(path)}"
            words = ["--add", "--cacheinfo", entry] if row else ["--force-remove", "--", path]
            ctx.git.ask("update-index", *words, env=env).require()
        tree = ctx.git.ask("write-tree", env=env).require().out.strip()
    return _commit(ctx.git, tree, subject, release)


def _commit(git: Git, tree: str, subject: str, *parents: str) -> str:
    """Commit a tree, signed where git is told to sign."""
    sign = ["-S"] if git.setting("commit.gpgSign") == "true" else []
    words = [word for each in parents for word in ("-p", each)]
    return git.read("commit-tree", *sign, tree, *words, "-m", git.subject(subject))
