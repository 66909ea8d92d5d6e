"""Whether a claim is supported by the facts that it cites: every number, quotation, address and verdict in it is there.

What a sentence means beyond that no program can check; so a claim is shown with its facts, and decides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from release.assistant.evidence import Fact

LONGEST = 500  # characters of a claim
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|`([^`]+)`')
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\S+@\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\s(){}\[\],;!?\"“”`<>=]*\d[^\s(){}\[\],;!?\"“”`<>=]*")
_NUMERIC = re.compile(r"[\d.,:/+-]+")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_PARTS = re.compile(r"\d+(?:[.,]\d+)*")
_SPELLED = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = {name: 10 * number for number, name in enumerate(("thirty", "forty", "fifty", "sixty", "seventy"), 3)}
_NUMBERS: Mapping[str, int] = (
    {name: number for number, name in enumerate(_SPELLED) if name not in ("zero", "one")}  # "one" is also a pronoun
    | _TENS
    | {"eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
)
# Verdicts, which only the rules give: a claim may repeat one that its facts have.
_VERDICTS = re.compile(
    r"\b(green|yellow|red|approved|waived|passed|failed|yanked|take back|no[ -]go|safe to release|ready to release)\b",
    re.IGNORECASE,
)


def why_unsupported(text: str, cited: Sequence[Fact]) -> str:
    """Return why a claim is dropped, by the rule that it broke; empty where it is supported."""
    if not text.strip() or len(text) > LONGEST:
        return "empty or too long"
    if any(unicodedata.category(each).startswith("C") for each in text):  # also what is not seen, and half characters
        return "control characters"
    if not cited:
        return "no fact cited"
    plain = unicodedata.normalize("NFKC", text)
    whole = "\n".join(f"{each.computed}\n{each.quoted}" for each in cited)
    if any(_spaced(quote) not in _spaced(whole) for quote in _quotations(plain)):
        return "a quotation that its facts do not have"
    plain = _QUOTED.sub(" ", plain)
    if any(found[0].rstrip(".,;:)") not in whole for found in _ADDRESS.finditer(plain)):
        return "an address that its facts do not have"
    computed = "; ".join(each.computed for each in cited)
    if not _numbers_known(_ADDRESS.sub(" ", plain), computed, {each.id for each in cited}):
        return "a number that its facts do not have"
    known = {found[0].lower().replace("-", " ") for found in _VERDICTS.finditer(computed)}
    said = {found[0].lower().replace("-", " ") for found in _VERDICTS.finditer(plain)}
    return "a verdict that its facts do not have" if said - known else ""


def _quotations(text: str) -> list[str]:
    return [next(filter(None, found.groups())) for found in _QUOTED.finditer(text)]


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _numbers_known(text: str, computed: str, ids: set[str]) -> bool:
    """Return whether each number of a text, in figures or in words, is among the computed values."""
    there = {word.strip(".,:'%") for word in _WORD.findall(computed)}
    values = {value for word in there for value in _values_of(word)}
    for word in (each.strip(".,:'") for each in _WORD.findall(text)):
        bare = word.rstrip("%").strip(".,:'~#")
        if word in ids or bare in there:
            continue
        if _NUMERIC.fullmatch(bare):
            if not _is_value(bare, values):
                return False
        elif not all(_is_value(part, values) for part in _PARTS.findall(bare)):
            return False
    spelled = (_NUMBERS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _NUMBERS)
    return all(str(number) in values for number in spelled)


def _is_value(text: str, values: set[str]) -> bool:
    """Return whether a number is among the values as it is written, also as a percentage of one (72 for 0.7213)."""
    if not _NUMBER.fullmatch(text):
        return False
    plain = text.replace(",", "")
    return plain in values or any(0 < float(value) < 1 and str(round(100 * float(value))) == plain for value in values)


def _values_of(word: str) -> list[str]:
    """Return the ways to write the number that a word of the facts is: none for a day or a name."""
    text = word.removeprefix("#").lstrip("+-").replace(",", "")
    return [text, f"{float(text):g}"] if _NUMBER.fullmatch(text) else []
