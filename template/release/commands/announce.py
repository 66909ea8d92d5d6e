"""Announcing: a release that its indexes have proven is told to every channel, once."""

from __future__ import annotations

from collections.abc import Sequence

from release.base.errors import ReleaseError
from release.channels import announcements
from release.channels.announcements import facts_of, refuse_unproven, text_of
from release.channels.delivery import Delivery
from release.context import Context
from release.current_release import newest, of_version
from release.engine.lock import locked
from release.planning.prose import as_json
from release.values.version_numbers import parse_version


def announce(ctx: Context, version: str, again: Sequence[str], *, dry_run: bool = False) -> None:
    """Announce a release; `version`: empty for the newest of this line, `again`: channels where it is not known.

    Raises ReleaseError before anything is told when the release is not proven, and at the end when a channel failed.
    """
    found = of_version(ctx, parse_version(version)) if version else newest(ctx)
    if found is None:
        raise ReleaseError("cannot announce", why=f"there is no release from {ctx.line}", run="inv status")
    known = [each.channel.name for each in announcements.announcements(found)]
    if not known:
        why = f"release.toml names no channel for a release of the stage {found.release.stage} ([[announce]])"
        raise ReleaseError(f"cannot announce {found.release}", why=why, run="$EDITOR release.toml")
    for name in again:
        if name not in known:
            why = f"there is no channel {name}; channels: {', '.join(known)}"
            raise ReleaseError(f"cannot announce {found.release}", why=why, run=f"inv announce {found.release.version}")
    if dry_run:
        _foretell(found)
        return
    with locked(found):
        refuse_unproven(found)
        announcements.announce(found, again)


def facts(ctx: Context, version: str) -> str:
    """Return what is known of a release for its announcement, for machines: JSON."""
    found = of_version(ctx, parse_version(version)) if version else newest(ctx)
    if found is None:
        raise ReleaseError("cannot announce", why=f"there is no release from {ctx.line}", run="inv status")
    known = facts_of(found, page=False)
    lines = [line.strip().removeprefix("- ") for line in known.pop("notes").splitlines()]
    return as_json(known | {"changes": [{"text": each} for each in lines if each]})


def _foretell(ctx: Context) -> None:
    """Print what each channel would be told."""
    found = announcements.announcements(ctx)
    for each in found:
        ctx.report.line(each.standing.value, f"announce by {each.channel.name}", each.fact)
        if each.standing is not Delivery.TOLD:
            ctx.report.say(f"\n{text_of(ctx, each.channel)}")
    told = all(each.standing is Delivery.TOLD for each in found)
    ctx.report.say("everything is announced already" if told else "nothing was sent")
