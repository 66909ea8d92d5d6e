"""The weekly status update of a planned release, as Markdown, in the words of those who read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from release.base.errors import ReleaseError
from release.config.channel_config import AUDIENCES
from release.planning.dates.calendar import BEFORE, Calendar
from release.planning.health import Health, headline
from release.planning.item_states import ItemState
from release.planning.planned_release import PlannedRelease
from release.planning.prose import escaped, percent

_WEEK = timedelta(days=7)


def status_update(project: str, release: PlannedRelease, found: Health, calendar: Calendar | None, who: str) -> str:
    """Return the update of a week for an audience; raise ReleaseError for an unknown one."""
    writers: dict[str, Callable[[], list[str]]] = {
        "team": lambda: _team(release, found, calendar),
        "management": lambda: _management(release, found, calendar),
        "customers": lambda: _customers(release, calendar),
        "partners": lambda: _partners(release, calendar),
    }
    refuse_unknown(who)
    year, week, _ = release.moment.day.isocalendar()
    theme = f": {escaped(release.plan.theme)}" if release.plan.theme else ""
    head = [f"# {escaped(project)} {release.name}{theme}", "", f"Week {week} of {year}, as of {release.moment.day}."]
    return "\n".join([*head, *writers[who]()])


def refuse_unknown(who: str) -> None:
    """Raise ReleaseError for an audience that there is no update for."""
    if who not in AUDIENCES:
        why = f'there is no audience "{who}"; audiences: {", ".join(AUDIENCES)}'
        raise ReleaseError("cannot write the status update", why=why, run="inv health --update team")


def _team(release: PlannedRelease, found: Health, calendar: Calendar | None) -> list[str]:
    now = release.moment.day
    done = [each for each in release.items if each.day and now - each.day < _WEEK]
    coming = calendar.coming(now) if calendar else None
    due = [each for each in release.open if coming and each.item.by in _up_to(coming.stage)]
    lines = ["", escaped(headline(found)), *_section("Done this week", map(_titled, done), "Nothing.")]
    lines += _section("Came in unplanned", (each.name for each in release.unplanned if _is_new(release, each.at)))
    title = f"Due by {coming.stage}, {coming.day}" if coming else "Due"
    lines += _section(title, map(_owned, due), "Nothing is open.")
    lines += _section("Risks", _risks(release))
    steps = dict.fromkeys(each.run for each in found.aspects if each.run and each in found.reasons)
    return [*lines, *_section("Next", (f"`{run}`" for run in steps), raw=True)]


def _is_new(release: PlannedRelease, at: int) -> bool:
    return release.moment.until - at < _WEEK.total_seconds()


def _up_to(stage: str) -> Sequence[str]:
    order = (*BEFORE, "production")
    return order[: order.index(stage) + 1]


def _management(release: PlannedRelease, found: Health, calendar: Calendar | None) -> list[str]:
    lines = ["", f"**{found.colour.value}**" + "".join(f"; {escaped(each.fact)}" for each in found.reasons)]
    lines += ["", *(f"- {each.name}: {escaped(each.fact)}" for each in found.aspects)]
    lines += _section("Dates", _dates(release, calendar))
    lines += _section("Risks", _risks(release))
    lines += _section(
        "Deferred", (f"{each.id or each.title} to {each.to}: {each.reason}" for each in release.plan.deferred)
    )
    return lines


def _customers(release: PlannedRelease, calendar: Calendar | None) -> list[str]:
    """Promise nothing that is open: what is done, what is planned, and a date as the plan has it."""
    coming = calendar.of("production") if calendar else None
    when = f"Planned for {coming.day}; dates and contents may change." if coming else "There is no date yet."
    if release.overdue:
        when = f"The planned date, {release.plan.date}, has passed; there is no new one yet."
    done = [each for each in release.items if each.done]
    lines = ["", when, *_section("Ready", map(_titled, done), "Nothing yet.")]
    lines += _section("Planned", (each.item.title for each in release.open if each.item.rank != "could"))
    return [*lines, *_section("Not in this release", (each.title or each.id for each in release.plan.deferred))]


def _partners(release: PlannedRelease, calendar: Calendar | None) -> list[str]:
    """Say what to try when: pre-releases, and changes that may break what others build on it."""
    breaking = [each for each in (*release.earlier, *release.unplanned) if each.kind in ("breaking", "deprecation")]
    named = [
        each
        for each in release.items
        if each.done and (".breaking." in each.evidence or ".deprecation." in each.evidence)
    ]
    lines = _section("Dates to try it", _dates(release, calendar))
    changes = [*(each.item.title for each in named), *(each.name for each in breaking)]
    lines += _section("Changes that may affect you", changes, "None so far.")
    checks = (f"{each.name} (before {each.stage})" for each in release.plan.check)
    return [*lines, *_section("What we ask for", checks)]


def _dates(release: PlannedRelease, calendar: Calendar | None) -> list[str]:
    stages = (*BEFORE, "production")
    days = [each for each in calendar.days if each.stage in stages] if calendar else []
    return [f"{each.stage}: {each.day}" + (f" ({each.state(release.moment.day)})") for each in days]


def _risks(release: PlannedRelease) -> list[str]:
    waiting = [each for each in release.plan.risk if not each.outcome]
    waiting.sort(key=lambda each: -each.chance * max(each.impact, 1))
    return [
        f"{each.text or each.id}: {percent(each.chance)}; {each.mitigation or 'no mitigation yet'}" for each in waiting
    ]


def _titled(each: ItemState) -> str:
    return f"{each.item.title} ({each.item.name})"


def _owned(each: ItemState) -> str:
    return f"{each.item.rank}: {_titled(each)}" + (f", {each.item.owner}" if each.item.owner else ", no owner")


def _section(title: str, rows: Iterable[str], empty: str = "", *, raw: bool = False) -> list[str]:
    found = list(rows)
    if not found and not empty:
        return []
    body = [f"- {row if raw else escaped(row)}" for row in found] or [empty]
    return ["", f"## {title}", "", *body]
