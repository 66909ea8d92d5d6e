"""Which days are working days: neither at a weekend nor a holiday nor quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from release.base.errors import ReleaseError
from release.config.planning_config import CalendarConfig, quiet_span

_FAR = 366  # days that are looked through for a working one
_ONE = timedelta(days=1)


class WorkingDays:
    """The working days of a calendar's configuration."""

    def __init__(self, calendar: CalendarConfig) -> None:
        self._calendar = calendar
        self._holiday = _holidays(calendar.holidays) if calendar.holidays else lambda _: ""

    def off(self, day: date) -> str:
        """Return why a day is not a working day: "a Saturday", the holiday, "a quiet day"; empty for one that is."""
        if self.quiet(day):
            return "a quiet day"
        if day.weekday() >= 5:
            return f"a {day:%A}"
        return self._holiday(day)

    def quiet(self, day: date) -> bool:
        """Return whether a day is quiet."""
        spans = (quiet_span(each, day.year + back) for each in self._calendar.quiet for back in (-1, 0))
        return any(first <= day <= last for first, last in spans)

    def before(self, day: date) -> date:
        """Return the newest working day that is not after a day."""
        return self._next(day, -_ONE)

    def after(self, day: date) -> date:
        """Return the first working day that is not before a day."""
        return self._next(day, _ONE)

    def _next(self, day: date, step: timedelta) -> date:
        found = day
        for _ in range(_FAR):
            if not self.off(found):
                return found
            found += step
        return day


def _holidays(place: str) -> Callable[[date], str]:
    """Return what names the holiday of a day, by the library holidays; it is imported only where one is wanted."""
    what = f"cannot use the holidays of {place}"
    try:
        from holidays import country_holidays
    except ModuleNotFoundError as error:
        why = "the package holidays is not installed"
        raise ReleaseError(what, why=why, run="uv pip install holidays") from error
    country, _, part = place.partition("-")
    try:
        known = country_holidays(country, subdiv=part or None)
    except NotImplementedError as error:
        raise ReleaseError(what, why=str(error), run="$EDITOR release.toml") from error
    return lambda day: known.get(day) or ""
