"""The calendar of a planned release: the day of each stage, counted from the final, and whether it was reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN
from release.base.errors import ReleaseError
from release.config.planning_config import CalendarConfig
from release.planning.dates.support_days import Support, changes_of
from release.planning.dates.working_days import WorkingDays
from release.planning.moment import day_of
from release.planning.plan import DatesTable
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, counted, escaped, percent, table, until
from release.values.version_numbers import ZERO, bump_between, series

SURE = 0.85  # where no date is planned: the day by which all is done with this probability
BEFORE = ("alpha", "feature-complete", "beta", "candidate")
_AFTERWARDS = {Support.FIXES: "fixes-only", Support.SECURITY: "security-only", Support.ENDED: "end-of-life"}
_OF_TAG = {"alpha": "a", "beta": "b", "candidate": "rc"}


@dataclass(frozen=True)
class StageDay:
    """The day of a stage; `note` says how it differs from the offset, `evidence` what shows that it was reached."""

    stage: str
    day: date
    note: str = ""
    evidence: str = ""
    reached: date | None = None
    passed: bool = False  # the evidence is that of a later stage
    asked: bool = True  # the project makes such a stage, or is told to by its release.toml or the plan

    def state(self, now: date) -> str:
        """Return done, late, today or ahead; "not made" for a past stage that the project does not make."""
        if self.evidence:
            return "done"
        if not self.asked and self.day < now:
            return "not made"
        return "today" if self.day == now else "late" if self.day < now else "ahead"


@dataclass(frozen=True)
class Calendar:
    """The days of a release, oldest first; `counted_from` says where the final's day comes from."""

    days: tuple[StageDay, ...]
    counted_from: str

    def of(self, stage: str) -> StageDay | None:
        """Return the day of a stage, or None where it has none."""
        return next((each for each in self.days if each.stage == stage), None)

    def next(self, now: date) -> StageDay | None:
        """Return the first stage that was not reached, late or ahead; None when all were."""
        stages, over = (*BEFORE, "production"), ("done", "not made")
        return next((each for each in self.days if each.stage in stages and each.state(now) not in over), None)

    def coming(self, now: date) -> StageDay | None:
        """Return the first stage that was not reached and is not late; None when there is none."""
        stages = (*BEFORE, "production")
        return next(
            (each for each in self.days if each.stage in stages and each.state(now) in ("today", "ahead")), None
        )


def calendar(git: Git, release: PlannedRelease) -> Calendar:
    """Return the calendar of a planned release; raise ReleaseError where it has no date and none can be forecast."""
    rules = release.policy.calendar
    working = WorkingDays(rules)
    final, source = _final(release, working)
    found, asked = _reached(git, release), _asked(git, release)
    days = [
        StageDay(stage, day, note, *found.get(stage, ("", None)), asked=stage in asked)
        for stage in BEFORE
        for day, note in [_day_before(rules, release.plan.dates, working, final, stage)]
        if day and (release.version.micro == 0 or stage == "candidate")
    ]
    days = _passed(days)
    days.append(StageDay("production", final, _off(working, final), *found.get("production", ("", None))))
    later = _afterwards(rules, release.plan.dates, working, release.released or final, release.version)
    return Calendar((*days, *later), source)


def _final(release: PlannedRelease, working: WorkingDays) -> tuple[date, str]:
    if release.plan.date:
        return release.plan.date, ""
    if release.released:
        return release.released, ""
    forecast = release.forecast()
    if forecast is None:
        why = f"plans/{release.name}.toml has no date, and there is not enough history for a forecast"
        raise ReleaseError(
            f"cannot make the calendar of {release.name}", why=why, run=f"$EDITOR plans/{release.name}.toml"
        )
    lead = timedelta(days=0 if release.version.micro else release.policy.calendar.feature_complete)
    source = f"no date is planned: counted from the day by which all is done with {percent(SURE)}"
    return working.after(forecast.by(SURE) + lead), source


def _day_before(
    rules: CalendarConfig, dates: DatesTable, working: WorkingDays, final: date, stage: str
) -> tuple[date | None, str]:
    """Return the day of a stage before the final, and a note; None where the stage has no day."""
    key = stage.replace("-", "_")
    given: date | None = getattr(dates, key)
    if given:
        return given, "; ".join(filter(None, ("in the plan", _off(working, given))))
    days = getattr(rules, key)
    if not days:
        return None, ""
    counted_back = final - timedelta(days=days)
    day = working.before(counted_back)
    return day, "" if day == counted_back else f"{counted_back} is {working.off(counted_back)}"


def _off(working: WorkingDays, day: date) -> str:
    off = working.off(day)
    return f"this is {off}" if off else ""


def _passed(days: list[StageDay]) -> list[StageDay]:
    """Return the days; one without evidence has passed when a later stage was reached."""
    found: list[StageDay] = []
    later: tuple[str, date | None] = ("", None)
    for each in reversed(days):
        later = (each.evidence, each.reached) if each.evidence else later
        found.insert(0, replace(each, evidence=later[0], reached=later[1], passed=not each.evidence))
    return found


def _afterwards(
    rules: CalendarConfig, dates: DatesTable, working: WorkingDays, final: date, version: Version
) -> list[StageDay]:
    support = dates.support or working.after(final + timedelta(days=rules.support))
    days = [StageDay("support", support, "watched closely until then")] if rules.support or dates.support else []
    said = {Support.FIXES: "no new features", Support.SECURITY: "security fixes only", Support.ENDED: "no fixes"}
    found = changes_of(rules, dates, final, "") if version.micro == 0 else {}
    for state, (day, _) in found.items():
        since = "after that" if state is Support.ENDED else "from then on"
        days.append(StageDay(_AFTERWARDS[state], day, f"{said[state]} {since}"))
    return days


def _reached(git: Git, release: PlannedRelease) -> dict[str, tuple[str, date | None]]:
    """Return {stage: (evidence, day)} of the stages that were reached at the moment of the planned release."""
    found: dict[str, tuple[str, date | None]] = {}
    for version, (tag, at) in _tags(git, release).items():
        if Version(version.base_version) == Version(release.version.base_version):
            kind = version.pre[0] if version.pre else ""
            stage = next((name for name, word in _OF_TAG.items() if word == kind), "production")
            known = found.get(stage)
            if known is None or (known[1] and day_of(at) < known[1]):
                found[stage] = (tag, day_of(at))
    if release.version.micro == 0 and (frozen := _freeze(git, release)):
        found["feature-complete"] = (f"freeze {frozen[:7]}", day_of(git.time_of(frozen)))
    due = [each for each in release.items if each.item.by in ("alpha", "feature-complete")]
    if "feature-complete" not in found and due and all(each.done for each in due):
        days = [each.day for each in due if each.day]
        found["feature-complete"] = (f"{counted(len(due), 'item')} done", max(days, default=None))
    return found


def _freeze(git: Git, release: PlannedRelease) -> str | None:
    """Return the commit of the release's freeze, which came after the release before it; None where there is none."""
    since = f"refs/tags/{release.policy.tag_of(release.base)}" if release.base else ""
    return git.marks.commit_with(FROZEN, series(release.version), release.line, since)


def _asked(git: Git, release: PlannedRelease) -> set[str]:
    """Return the stages that are late when their day is over: a project that makes no alphas owes none.

    Where no date is planned none is: the days move with the forecast.
    """
    if not release.plan.date:
        return set()
    kind = bump_between(release.base or ZERO, release.version).value
    named = {stage for stage in BEFORE if getattr(release.plan.dates, stage.replace("-", "_"))}
    made = {each.pre[0] for each in _tags(git, release) if each.pre}
    usual = {stage for stage, letter in _OF_TAG.items() if letter in made}
    return {"feature-complete", *release.policy.type(kind).stages, *named, *usual}


def _tags(git: Git, release: PlannedRelease) -> dict[Version, tuple[str, int]]:
    """Return {version: (tag, seconds since 1970 of its commit)} of what was released at the moment."""
    shown = "--format=%(refname:strip=2)%00%(*committerdate:unix)%00%(committerdate:unix)"
    rows = (row.split("\0") for row in git.read("for-each-ref", shown, "refs/tags").splitlines())
    times = {tag: int(peeled or direct or 0) for tag, peeled, direct in rows}
    found = {version: (tag, at) for tag, at in times.items() if (version := release.policy.version_of(tag))}
    return {version: each for version, each in found.items() if each[1] <= release.moment.until}


def as_text(release: PlannedRelease, found: Calendar) -> str:
    """Return the calendar for a terminal."""
    rows = [_row(each, release.moment.day) for each in found.days]
    source = [found.counted_from] if found.counted_from else []
    lines = [*release.heading, *source, "", *columns(rows), "", "a day ends Anywhere on Earth (UTC-12)"]
    return "\n".join([*lines, *(["", f"next: {release.how_to_move}"] if release.overdue else [])])


def as_markdown(release: PlannedRelease, found: Calendar) -> str:
    """Return the calendar as a document of Markdown."""
    first, *others = map(escaped, release.heading)
    rows = [_row(each, release.moment.day) for each in found.days]
    head = [
        f"# {first}: calendar",
        "",
        *others,
        *([found.counted_from] if found.counted_from else []),
        "",
    ]
    return "\n".join([*head, *table(("Stage", "Day", "State"), rows)])


def _row(each: StageDay, now: date) -> tuple[str, str, str]:
    state = each.state(now)
    if each.stage in ("support", *_AFTERWARDS.values()):
        when = until(each.day, now)
    elif state == "done":
        when = f"{'passed' if each.passed else 'done'} by {each.evidence}" + (
            f", {each.reached}" if each.reached else ""
        )
    elif state == "not made":
        when = state
    elif state == "late":
        when = f"late by {counted((now - each.day).days, 'day')}"
    else:
        when = until(each.day, now)
    return each.stage, f"{each.day:%a} {each.day}", when + (f"; {each.note}" if each.note and state != "done" else "")


def as_document(release: PlannedRelease, found: Calendar) -> dict[str, Any]:
    """Return the calendar for machines."""
    now = release.moment.day
    return {
        "release": release.name,
        "as_of": now,
        "counted_from": found.counted_from or "the planned date",
        "stages": [
            {
                "stage": each.stage,
                "day": each.day,
                "state": each.state(now),
                "evidence": each.evidence or None,
                "reached": each.reached,
                "note": each.note or None,
            }
            for each in found.days
        ],
    }
