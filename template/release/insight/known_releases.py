"""The releases of a project as a command asks for them: up to a moment, by its indexes or by its tags alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from packaging.version import Version

from release.approvals.decision_records import records
from release.base.errors import ReleaseError
from release.context import Context
from release.insight.release_history import History, Released, Served, read_history, served_by, times_of_finals
from release.planning.moment import Moment, day_of, moment_of
from release.values.version_numbers import FINAL_STAGES, parse_version


@dataclass(frozen=True)
class Known:
    """The history of a project, and the indexes that it comes from; empty where tags are the releases.

    `taken_back` is {version: when a watch recorded that it is to be taken back, in seconds since 1970}.
    """

    history: History
    source: str
    taken_back: Mapping[Version, int]


def known_releases(ctx: Context, at: str, since: Callable[[Moment], int], *, offline: bool, command: str) -> Known:
    """Return the releases up to a day or commit (empty: now), with the changes of those after `since`.

    `command` is what a person typed, without options. Raises ReleaseError for a shallow clone, for a project without
    any final, and where an index does not answer.
    """
    moment = moment_of(ctx.git, ctx.config, at)
    moment = replace(moment, until=min(moment.until, int(time.time())))
    served, source = _served(ctx, offline=offline, command=command)
    history = read_history(ctx.git, ctx.config, ctx.project, moment, served, since(moment))
    _refuse_none(ctx, history, command)
    return Known(history, source, {} if offline else _taken_back(ctx, history))


def known_by_dates(ctx: Context, at: str, *, offline: bool, command: str) -> Known:
    """Return all releases and their changes up to a day or commit (empty: the newest thing that git or an index dates).

    The clock of this machine decides nothing, so the same commits give the same answer for ever. The history is empty
    where nothing was released. Raises ReleaseError for a shallow clone, and where an index does not answer.
    """
    moment = moment_of(ctx.git, ctx.config, at)
    served, source = _served(ctx, offline=offline, command=command)
    if not at:
        dates = [ctx.git.time_of(moment.main), *times_of_finals(ctx.git, ctx.config)]
        dates += [int(each.uploaded.timestamp()) for each in (served or {}).values() if each.uploaded]
        dates += [] if offline else [int(each.at.timestamp()) for each in records(ctx, "") if not each.forged]
        moment = replace(moment, until=max(dates), day=day_of(max(dates)))
    history = read_history(ctx.git, ctx.config, ctx.project, moment, served, 0)
    return Known(history, source, {} if offline else _taken_back(ctx, history))


def _served(ctx: Context, *, offline: bool, command: str) -> tuple[dict[Version, Served] | None, str]:
    """Return what the indexes of finals have, and their names; None and nothing where the tags are the releases."""
    names = [each.name for each in ctx.config.index if not each.stages or FINAL_STAGES & set(each.stages)]
    indexes = [] if offline else [each for each in ctx.indexes if each.name in names]
    try:
        served = served_by(indexes, ctx.project.canonical) if indexes else None
    except ReleaseError as error:
        raise ReleaseError(error.what, why=error.why, run=_offline(command)) from error
    return served, " and ".join(each.name for each in indexes)


def _taken_back(ctx: Context, history: History) -> dict[Version, int]:
    """Return the releases of which a record of a watch on their very commit says so."""
    commits = {f"watch/{each.version}": each for each in history.releases}
    return {
        commits[each.name].version: int(each.at.timestamp())
        for each in records(ctx, "watch/")
        if each.name in commits and each.commit == commits[each.name].commit and not each.forged
        if each.facts.get("Verdict") == "take back" and each.at.timestamp() <= history.moment.until
    }


def _offline(command: str) -> str:
    return f"{command} --offline      (takes the tags as the releases)"


def _refuse_none(ctx: Context, history: History, command: str) -> None:
    """Raise ReleaseError where there is no final release."""
    if history.releases:
        return
    pattern = ctx.config.tag_of("VERSION")
    if history.unserved:
        why, run = f"no index has files of {', '.join(map(str, history.unserved))}", _offline(command)
    else:
        why = f"this clone has no tag {pattern} of a final version up to {history.moment.day}"
        run = f"git fetch --tags {ctx.config.remote}      (tag in release.toml says how they are named)"
    raise ReleaseError("there is no release to look at", why=why, run=run)


def release_of(known: Known, text: str, command: str) -> Released:
    """Return the release that a person names; raise ReleaseError where it is not one of those that are known."""
    version: Version = parse_version(text)
    found = known.history.of(version)
    if found is None:
        newest = ", ".join(str(each.version) for each in reversed(known.history.releases[-5:]))
        raise ReleaseError(
            f"{text} is no release that is known here",
            why=f"the newest finals are {newest}",
            run="inv history" if command != "inv history" else "git fetch --tags",
        )
    return found
