"""Whether the version may be the next one of its line."""

from __future__ import annotations

from release.context import Context
from release.model import following
from release.step import Gate, Verdict


def _higher(ctx: Context) -> Verdict:
    version = ctx.release.version
    names = set(ctx.git.tags()) | set(ctx.git.remote_refs(ctx.config.remote).tags)
    taken = {found: name for name in names if (found := ctx.config.version_of(name))}
    highest = max(taken, default=None)
    if highest is None:
        return Verdict(True, f"{version} is the first")
    if version > highest:
        return Verdict(True, f"{version} comes after {taken[highest]}")
    return Verdict(False, f"{version} is not higher than {taken[highest]}", f"inv release {following(highest)}")


HIGHER = Gate("higher", _higher)
