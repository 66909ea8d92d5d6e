"""When a project was adopted: what its files had before then was there already, what came later is new."""

from __future__ import annotations

from release.adapters.git.git_repository import Git
from release.config.toml_schema import FILE


def before_adoption(git: Git) -> str | None:
    """Return the commit before the first one with a release.toml; None where the project began with it.

    The oldest counts: a file that was deleted and added again does not make what came in between known.
    """
    added = git.look("log", "--diff-filter=A", "--no-renames", "--format=%H", "HEAD", "--", FILE).require().out
    commits = added.split()
    return git.commit_of(f"{commits[-1]}^") if commits else None
