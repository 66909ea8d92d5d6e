"""The tree that distributions are built from: a clean checkout of a commit, without the release process."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.repository.outside_links import refuse_outside_links

_OURS = "release"  # where the release process is in a project
_KNOWN_BY = ("schema.json", "requirements.txt", "__main__.py")  # what is in it in each of its versions


def holds_process(names: Collection[str]) -> bool:
    """Return whether release/ is among the files of a distribution, by their paths in it."""
    return all(f"{_OURS}/{name}" in names for name in _KNOWN_BY)


@contextmanager
def build_tree(git: Git, commit: str) -> Iterator[Path]:
    """Give the project in a clean checkout of `commit` without release/, which backends would find and pack.

    git counts it as there: who asks it for the version of a clean tree is not told that something is missing.
    """
    with git.checkout(commit) as path:
        refuse_outside_links(git, path)
        if all((path / _OURS / name).exists() for name in _KNOWN_BY):
            listed = git.read("ls-files", "-z", "--", _OURS, cwd=path)
            git.ask("update-index", "--skip-worktree", "-z", "--stdin", cwd=path, given=listed).require()
            shutil.rmtree(path / _OURS)
        yield path
