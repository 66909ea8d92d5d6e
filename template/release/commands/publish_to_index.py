"""Promoting: a release that is tagged goes to one more index, as the very bytes that its tag records."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import Version

from release.artifacts.distributions import recorded
from release.base.errors import ReleaseError
from release.commands.release import tell_released
from release.confirmation import Confirm
from release.context import Context
from release.current_release import newest
from release.engine.converge import converge, foresee, show
from release.engine.lock import locked
from release.engine.run_gates import ask
from release.gate_order import proof
from release.pipeline import to_index
from release.values.release import Release
from release.values.version_numbers import parse_version


def promote(ctx: Context, index: str, version: str, agree: Confirm, *, dry_run: bool = False) -> None:
    """Upload a tagged release to the index `index` and prove it there.

    Its files lie here, or are built again from the tag and compared with the hashes that it records: other bytes are
    never uploaded. Raises ReleaseError for an index that is not configured, and for a release that has no tag.
    """
    names = [each.name for each in ctx.config.index]
    if index not in names:
        why = f'there is no index "{index}"; indexes: {", ".join(names) or "none"}'
        raise ReleaseError("cannot publish", why=why, run="inv publish --index NAME")
    ctx = _tagged(replace(ctx, choice=replace(ctx.choice, indexes=frozenset({index}))), version, index)
    ctx = replace(ctx, indexes=tuple(each for each in ctx.indexes if each.name == index))
    steps = to_index(ctx)
    if dry_run:
        show(ctx, foresee(ctx, steps))
        ctx.report.foretell()
        return
    with locked(ctx):
        told = f"this publishes {ctx.release} on {index}; an upload cannot be undone"
        if converge(ctx, steps, lambda *_: agree("\n" + told)):
            ask(ctx, proof(ctx))
    tell_released(ctx)


def _tagged(ctx: Context, version: str, index: str) -> Context:
    """Return the context with the release in hand whose tag is there; without a version the newest of this line."""
    if version:
        wanted: Version = parse_version(version)
        found: Context | None = ctx.taking(Release(ctx.project.canonical, wanted, ctx.line, ctx.config.tag_of(wanted)))
    else:
        found = newest(ctx)
    if found is None:
        raise ReleaseError(
            f"cannot publish to {index}", why="there is no release from this branch", run="inv release auto"
        )
    tag, remote = found.release.tag, ctx.config.remote
    if tag not in ctx.git.remote_refs(remote).tags:
        why = f"{tag} is not on {remote}"
        raise ReleaseError(f"cannot publish {found.release} to {index}", why=why, run="inv publish")
    if tag not in ctx.git.tags():
        if not ctx.memory.write:
            why, run = f"{tag} is on {remote} but not here; a dry run fetches nothing", f"git fetch {remote} tag {tag}"
            raise ReleaseError(f"cannot look at {found.release}", why=why, run=run)
        ctx.git.fetch(remote, f"refs/tags/{tag}:refs/tags/{tag}")
    if not recorded(found):
        why = f"{tag} records no distributions to compare with"
        raise ReleaseError(f"cannot publish {found.release} to {index}", why=why, run="inv status")
    return found
