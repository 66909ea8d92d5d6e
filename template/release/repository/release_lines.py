"""The release lines of a project: those whose branches its remote has."""

from __future__ import annotations

from release.context import Context


def lines(ctx: Context) -> dict[str, str]:
    """Return {line: branch} of the lines that the remote has: {"1.2": "release/1.2"}, oldest first."""
    branches = ctx.git.remote_refs(ctx.config.remote).branches
    found = {line: branch for branch in branches if (line := ctx.config.line_of(branch))}
    return dict(sorted(found.items(), key=lambda each: tuple(map(int, each[0].split(".")))))
