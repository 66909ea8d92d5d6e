"""The policy of planning: [calendar], [plan] and [health] of release.toml; absent, nothing is asked for."""

from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import dataclass

from release.config.toml_schema import key, wrong

_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_BEFORE = ("alpha", "feature_complete", "beta", "candidate")
_AFTER = ("fixes_only", "security_only", "end_of_life")
_HOLIDAYS = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True)
class CalendarConfig:
    """When the stages of a planned release are due, counted from its final, and on which days nothing is."""

    alpha: int = key(28, "Days before the final that the alpha is due; 0: there is none.")
    feature_complete: int = key(21, "Days before the final by which every feature is on the branch; 0: not asked.")
    beta: int = key(14, "Days before the final that the freeze and the beta are due; 0: there is none.")
    candidate: int = key(7, "Days before the final that the first candidate is due; 0: there is none.")
    support: int = key(7, "Days after the final that the release is watched closely.")
    fixes_only: int = key(0, "Days after the final of a series from which it gets no new features; 0: not said.")
    security_only: int = key(0, "Days after that final from which it gets security fixes only; 0: not said.")
    end_of_life: int = key(0, "Days after the final that it gets fixes; 0: not said.")
    series: int = key(0, "How many of the newest series are supported; older ones have ended; 0: as their days say.")
    holidays: str = key(
        "", 'The country whose holidays are not working days, optionally with a subdivision: "DE", "US-CA".'
    )
    quiet: tuple[str, ...] = key(
        (), 'Days without releases: "2026-12-24", "2026-12-20/2027-01-03", each year "12-20/01-03".'
    )
    strict: bool = key(False, "Refuse a stage before its day or on a quiet day, instead of warning.")
    soak: int = key(0, "Days that the newest candidate must be available before the final; 0: no minimum.")


@dataclass(frozen=True)
class PlanConfig:
    """What issues on the forge mean for a plan; without a forge none of it matters."""

    issues: bool = key(True, "An item is also done when its issue is closed as completed on the forge.")
    blocker: str = key("release-blocker", "The label of open issues that block a planned release; empty: none.")
    okay_after: str = key("okay-after-{stage}", "The label of a blocker that blocks only later stages; empty: none.")
    must: str = key("must", "The label of issues that `inv plan --pull` takes as must.")
    should: str = key("should", "The label of issues that `inv plan --pull` takes as should.")
    dropped: tuple[str, ...] = key(
        ("wontfix", "invalid", "duplicate", "not planned"),
        "Labels of closed issues that were not done, for forges that do not record it.",
    )


@dataclass(frozen=True)
class HealthConfig:
    """From which probability of the planned date on a release is Yellow, and Green."""

    red: float = key(0.5, "Below this probability of the planned date a release is Red.")
    yellow: float = key(0.85, "Below this probability of the planned date a release is Yellow.")


def refuse_nonsense_in_plan(plan: PlanConfig) -> None:
    """Raise ReleaseError for a label that would fit no stage."""
    if plan.okay_after and plan.okay_after.count("{stage}") != 1:
        raise wrong("plan.okay_after", f'"{plan.okay_after}" must hold {{stage}} once')


def refuse_nonsense_in_health(health: HealthConfig) -> None:
    """Raise ReleaseError for probabilities that are none, or out of order."""
    if not 0 <= health.red <= health.yellow < 1:
        raise wrong("health", f"red = {health.red:g} and yellow = {health.yellow:g} are not in order within 0 and 1")


def refuse_nonsense_in_calendar(calendar: CalendarConfig) -> None:
    """Raise ReleaseError for offsets out of order, and for days that cannot be read."""
    for name in (*_BEFORE, "support", *_AFTER, "series", "soak"):
        if not 0 <= getattr(calendar, name) <= 36_500:
            raise wrong(f"calendar.{name}", f"{getattr(calendar, name)} is not a number of days")
    for first, second in itertools.pairwise([name for name in _BEFORE if getattr(calendar, name)]):
        if getattr(calendar, first) < getattr(calendar, second):
            why = f"{getattr(calendar, first)} days before the final is later than {second}"
            raise wrong(f"calendar.{first}", why)
    for first, second in itertools.pairwise([name for name in _AFTER if getattr(calendar, name)]):
        if getattr(calendar, first) > getattr(calendar, second):
            why = f"{getattr(calendar, first)} days after the final is later than {second}"
            raise wrong(f"calendar.{first}", why)
    if calendar.holidays and not _HOLIDAYS.fullmatch(calendar.holidays):
        raise wrong("calendar.holidays", f'"{calendar.holidays}" is not a country such as DE, or US-CA')
    for number, text in enumerate(calendar.quiet):
        try:
            quiet_span(text, 2028)
        except ValueError:
            why = f'"{text}" is not a day such as 2026-12-24, or a span such as 12-20/01-03'
            raise wrong(f"calendar.quiet[{number}]", why) from None


def quiet_span(text: str, year: int) -> tuple[datetime.date, datetime.date]:
    """Return the first and last of quiet days, those of each year for a year; raise ValueError for none."""
    first, _, last = text.partition("/")
    start = _day(first, year)
    end = _day(last or first, year)
    if end < start and _YEARLY.fullmatch(last or first):
        end = _day(last, year + 1)
    if end < start:
        raise ValueError(text)
    return start, end


def _day(text: str, year: int) -> datetime.date:
    yearly = _YEARLY.fullmatch(text)
    if not yearly:
        return datetime.date.fromisoformat(text)
    month, day = int(yearly[1]), int(yearly[2])
    leap = month == 2 and day == 29  # only each fourth year has it
    return datetime.date(year, month, 28 if leap and year % 4 else day)
