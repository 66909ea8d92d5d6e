"""The days from which a series of releases gets less: fixes only, security fixes only, nothing any more."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from release.config.planning_config import CalendarConfig
from release.planning.plan import DatesTable


class Support(Enum):
    """What a series gets; it only ever gets less."""

    PLANNED = "planned"
    FULL = "full"
    FIXES = "fixes only"
    SECURITY = "security only"
    ENDED = "ended"


KEYS = {Support.FIXES: "fixes_only", Support.SECURITY: "security_only", Support.ENDED: "end_of_life"}


def changes_of(rules: CalendarConfig, dates: DatesTable, final: date, path: str) -> dict[Support, tuple[date, str]]:
    """Return {state: (its day, the key that says so)} of a series, in their order, by the first final's day."""
    found: dict[Support, tuple[date, str]] = {}
    for state, key in KEYS.items():
        given, days = getattr(dates, key), getattr(rules, key)
        if given:
            found[state] = (given, f"{path}      (dates.{key})")
        elif days:
            found[state] = (final + timedelta(days=days), f"release.toml      (calendar.{key})")
    return found
