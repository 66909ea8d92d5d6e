"""A throw-away clone of the project with a bare remote of its own: what is done there leaves the owner's alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.context import Context

_NOT_COPIED = ("remote.", "branch.", "core.bare", "core.worktree", "core.repositoryformatversion", "extensions.")


def throw_away_clone(ctx: Context, place: Path, branch: str) -> Path:
    """Clone the project into `place`, with its git settings and hooks, so that what would stop a commit does so there.

    Returns the project in the clone; its remote is a bare clone beside it.
    """
    remote, clone = place / "remote.git", place / ctx.git.top.name
    ctx.git.change("clone", "--quiet", "--bare", "--shared", ctx.git.top, remote)
    ctx.git.change(
        "clone", "--quiet", "--shared", "--template=", "--origin", ctx.config.remote, "--branch", branch, remote, clone
    )
    keep_settings(ctx.git, clone)
    hooks = ctx.git.folder() / "hooks"
    if hooks.is_dir():
        shutil.copytree(hooks, clone / ".git" / "hooks", dirs_exist_ok=True)
    return clone / ctx.git.inside


def keep_settings(git: Git, clone: Path) -> None:
    """Give a clone what git is told in the project alone: who commits, how it is signed."""
    settings = git.ask("config", "--local", "--null", "--list").out
    for name, _, value in (setting.partition("\n") for setting in settings.split("\0") if setting):
        if not name.startswith(_NOT_COPIED):
            git.change("config", "--local", "--add", name, value, cwd=clone)
