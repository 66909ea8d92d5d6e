"""inv health: how a planned release stands, and the weekly status update for those who wait for it."""

from __future__ import annotations

from collections.abc import Collection

from release.adapters.git.git_repository import Git
from release.channels.bulletins import Bulletin, channels_of, send
from release.config.channel_config import AUDIENCES
from release.context import Context
from release.planning import health
from release.planning.dates.calendar import Calendar, calendar
from release.planning.people_checks import PASSED, check_states
from release.planning.plan_names import NothingPlanned
from release.planning.planned_release import PlannedRelease, planned
from release.planning.prose import as_json
from release.planning.status_update import refuse_unknown, status_update


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False, update: str = "") -> str:
    """Return the health of a planned release at a moment, or its status update for an audience."""
    release = planned(ctx, version, at)
    days, found = _health(ctx, release)
    if update:
        return status_update(ctx.project.name, release, found, days, update)
    return as_json(health.as_document(release, found)) if json else health.as_text(release, found)


def announce(
    ctx: Context, version: str = "", update: str = "", again: Collection[str] = (), *, dry_run: bool = False
) -> None:
    """Send the status update of this ISO week, once, to the channels of an audience; without one, to each audience's.

    Without a plan nothing is sent.

    Raises ReleaseError for an unknown audience, where no channel has it, and where a channel failed.
    """
    if update:
        refuse_unknown(update)
    channels, project = channels_of(ctx, [update] if update else AUDIENCES), ctx.project.name
    try:
        release = planned(ctx, version)
    except NothingPlanned as none:  # a schedule also runs between two plans
        ctx.report.say(f"{none.why}; nothing was sent")
        return
    days, found = _health(ctx, release)
    year, week, _ = release.moment.day.isocalendar()
    run = f"inv health {release.name}{f' --update {update}' if update else ''} --announce"
    sent = [
        Bulletin(
            topic=each,
            name=f"{release.name}/{year}-W{week:02}/{each}",
            commit=release.plan_commit,
            title=f"{project} {release.name}: week {week} of {year}",
            text=status_update(project, release, found, days, each) + "\n",
            run=run,
        )
        for each in ([update] if update else AUDIENCES)
        if any(each in channel.topics for channel in channels)
    ]
    send(ctx, sent, again, dry_run=dry_run)


def _health(ctx: Context, release: PlannedRelease) -> tuple[Calendar | None, health.Health]:
    days = calendar_of(ctx.git, release)
    answered = sum(each.state == PASSED for each in check_states(ctx, release))
    return days, health.health(release, days, answered)


def calendar_of(git: Git, release: PlannedRelease) -> Calendar | None:
    """Return the calendar of a planned release; None where it has no date and none can be forecast."""
    if not release.plan.date and not release.released and release.forecast() is None:
        return None
    return calendar(git, release)
