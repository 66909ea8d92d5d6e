"""Health of a planned release: Green, Yellow or Red, each with the facts it rests on and the next command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from release.base.first_few import names_of
from release.planning.dates.calendar import BEFORE, Calendar
from release.planning.dates.critical_path import critical_path
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, counted, percent, until


class Colour(Enum):
    """How a part of a release stands; an unknown part is Yellow."""

    GREEN = "Green"
    YELLOW = "Yellow"
    RED = "Red"


_WORSE = (Colour.RED, Colour.YELLOW, Colour.GREEN)


@dataclass(frozen=True)
class Aspect:
    """One part of a release's health; `run` is what to do next where it is not Green."""

    name: str
    colour: Colour
    fact: str
    run: str = ""


@dataclass(frozen=True)
class Health:
    """The parts of a release's health; its colour is the worst of them."""

    aspects: tuple[Aspect, ...]

    @property
    def colour(self) -> Colour:
        """The worst colour of all parts."""
        return next(each for each in _WORSE if any(aspect.colour is each for aspect in self.aspects))

    @property
    def reasons(self) -> list[Aspect]:
        """The parts that gave the colour; none where all is Green."""
        return [] if self.colour is Colour.GREEN else [each for each in self.aspects if each.colour is self.colour]


def health(release: PlannedRelease, calendar: Calendar | None, answered: int) -> Health:
    """Return the health of a planned release; `answered`: how many checks of the plan passed."""
    found = [
        _scope(release, calendar),
        _date(release),
        _velocity(release),
        _path(release),
        _calendar(release, calendar),
        *([_checks(release, answered)] if release.plan.check else []),
        *([_risks(release)] if release.plan.risk else []),
        *([_actions(release)] if release.plan.action else []),
    ]
    return Health(tuple(found))


def _scope(release: PlannedRelease, calendar: Calendar | None) -> Aspect:
    if not release.items:
        return Aspect("scope", Colour.YELLOW, "the plan has no items", f"$EDITOR plans/{release.name}.toml")
    musts = [each for each in release.items if each.item.must]
    done = sum(each.done for each in release.items)
    fact = f"{done} of {len(release.items)} done"
    fact += f", musts {sum(each.done for each in musts)} of {len(musts)}" if musts else ""
    fact += f"; {len(release.unplanned)} unplanned" if release.unplanned else ""
    past = [each.item for each in release.open if _is_past(release, calendar, each.item.by)]
    late = [item.name for item in past if item.must]
    if late:
        return Aspect("scope", Colour.RED, f"{fact}; past their stage: {names_of(late)}", f"inv scope {release.name}")
    if past:
        names = names_of([item.name for item in past])
        return Aspect("scope", Colour.YELLOW, f"{fact}; past their stage: {names}", f"inv prioritise {release.name}")
    return Aspect("scope", Colour.GREEN, fact)


def _is_past(release: PlannedRelease, calendar: Calendar | None, stage: str) -> bool:
    day = calendar.of(stage) if calendar else None
    return day is not None and day.day < release.moment.day


def _date(release: PlannedRelease) -> Aspect:
    rules, forecast = release.policy.health, release.forecast()
    if not release.open:
        return Aspect("date", Colour.GREEN, "nothing is open")
    if forecast is None:
        fact, run = "not enough history for a forecast", f"inv forecast {release.name}"
        return Aspect("date", Colour.YELLOW, fact, run)
    by = f"{percent(rules.yellow)} by {forecast.by(rules.yellow)}"
    if release.plan.date is None:
        return Aspect("date", Colour.GREEN, f"no date planned; {by}")
    if release.overdue:
        passed = f"{release.plan.date} has passed, {until(release.plan.date, release.moment.day)}; {by}"
        return Aspect("date", Colour.RED, passed, release.how_to_move)
    chance = forecast.chance(release.plan.date)
    colour = Colour.RED if chance < rules.red else Colour.YELLOW if chance < rules.yellow else Colour.GREEN
    fact = f"{percent(chance)} for {release.plan.date}; {by}"
    return Aspect("date", colour, fact, "" if colour is Colour.GREEN else f"inv prioritise {release.name}")


def _velocity(release: PlannedRelease) -> Aspect:
    forecast, planned = release.forecast(), release.plan.date
    if forecast is None:
        return Aspect("velocity", Colour.YELLOW, "not known: too little landed", f"inv forecast {release.name}")
    pace = f"{forecast.per_week:.1f} a week"
    if planned is None or not release.open:
        return Aspect("velocity", Colour.GREEN, pace)
    weeks = (planned - release.moment.day).days / 7
    if weeks <= 0:
        return Aspect("velocity", Colour.RED, f"{pace}; no time is left", f"inv prioritise {release.name}")
    needed = forecast.left / weeks
    fact = f"{pace}; {needed:.1f} needed, with unplanned work"
    if needed > forecast.per_week:
        return Aspect("velocity", Colour.YELLOW, fact, f"inv prioritise {release.name}")
    return Aspect("velocity", Colour.GREEN, fact)


def _path(release: PlannedRelease) -> Aspect:
    path = critical_path(release)
    if len(path.items) < 2:
        return Aspect("critical path", Colour.GREEN, "no open item waits for another")
    fact = f"{_chain(path.names)}: {path.effort} of {path.open_effort} points"
    return Aspect("critical path", Colour.GREEN, fact)


def _calendar(release: PlannedRelease, calendar: Calendar | None) -> Aspect:
    if calendar is None:
        return Aspect("calendar", Colour.YELLOW, "no date, and no forecast", f"$EDITOR plans/{release.name}.toml")
    now = release.moment.day
    late = [each for each in calendar.days if each.stage in (*BEFORE, "production") and each.state(now) == "late"]
    coming = calendar.next(now)
    fact = f"{coming.stage} {coming.day}, {until(coming.day, now)}" if coming else "every stage was reached"
    if late:
        colour = Colour.RED if late[-1].stage == "production" else Colour.YELLOW
        names = ", ".join(f"{each.stage} ({each.day})" for each in late)
        run = f"inv calendar {release.name}" if release.open or not release.overdue else "inv readiness"
        return Aspect("calendar", colour, f"late: {names}", run)
    return Aspect("calendar", Colour.GREEN, fact)


def _checks(release: PlannedRelease, answered: int) -> Aspect:
    fact = f"{answered} of {counted(len(release.plan.check), 'check')} by people passed"
    if answered == len(release.plan.check):
        return Aspect("checks", Colour.GREEN, fact)
    return Aspect("checks", Colour.YELLOW, fact, "inv check")


def _risks(release: PlannedRelease) -> Aspect:
    waiting = [each for each in release.plan.risk if not each.outcome]
    bare = [each.id or each.text for each in waiting if each.chance >= 0.5 and not each.mitigation]
    days = sum(each.chance * each.impact for each in waiting)
    fact = counted(len(waiting), "open risk") + (f", {days:.0f} days expected" if days else "")
    if bare:
        fact += f"; likely, without mitigation: {names_of(bare)}"
        return Aspect("risks", Colour.YELLOW, fact, f"inv risks {release.name}")
    return Aspect("risks", Colour.GREEN, fact)


def _actions(release: PlannedRelease) -> Aspect:
    waiting = [each for each in release.plan.action if not each.done]
    overdue = [each.text for each in waiting if each.due and each.due < release.moment.day]
    fact = counted(len(waiting), "open action")
    if overdue:
        fact += f"; overdue: {names_of(overdue)}"
        return Aspect("actions", Colour.YELLOW, fact, f"$EDITOR plans/{release.name}.toml")
    return Aspect("actions", Colour.GREEN, fact)


def _chain(names: list[str]) -> str:
    return " > ".join(names if len(names) <= 5 else [*names[:2], "...", *names[-2:]])


def headline(found: Health) -> str:
    """Return the colour with its reason: "Yellow: date (72 % for 2027-03-02; ..)"."""
    reasons = "; ".join(f"{each.name} ({each.fact})" for each in found.reasons)
    return found.colour.value + (f": {reasons}" if reasons else "")


def next_command(release: PlannedRelease, found: Health) -> str:
    """Return what to do next: a date that has passed is moved first, since the others are judged by it."""
    if release.overdue and release.open:
        return release.how_to_move
    return next((each.run for each in found.reasons if each.run), "")


def as_text(release: PlannedRelease, found: Health) -> str:
    """Return the health for a terminal."""
    lines = release.heading
    if release.released:
        return "\n".join([*lines, "", "it is released; use --at DAY for how it stood then"])
    lines += ["", headline(found), ""]
    lines += columns([(each.colour.value.lower(), each.name, each.fact) for each in found.aspects])
    following = next_command(release, found)
    return "\n".join([*lines, *(["", f"next: {following}"] if following else [])])


def as_document(release: PlannedRelease, found: Health) -> dict[str, Any]:
    """Return the health for machines."""
    return {
        "release": release.name,
        "as_of": release.moment.day,
        "released": release.released,
        "colour": found.colour.value.lower(),
        "reasons": [each.name for each in found.reasons],
        "aspects": [
            {"name": each.name, "colour": each.colour.value.lower(), "fact": each.fact, "run": each.run or None}
            for each in found.aspects
        ],
    }
