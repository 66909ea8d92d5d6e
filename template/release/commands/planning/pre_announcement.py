"""inv announce --ahead: the day of a release that is to come; without a plan, that of a fix of a vulnerability."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from release.base.errors import ReleaseError
from release.channels.bulletins import Bulletin, channels_of, send
from release.config.channel_config import UPCOMING
from release.context import Context
from release.planning.dates.calendar import calendar
from release.planning.moment import moment_of, today
from release.planning.plan_names import plan_names
from release.planning.planned_release import planned_at
from release.planning.upcoming import of_plan, upcoming
from release.values.version_numbers import parse_version


def announce_ahead(
    ctx: Context, version: str, day: str = "", text: str = "", again: Collection[str] = (), *, dry_run: bool = False
) -> None:
    """Send the day of a release that is to come, once for each day; `day` and `text` stand for, or beside, a plan.

    Raises ReleaseError for a release that is out, for one without a day, and for a day that is over.
    """
    moment = moment_of(ctx.git, ctx.config)
    names = plan_names(ctx.git, moment.main)
    wanted = parse_version(version) if version else None
    name = next((each for each, planned in names.items() if planned == wanted), "")
    if not version:
        name = next((each for each in names if planned_at(ctx, each, moment).released is None), "")
    release = planned_at(ctx, name, moment) if name else None
    shown = name or version or "the next release"
    what, run = f"cannot announce {shown} in advance", f"inv announce {version or '1.3'} --ahead --date 2027-03-02"
    final = parse_version(shown) if name or version else None
    if final and any(each == final for each in map(ctx.config.version_of, ctx.git.tags())):
        raise ReleaseError(what, why=f"{shown} is released already", run=f"inv announce {shown}")
    due = _day(day, what, run) or (release.plan.date if release else None)
    if final is None or due is None:
        why = f"plans/{name}.toml has no date" if name else "there is no plan for it, and no date was given"
        raise ReleaseError(what, why=why, run=run)
    if due < today():
        raise ReleaseError(what, why=f"{due} is in the past; today is {today()}", run=run)
    channels_of(ctx, [UPCOMING])
    project = ctx.project.name
    lines = of_plan(project, release, calendar(ctx.git, release), due, text) if release else None
    lines = lines or upcoming(project, version, due, text)
    title = f"{project} {shown} is planned for {due}"
    commit = release.plan_commit if release else moment.main
    again_run = f"inv announce {shown} --ahead" + (f" --date {due}" if day else "")
    sent = Bulletin(UPCOMING, f"{shown}/{UPCOMING}/{due}", commit, title, "\n".join(lines) + "\n", again_run)
    send(ctx, [sent], again, dry_run=dry_run)


def _day(text: str, what: str, run: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ReleaseError(what, why=f'"{text}" is not a day such as 2027-03-02', run=run) from error
