"""What a command left behind: the bytes of folders and the refs of repositories, to be compared before and after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.support.world import World


@dataclass(frozen=True)
class Traces:
    """A project and its remote at one moment, without what git keeps to itself and without our journal."""

    head: str
    refs: str
    remote: dict[str, str]
    status: str
    worktrees: str
    files: dict[str, str]


def traces(world: World) -> Traces:
    """Return what a refused command must leave as it was."""
    found = bytes_below(world.project)
    aside = (".git", ".release")
    ours = {path: what for path, what in found.items() if path.partition("/")[0] not in aside}
    return Traces(
        head=world.git("rev-parse", "--symbolic-full-name", "HEAD"),
        refs=world.git("for-each-ref", "--format=%(refname) %(objectname)"),
        remote=world.remote_refs() if world.remote.exists() else {},
        status=world.git("status", "--porcelain", "--untracked-files=all"),
        worktrees=world.git("worktree", "list", "--porcelain"),
        files=ours,
    )


def bytes_below(folder: Path) -> dict[str, str]:
    """Return {path: what it is} of all below a folder: the sha256 of files, the aim of links, empty folders too."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if "__pycache__" in path.parts:
            continue  # Python's own
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "a folder"
    return found
