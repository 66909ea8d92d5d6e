"""The upload to one index: hashes decide what is ours, and after an unclear answer a look decides what is there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from release.adapters.index import Index
from release.adapters.tools import Refused
from release.context import Context
from release.distributions import built, on_index, recorded
from release.errors import ReleaseError
from release.model import Distribution
from release.retry import Unavailable, patiently
from release.step import Seen, Step, absent, conflict, done


def upload_to(index: Index) -> Step:
    """Return the step that uploads the distributions to `index`."""
    return Step(f"upload to {index.name}", partial(_observe, index), partial(_do, index), one_way=True, public=True)


def _observe(index: Index, ctx: Context) -> Seen:
    ours = recorded(ctx)
    if not ours and ctx.release.tag in ctx.git.tags():
        return conflict(f"the tag {ctx.release.tag} records no distributions; somebody else made it", "inv abort")
    if not ours:
        return absent(f"{ctx.release.tag} is not here")
    there = on_index(ctx, index)
    begun = any(there.get(each.name) == each.sha256 for each in ours)
    hashes = {each.name: each.sha256 for each in ours}
    for name, sha256 in there.items():
        if name not in hashes:
            return conflict(f"{index.name} has {name}, which this release did not make", _spent(ctx), begun=begun)
        if sha256 != hashes[name]:
            fact = f"{name} is on {index.name} with sha256 {sha256[:8]}.., ours is {hashes[name][:8]}.."
            return conflict(f"{fact}; an uploaded file cannot be replaced", _spent(ctx), begun=begun)
    if len(there) < len(ours):
        return absent(f"{len(there)} of {len(ours)} files are on {index.name}", begun=begun)
    return done(f"{len(ours)} files are on {index.name}")


def _do(index: Index, ctx: Context) -> None:
    ours = recorded(ctx)
    patiently(lambda: _send(index, ctx, ours), ctx.config.retry, ctx.report.say)
    patiently(lambda: _look(index, ctx, ours), ctx.config.retry, ctx.report.say)


def _send(index: Index, ctx: Context, ours: Iterable[Distribution]) -> None:
    """Upload what the index does not have yet, so that a dropped reply is not answered by a second upload."""
    there = on_index(ctx, index)
    missing = {each.name for each in ours} - set(there)
    files = [path for path in built(ctx) if path.name in missing]
    if not files:
        return
    try:
        ctx.tools.upload(files, index.twine_options, index.account)
    except Refused as error:
        if error.status in (401, 403):
            raise ReleaseError(
                f"cannot upload {ctx.release} to {index.name}",
                why=f"{error.why}: user and password are not accepted",
                run="export TWINE_USERNAME=... TWINE_PASSWORD=...      (then the same command again)",
            ) from error
        now = on_index(ctx, index)
        if len(now) > len(there) and now.items() <= {(each.name, each.sha256) for each in ours}:
            # A file was stored, its answer was lost, and twine, which tries again by itself, was refused for that.
            raise Unavailable(f"cannot upload {ctx.release} to {index.name}", why=error.why) from error
        raise ReleaseError(f"cannot upload {ctx.release} to {index.name}", why=error.why, run=_spent(ctx)) from error


def _spent(ctx: Context) -> str:
    return f"inv abort --spent && inv release patch      (gives {ctx.release.version} up; what is public of it stays)"


def _look(index: Index, ctx: Context, ours: Iterable[Distribution]) -> None:
    """Raise Unavailable until the index shows every file: what was accepted may be listed minutes later."""
    missing = {each.name for each in ours} - set(index.files(ctx.project.canonical, ctx.release.version))
    if missing:
        raise Unavailable(
            f"cannot see {ctx.release} on {index.name}", why=f"{', '.join(sorted(missing))} is not listed yet"
        )
