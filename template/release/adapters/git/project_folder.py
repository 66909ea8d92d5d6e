"""The projects of one repository: each is a folder with a release.toml, and takes nothing of another for its own."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from release.adapters.git.git_command import outside
from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.config.release_toml import Config, load_config
from release.config.toml_schema import FILE, wrong

_UNSAFE = re.compile(r"git config --global --add safe\.directory .+")  # git's advice where others own the folder


def find_top(start: Path) -> Path:
    """Return the top level of the git repository that `start` is in; raise ReleaseError outside of one."""
    completed = outside("rev-parse", "--show-toplevel", cwd=start)
    if completed.code != 0:
        advised = _UNSAFE.search(completed.err)
        raise ReleaseError(
            f"{start} cannot be used as it is" if advised else f"{start} is in no git repository",
            why=CommandFailed(completed).why,
            run=advised[0] if advised else 'git init && git add -A && git commit -m "start"',
        )
    return Path(completed.out.rstrip("\n"))


def find_root(start: Path) -> Path:
    """Return the folder of the project that `start` is in: the nearest with a release.toml, else the top level.

    Raises ReleaseError outside of a git repository, and at a top level whose projects are all below it.
    """
    top, start = find_top(start), start.resolve()
    within = [folder for folder in (start, *start.parents) if folder == top or folder.is_relative_to(top)]
    root = next((folder for folder in within if (folder / FILE).exists()), top)
    if not (root / FILE).exists() and not (root / "pyproject.toml").exists() and (below := projects_below(top)):
        names = [folder.relative_to(top).as_posix() for folder in below]
        why = f"there is no project at {top}; its projects: {', '.join(names)}"
        raise ReleaseError("cannot tell which project is meant", why=why, run=f"cd {shlex.quote(str(below[0]))}")
    return root


def projects_below(top: Path) -> list[Path]:
    """Return the folders of the projects of a repository, by name: those where git tracks a release.toml."""
    listing = outside("ls-files", "-z", "--", FILE, f":(glob)**/{FILE}", cwd=top).require().out
    return sorted({(top / path).parent for path in listing.split("\0") if path})


def refuse_shared(git: Git, config: Config) -> None:
    """Raise ReleaseError for a configuration that would take what another project there has for its own."""
    if git.inside and config.push == "request":
        why = f"this project is in {git.inside}; releases by requests are for a project at the top level"
        raise wrong("push", why)
    for folder in projects_below(git.top) if git.inside else ():
        other = load_config(folder) if folder != git.root else None
        for name in ("tag", "lines"):
            if other and getattr(other, name) == getattr(config, name):
                where = folder.relative_to(git.top).as_posix()
                why = f'"{getattr(config, name)}" is that of the project in {where}, too; each needs its own'
                raise wrong(name, why)
