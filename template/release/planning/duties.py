"""Who has to act by when for a planned release: owners, holders of roles with their deputies, and its lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from release.approvals.stage_approvals import members
from release.config.release_toml import Config
from release.config.stages import PRE_RELEASE_OF
from release.planning.dates.calendar import BEFORE, Calendar
from release.planning.people_checks import PASSED, CheckState
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, until

SOON = 7  # days before its day that a duty is due


@dataclass(frozen=True)
class Duty:
    """What is to be done by a day, by an address or a role (empty: without an owner), and the command for it."""

    day: date
    who: str
    what: str
    run: str

    def state(self, now: date, within: int = SOON) -> str:
        """Return overdue, due (within so many days) or later."""
        return "overdue" if self.day < now else "due" if self.day <= now + timedelta(days=within) else "later"


def duties(release: PlannedRelease, days: Calendar | None, checks: Sequence[CheckState]) -> list[Duty]:
    """Return what is still to be done, by day; nothing for a release that is out, but its open actions."""
    found = list(_actions(release))
    if days and not release.released:
        found += [*_stages(release, days), *_items(release, days), *_checks(days, checks)]
        found += _approvals(release, days)
    order = ("overdue", "due", "later")
    return sorted(found, key=lambda each: (order.index(each.state(release.moment.day)), each.day))


def _items(release: PlannedRelease, days: Calendar) -> Iterator[Duty]:
    for each in release.open:
        if day := days.of(each.item.by):
            what = f"{each.item.rank} {each.item.name}: {each.item.title}"
            yield Duty(day.day, each.item.owner, what, f"inv scope {release.name}")


def _checks(days: Calendar, checks: Sequence[CheckState]) -> Iterator[Duty]:
    for each in checks:
        day = days.of(each.check.stage)
        if each.state != PASSED and day:
            name = each.check.name
            yield Duty(day.day, each.check.who, f"check: {name}", f'inv check "{name}" --passed')


def _stages(release: PlannedRelease, days: Calendar) -> Iterator[Duty]:
    for each in days.days if release.plan.lead else ():
        open_now = each.stage in (*BEFORE, "production") and each.state(release.moment.day) not in ("done", "not made")
        if open_now:
            what = "freeze the line" if each.stage == "feature-complete" else f"release the {_named(each.stage)}"
            yield Duty(each.day, release.plan.lead, what, _how_to_reach(release, each.stage))


def _named(stage: str) -> str:
    return "final" if stage == "production" else stage


def _how_to_reach(release: PlannedRelease, stage: str) -> str:
    if stage == "feature-complete":
        return f"inv freeze {'minor' if release.version.minor else 'major'}"
    pre = PRE_RELEASE_OF.get(stage)
    return f"inv release {release.version.base_version}" + (f" --pre {pre}" if pre else "")


def _approvals(release: PlannedRelease, days: Calendar) -> Iterator[Duty]:
    """Yield the approvals of stages that were not reached: they count for the very commit that is released."""
    for each in days.days:
        if each.state(release.moment.day) not in ("done", "not made"):
            for role in release.policy.stage(each.stage).roles:
                yield Duty(each.day, role, f"approve the {_named(each.stage)}", f"inv approve {each.stage} --as {role}")


def _actions(release: PlannedRelease) -> Iterator[Duty]:
    for each in release.plan.action:
        if each.due and not each.done:
            yield Duty(each.due, each.owner, f"action: {each.text}", f"$EDITOR plans/{release.name}.toml")


def addresses(policy: Config, who: str) -> list[str]:
    """Return the addresses of a role, its deputies last; those of an address are itself."""
    return list(members(policy, who)) if any(each.name == who for each in policy.roles) else [who.lower()]


def of_person(policy: Config, found: Sequence[Duty], email: str) -> list[Duty]:
    """Return the duties of an address: its own, and those of the roles that it holds or is a deputy in."""
    return [each for each in found if email.lower() in addresses(policy, each.who)]


def called(policy: Config, duty: Duty, now: date) -> str:
    """Return who is called upon: the members of a role, and its deputies, too, once the day is over."""
    role = next((each for each in policy.roles if each.name == duty.who), None)
    if role is None:
        return duty.who or "no owner"
    deputies = role.deputies if duty.day < now or not role.members else ()
    held = [*role.members, *(f"{each}, deputy" for each in deputies)]
    return f"{role.name} ({'; '.join(held) or 'no members'})"


def as_text(release: PlannedRelease, found: Sequence[Duty], within: int) -> str:
    """Return who has to act by when, for a terminal."""
    now = release.moment.day
    rows = [
        (each.state(now, within), f"{each.day}", until(each.day, now), called(release.policy, each, now), each.what)
        for each in found
    ]
    lines = [*release.heading, "", *(columns(rows) or ["nothing is to be done"])]
    first = next((each for each in found if each.state(now, within) != "later"), None)
    return "\n".join([*lines, *(["", f"next: {first.run}"] if first else [])])


def notice(release: PlannedRelease, found: Sequence[Duty], within: int) -> list[str]:
    """Return the lines of a notice about what is overdue, and due within some days; none where nothing is.

    They hold days, not how far away these are: the same duties give the same notice.
    """
    now, lines = release.moment.day, []
    for state, title in (("overdue", "Overdue"), ("due", "Due soon")):
        rows = [each for each in found if each.state(now, within) == state]
        if rows:
            acts = (f"- {each.day}, {called(release.policy, each, now)}: {each.what}" for each in rows)
            lines += ["", f"{title}:", *acts]
    count = sum(each.startswith("- ") for each in lines)
    return [f"{release.name}: {count} to do", *lines] if lines else []


def as_document(release: PlannedRelease, found: Sequence[Duty], within: int) -> dict[str, Any]:
    """Return who has to act by when, for machines."""
    now = release.moment.day
    return {
        "release": release.name,
        "as_of": now,
        "duties": [
            {
                "state": each.state(now, within),
                "day": each.day,
                "who": each.who or None,
                "addresses": addresses(release.policy, each.who) if each.who else [],
                "what": each.what,
                "run": each.run,
            }
            for each in found
        ],
    }
