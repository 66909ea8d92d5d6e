"""Whether every index answers and has nothing of this version yet."""

from __future__ import annotations

from release.context import Context
from release.model import following
from release.step import Gate, Verdict


def _version_free(ctx: Context) -> Verdict:
    version = ctx.release.version
    for index in ctx.indexes:
        files = index.files(ctx.project.canonical, version)
        if files:
            fact = f"{index.name} has {', '.join(sorted(files))}; an uploaded file cannot be replaced"
            return Verdict(False, fact, f"inv release {following(version)}")
    names = " and ".join(index.name for index in ctx.indexes)
    return Verdict(True, f"{names} answered and has nothing of {version}" if names else "no index is configured")


VERSION_FREE = Gate("version free", _version_free)
