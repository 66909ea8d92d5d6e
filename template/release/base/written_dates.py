"""Dates as people write them: found in a text, and another day written in the same form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NAME = "(?P<B>" + "|".join(_MONTHS) + ")|(?P<b>" + "|".join(f"{each[:3]}" for each in _MONTHS) + r")(?P<dot>\.?)"
_MONTH = f"(?:{_NAME})"
_DAY = r"(?P<d>\d{1,2})(?P<th>[snrt][tdh])?"
_YEAR = r"(?P<Y>(?:19|20)\d\d)"
_FORMS = (
    re.compile(rf"(?<![\d.]){_YEAR}(?P<s>[-/.])(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\.?\d)"),
    re.compile(rf"(?<!\w){_MONTH} {_DAY},? {_YEAR}(?!\d)"),
    re.compile(rf"(?<![\d.]){_DAY}(?: |-){_MONTH}(?: |-|, ){_YEAR}(?!\d)"),
    re.compile(rf"(?<![\d.])(?P<d>\d\d?)(?P<s>[./-])(?P<m>\d\d?)(?P=s){_YEAR}(?!\d)"),
    re.compile(rf"(?<!\w){_MONTH} {_YEAR}(?!\d)"),
)
_AMBIGUOUS = _FORMS[3]  # day or month first
_TWELVE = 12


def date_span(text: str) -> tuple[int, int] | None:
    """Return where a date is in a text."""
    found = next(filter(None, (form.search(text) for form in _FORMS)), None)
    return found.span() if found else None


def written_like(examples: Iterable[str], day: date) -> str | None:
    """Return a day in the form of the first date in `examples`; None where they have none, or do not show its form.

    Whether 03/04/2025 has the day first is shown by an example with a number above 12.
    """
    texts = list(examples)
    for text in texts:
        span = date_span(text)
        form = next((each for each in _FORMS if each.search(text)), None)
        if span and form:
            found = form.search(text)
            first = _day_first(texts) if form is _AMBIGUOUS else False
            swapped = form is _AMBIGUOUS and first is False
            return _like(found, day, month_first=swapped) if found and first is not None else None
    return None


def _day_first(texts: list[str]) -> bool | None:
    """Return whether the day comes before the month; None where no date shows it. Dots and dashes have it first."""
    for text in texts:
        for found in _AMBIGUOUS.finditer(text):
            if found["s"] in ".-" or int(found["d"]) > _TWELVE:
                return True
            if int(found["m"]) > _TWELVE:
                return False
    return None


def _like(found: re.Match[str], day: date, *, month_first: bool) -> str:
    """Return a day in the form of a date that was found: each part of it replaced, all between them kept."""
    groups = found.groupdict()
    padded = found.re is _FORMS[0] or any((groups.get(key) or "").startswith("0") for key in ("d", "m"))
    name = _MONTHS[day.month - 1]
    new = {
        "Y": str(day.year),
        "B": name,
        "b": name[:3],
        "th": _ordinal(day.day),
        "d": f"{day.month if month_first else day.day:0{1 + padded}}",
        "m": f"{day.day if month_first else day.month:0{1 + padded}}",
    }
    spans = sorted((*found.span(key), new[key]) for key in new if groups.get(key))
    text, at = "", found.start()
    for start, end, value in spans:
        text += found.string[at:start] + value
        at = end
    return text + found.string[at : found.end()]


def _ordinal(number: int) -> str:
    ending = 0 if number % 100 in (11, 12, 13) or number % 10 > 3 else number % 10
    return "thstndrd"[2 * ending : 2 * ending + 2]
