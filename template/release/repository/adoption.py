"""When a project was adopted: what its files had before then was there already, what came later is new."""

from __future__ import annotations

from release.config.toml_schema import FILE
from release.context import Context


def before_adoption(ctx: Context) -> str | None:
    """Return the commit before the first one with a release.toml; None where the project began with it.

    The oldest counts: a file that was deleted and added again does not make what came in between known.
    """
    added = ctx.git.look("log", "--diff-filter=A", "--no-renames", "--format=%H", "HEAD", "--", FILE).require().out
    commits = added.split()
    return ctx.git.commit_of(f"{commits[-1]}^") if commits else None
