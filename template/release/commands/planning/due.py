"""inv due: who has to act by when for a planned release, and the notice of it over the channels."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from release.channels.bulletins import Bulletin, channels_of, send
from release.commands.planning.health import calendar_of
from release.config.channel_config import NOTICES
from release.context import Context
from release.planning import duties
from release.planning.people_checks import check_states
from release.planning.plan_names import NothingPlanned
from release.planning.planned_release import PlannedRelease, planned
from release.planning.prose import as_json


def show(
    ctx: Context, version: str = "", at: str = "", *, within: int = duties.SOON, who: str = "", json: bool = False
) -> str:
    """Return who has to act by when, of all or of one address."""
    release = planned(ctx, version, at)
    found = _found(ctx, release)
    found = duties.of_person(release.policy, found, who) if who else found
    if json:
        return as_json(duties.as_document(release, found, within))
    return duties.as_text(release, found, within)


def announce(
    ctx: Context,
    version: str = "",
    *,
    within: int = duties.SOON,
    again: Collection[str] = (),
    dry_run: bool = False,
) -> None:
    """Send what is overdue or due within some days; the same list is sent once. Without a plan nothing is sent.

    Raises ReleaseError as `send` does.
    """
    channels_of(ctx, [NOTICES])
    try:
        release = planned(ctx, version)
    except NothingPlanned as none:  # a schedule also runs between two plans
        ctx.report.say(f"{none.why}; nothing was sent")
        return
    lines = duties.notice(release, _found(ctx, release), within)
    if not lines:
        ctx.report.say(f"{release.name}: nothing is overdue, or due within {within} days; nothing was sent")
        return
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    title = f"{ctx.project.name} {lines[0]}"
    text = "\n".join([f"{ctx.project.name} {lines[0]}", *lines[1:]]) + "\n"
    run = f"inv due {release.name} --announce"
    sent = Bulletin(NOTICES, f"{release.name}/{NOTICES}/{digest}", release.plan_commit, title, text, run)
    send(ctx, [sent], again, dry_run=dry_run)


def _found(ctx: Context, release: PlannedRelease) -> list[duties.Duty]:
    return duties.duties(release, calendar_of(ctx.git, release), check_states(ctx, release))
