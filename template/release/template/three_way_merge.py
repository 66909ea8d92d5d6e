"""Merging two renders of a template into a project by git itself: moves are followed, and what is lost is a conflict.

Three trees are given a history in which both the project and the new render come after the old render; then `git merge`
does what it is for. It works in a throw-away clone, whose objects the project takes only with the result.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed

# Stages of a path that is not merged: 1 the old render, 2 the project, 3 the new render.
_OURS, _THEIRS = "2", "3"
_PLAIN = ("-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", f"core.hooksPath={os.devnull}")
_MERGING = ("-c", "merge.renames=true", "-c", "merge.directoryRenames=false", "-c", "merge.conflictStyle=merge")


@dataclass(frozen=True)
class Merged:
    """What a merge left: paths with markers, and paths where one side took away what the other changed."""

    tree: str
    marked: tuple[str, ...]
    kept: tuple[str, ...]
    gone: tuple[str, ...]


def tree_of(git: Git, folder: Path, index: Path) -> str:
    """Return the tree object of the files in a folder, where the project is; `index` is for git's temporary use."""
    env = {"GIT_INDEX_FILE": str(index)}
    words = (*_PLAIN, f"--git-dir={git.folder()}", f"--work-tree={folder}", "add", "--all", "--force", ".")
    git.ask(*words, cwd=folder, env=env).require()
    tree = git.ask("write-tree", env=env).require().out.strip()
    return _below(git, tree, index.with_name("below")) if git.inside else tree


def _below(git: Git, tree: str, index: Path) -> str:
    """Return the tree of the repository with `tree` as the folder of the project, and all else as it is.

    All else is on every side of the merge: what the owner deleted here is not taken for moved to another project.
    """
    env = {"GIT_INDEX_FILE": str(index)}
    git.ask("read-tree", "HEAD", env=env).require()
    git.ask("rm", "-r", "--cached", "--quiet", "--force", "--", ".", env=env).require()
    git.ask("read-tree", f"--prefix={git.inside}", tree, env=env).require()
    return git.ask("write-tree", env=env).require().out.strip()


def moved(git: Git, tree: str, moves: Mapping[str, str], index: Path) -> str:
    """Return `tree` with files under their new names: what `git mv` does, before anything is merged."""
    env = {"GIT_INDEX_FILE": str(index)}
    git.ask("read-tree", tree, env=env).require()
    listing = git.ask("ls-files", "--stage", "-z", env=env).require().out.split("\0")
    entries = {path: row.split()[:2] for row, _, path in (each.partition("\t") for each in listing if each)}
    for old, new in moves.items():
        if old in entries and new not in entries:
            mode, sha = entries[old]
            git.ask(
                "update-index", "--add", "--cacheinfo", f"{mode},{sha},{git.within_repository(new)}", env=env
            ).require()
            git.ask("update-index", "--force-remove", "--", old, env=env).require()
    return git.ask("write-tree", env=env).require().out.strip()


def merge(git: Git, base: str, ours: str, theirs: str, label: str) -> Merged:
    """Merge the tree `theirs` into `ours`, both after `base`, in the clone of `git`; leave the result in its files.

    What the owner deleted stays deleted, what the template removed and the owner changed is kept.
    """
    root = _commit(git, base)
    theirs, ours = _commit(git, theirs, root), _commit(git, ours, root)
    ref = f"refs/template/{label}"
    git.change(*_PLAIN, "checkout", "--quiet", "--force", "--detach", ours)
    git.change("update-ref", ref, theirs)
    words = ("merge", "--quiet", "--no-ff", "--no-commit", "--no-verify", ref.removeprefix("refs/"))
    merged = git.ask(*_PLAIN, *_MERGING, *words)
    stages = _unmerged(git)
    if merged.code != 0 and not stages:
        raise ReleaseError("cannot merge the template", why=CommandFailed(merged).why)
    kept, gone = [], []
    for path, found in stages.items():
        if _OURS in found and _THEIRS not in found:
            kept.append(path)
        elif _THEIRS in found and _OURS not in found:
            gone.append(path)
            git.change("rm", "--quiet", "--force", "--", path)
    git.change(*_PLAIN, "add", "--all")
    git.change("merge", "--quit")
    git.change("update-ref", "-d", ref)
    marked = tuple(path for path in stages if path not in (*kept, *gone) and places(git.root / path))
    return Merged(git.read("write-tree"), marked, tuple(kept), tuple(gone))


def places(path: Path) -> list[tuple[int, str]]:
    """Return (line, the project's side) of each conflict between markers in a file."""
    if not path.is_file():
        return []
    found: list[tuple[int, str]] = []
    start = 0
    ours: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True), 1):
        if line.startswith("<<<<<<< "):
            start, ours = number, []
        elif start and line.startswith("======="):
            found.append((start, "".join(ours)))
            start = 0
        elif start:
            ours.append(line)
    return found


def left_over(git: Git, since: str) -> list[str]:
    """Return "file:line" of every conflict marker, and every .rej file, among what differs from the commit `since`."""
    changed = [
        path for path in git.read("diff", "--name-only", "--relative", "-z", "--no-renames", since).split("\0") if path
    ]
    found = [f"{path}:{line}" for path in changed for line, _ in places(git.root / path)]
    return found + [path for path in git.read("ls-files", "--", "*.rej").splitlines() if path in changed]


def _commit(git: Git, tree: str, *parents: str) -> str:
    who = {
        f"GIT_{each}_{what}": value
        for each in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "release"), ("EMAIL", "release@localhost"), ("DATE", "2000-01-01T00:00:00+0000"))
    }
    words = [word for parent in parents for word in ("-p", parent)]
    return git.ask("commit-tree", "--no-gpg-sign", *words, "-m", "a side", tree, env=who).require().out.strip()


def _unmerged(git: Git) -> dict[str, set[str]]:
    """Return {path: its stages} of what could not be merged."""
    found: dict[str, set[str]] = {}
    for row in git.read("ls-files", "--unmerged", "-z").split("\0"):
        if row:
            head, _, path = row.partition("\t")
            found.setdefault(path, set()).add(head.split()[2])
    return found
