"""What of the release in hand is on an index: nothing yet, all of it, or what is not ours."""

from __future__ import annotations

from release.adapters.index.simple_api import Index
from release.artifacts.distributions import awaited, on_index, recorded
from release.context import Context
from release.engine.step import Seen, absent, conflict, done


def seen_on(index: Index, ctx: Context) -> Seen:
    """Return how what `index` has compares with what the tag records; hashes decide what is ours."""
    ours = recorded(ctx)
    if not ours and ctx.release.tag in ctx.git.tags():
        return conflict(f"the tag {ctx.release.tag} records no distributions: another tool made it", "inv abort")
    if not ours:
        return absent(f"{ctx.release.tag} is not in this clone")
    if waiting := awaited(ctx):
        return absent(f"{len(waiting)} wheels that {ctx.release.tag} promises are not recorded yet")
    listed = on_index(ctx, index)
    begun = any(listed.get(each.name) == each.sha256 for each in ours)
    hashes = {each.name: each.sha256 for each in ours}
    for name, sha256 in listed.items():
        if name not in hashes:
            return conflict(f"{index.name} has {name}, which is not a file of this release", spent(ctx), begun=begun)
        if sha256 != hashes[name]:
            fact = f"{name} is on {index.name} with sha256 {sha256[:8]}.., the built file has {hashes[name][:8]}.."
            return conflict(f"{fact}; an uploaded file cannot be replaced", spent(ctx), begun=begun)
    if len(listed) < len(ours):
        return absent(f"{len(listed)} of {len(ours)} files are on {index.name}", begun=begun)
    return done(f"{len(ours)} files are on {index.name}")


def spent(ctx: Context) -> str:
    """Return the way forward where a version cannot be published any more."""
    return f"inv abort --spent && inv release patch      (abandons {ctx.release.version}; what is published stays)"
