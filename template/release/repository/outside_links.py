"""Links of a project that lead out of it: a build would pack what they lead to, which only this machine has."""

from __future__ import annotations

from pathlib import Path

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError

_LINK = "120000"  # the mode by which git keeps a symbolic link


def refuse_outside_links(git: Git, checkout: Path) -> None:
    """Raise ReleaseError when a tracked link in a checkout leads to something outside of the repository."""
    top = Path(git.read("rev-parse", "--show-toplevel", cwd=checkout)).resolve()
    for row in git.read("ls-files", "--stage", "-z", cwd=top).split("\0"):
        facts, _, name = row.partition("\t")
        if facts.startswith(_LINK) and (found := _outside(top, top / name)):
            why = f"{name} is a symbolic link that leads out of the project, to {found}: its content would be published"
            raise ReleaseError("cannot build distributions", why=why, run=f"git rm {name}      (then add it as a file)")


def _outside(top: Path, path: Path) -> Path | None:
    """Return what a link leads to outside of a folder; None for what is inside, or leads to nothing."""
    try:
        target = path.resolve()
        return target if path.exists() and not target.is_relative_to(top) else None
    except (OSError, RuntimeError):  # it leads to itself, or to what this user may not see
        return None
