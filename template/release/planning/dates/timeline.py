"""The timeline of a planned release: phases with their load, critical path, buffer, and what to do when it is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from release.planning.dates.calendar import BEFORE, Calendar
from release.planning.dates.critical_path import Path, critical_path
from release.planning.planned_release import PlannedRelease
from release.planning.priorities import Alternative, alternatives
from release.planning.prose import columns, counted, escaped, percent, table

_SHOWN = 10


@dataclass(frozen=True)
class Phase:
    """The days from a stage (or now) to the next one; points of open items due in it, and of what can be done in it."""

    stage: str
    start: date
    end: date
    load: float
    capacity: float | None


@dataclass(frozen=True)
class Timeline:
    """Phases that are still to come, the critical path, the buffer in days (85 % - 50 %), and the alternatives."""

    phases: tuple[Phase, ...]
    path: Path
    buffer: int | None
    alternatives: tuple[Alternative, ...]


def timeline(release: PlannedRelease, calendar: Calendar) -> Timeline:
    """Return the timeline of a planned release at its moment."""
    found = release.forecast()
    buffer = round(found.days(0.85) - found.days(0.50)) if found and release.open else None
    path = critical_path(release, draws=True)
    scopes = tuple(alternatives(release, release.policy.health.yellow))
    return Timeline(tuple(_phases(release, calendar)), path, buffer, scopes)


def _phases(release: PlannedRelease, calendar: Calendar) -> list[Phase]:
    """Return the phases to come; an item is due in that of its stage, one that is late in the first."""
    order = (*BEFORE, "production")
    now = release.moment.day
    coming = [each for each in calendar.days if each.stage in order and each.day > now and each.state(now) != "done"]
    phases, start = [], now
    for number, each in enumerate(coming):
        first = 0 if number == 0 else order.index(coming[number - 1].stage) + 1
        stages = order[first : order.index(each.stage) + 1]
        load = sum(state.item.effort for state in release.open if state.item.by in stages)
        phases.append(Phase(each.stage, start, each.day, load, _capacity(release, (each.day - start).days)))
        start = each.day
    return phases


def _capacity(release: PlannedRelease, days: int) -> float | None:
    """Return the points that can be done in some days, besides unplanned work; None where the pace is not known."""
    found = release.forecast()
    if found is None:
        return None
    mean = sum(each.item.effort for each in release.items) / len(release.items) if release.items else 1
    return found.per_week * days / 7 * release.planned_share * mean


def as_text(release: PlannedRelease, found: Timeline) -> str:
    """Return the timeline for a terminal."""
    left = columns([_row(each) for each in found.phases]) or [f"  {_none_left(release)}"]
    lines = [*release.heading, "", "phases:", *left]
    path = found.path
    if path.items:
        lines += ["", f"critical path: {path.effort} of {path.open_effort} open points"]
        rows = [
            (f"{percent(path.share.get(item.name, 0))} of draws", item.name, f"effort {item.effort}", item.owner)
            for item in path.items
        ]
        lines += columns(rows)
        others = [(name, share) for name, share in path.share.items() if name not in path.names][:_SHOWN]
        lines += [f"  or: {', '.join(f'{name} ({percent(share)})' for name, share in others)}"] if others else []
    if found.buffer is not None:
        lines += ["", f"buffer: {counted(found.buffer, 'day')} (85 % minus 50 %){_ready_by(found)}"]
    return "\n".join([*lines, "", "when it is late:", *columns(contingency(release, found))])


def as_markdown(release: PlannedRelease, found: Timeline) -> str:
    """Return the timeline as a document of Markdown."""
    first, *others = map(escaped, release.heading)
    lines = [f"# {first}: timeline", "", *others, "", "## Phases", ""]
    lines += table(("Days", "Phase", "Load"), map(_row, found.phases)) if found.phases else [_none_left(release)]
    path = found.path
    if path.share:
        shares = [(name, percent(share), "yes" if name in path.names else "") for name, share in path.share.items()]
        lines += ["", f"## Critical path ({path.effort} of {path.open_effort} open points)", ""]
        lines += table(("Item", "Share of draws", "On it"), shares)
    if found.buffer is not None:
        lines += ["", f"Buffer: {counted(found.buffer, 'day')} (85 % minus 50 %){_ready_by(found)}"]
    rows = contingency(release, found)
    return "\n".join([*lines, "", "## When it is late", "", *table(("Delay", "What to do"), rows)])


def _none_left(release: PlannedRelease) -> str:
    """Return why no phase is to come."""
    return f"none is left: {release.plan.date} has passed" if release.overdue else "none is left"


def _ready_by(found: Timeline) -> str:
    """Return by when all has to be done so that the buffer stands before the candidate."""
    phase = next((each for each in found.phases if each.stage in ("candidate", "production")), None)
    if phase is None or found.buffer is None:
        return ""
    name = "final" if phase.stage == "production" else phase.stage
    return f"; before the {name} it leaves until {phase.end - timedelta(days=found.buffer)}"


def _row(each: Phase) -> tuple[str, str, str]:
    room = "capacity not known" if each.capacity is None else f"{each.load:g} of {each.capacity:.1f} points"
    over = "; overloaded" if each.capacity is not None and each.load > each.capacity else ""
    return f"{each.start} to {each.end}", f"until {each.stage}", room + over


def contingency(release: PlannedRelease, found: Timeline) -> list[tuple[str, str]]:
    """Return what to do at each threshold of delay: (threshold, what)."""
    if not release.open:
        return [("any", f"nothing is open: inv readiness{_new_date(release)}")]
    if found.buffer is None:
        return [("any", f"there is not enough history to say more{_new_date(release)}")]
    minimal, likely, _ = found.alternatives
    sure = release.policy.health.yellow
    name, every = release.name, release.forecast()
    rows = [(f"up to {counted(found.buffer, 'day')}", "the buffer takes it; change nothing")]
    if release.overdue and every:
        rows = [("now", f"move the date; everything has {percent(sure)} by {every.by(sure)}: {release.how_to_move}")]
    dropped = likely.without or tuple(reversed([each.item.name for each in release.open if each.item.rank == "could"]))
    if dropped:
        how = release.how_to_defer.format(item=dropped[0])
        rows.append(("or" if release.overdue else "more", f"defer {', '.join(dropped[:_SHOWN])}: {how}"))
    if minimal.forecast:
        day = minimal.forecast.by(sure)
        alone = f"the musts alone have {percent(sure)} by {day}"
        rows.append(("then", alone) if release.overdue else ("more than that", f"move the date: {alone}"))
    return [*rows, ("any", f"inform those who wait for it: inv health {name} --update customers")]


def _new_date(release: PlannedRelease) -> str:
    return f"; the planned date has passed: {release.how_to_move}" if release.overdue else ""


def as_document(release: PlannedRelease, found: Timeline) -> dict[str, Any]:
    """Return the timeline for machines."""
    return {
        "release": release.name,
        "as_of": release.moment.day,
        "phases": [
            {
                "stage": each.stage,
                "start": each.start,
                "end": each.end,
                "load": each.load,
                "capacity": each.capacity if each.capacity is None else round(each.capacity, 2),
            }
            for each in found.phases
        ],
        "critical_path": {
            "items": found.path.names,
            "effort": found.path.effort,
            "open_effort": found.path.open_effort,
            "share": {name: round(share, 4) for name, share in found.path.share.items()},
        },
        "buffer_days": found.buffer,
        "contingency": [each.strip() for each in columns(contingency(release, found))],
    }
