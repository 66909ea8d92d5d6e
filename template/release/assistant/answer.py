"""The answer of a model: its JSON schema, and what of an answer can be used after each claim was checked."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from release.assistant.claim_check import LONGEST, why_unsupported
from release.assistant.evidence import Evidence, Fact
from release.base.errors import ReleaseError

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)\n?```\s*", re.DOTALL)
_CITES: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_TEXT: dict[str, Any] = {"type": "string", "maxLength": LONGEST}
_KINDS = ("claims", "risks", "questions")


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


_CLAIM = {"text": _TEXT, "cites": _CITES}
_CHANCE = {"type": "number", "minimum": 0, "maximum": 1}
SCHEMA: dict[str, Any] = _table(
    {
        "claims": {"type": "array", "items": _table(_CLAIM)},
        "risks": {"type": "array", "items": _table(_CLAIM | {"chance": _CHANCE, "by": {"type": "string"}})},
        "questions": {"type": "array", "items": _table(_CLAIM)},
        "chance_of_date": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    }
)


@dataclass(frozen=True)
class Claim:
    """A sentence with the facts that it cites; a risk also has the model's own estimate, and the day that it is for."""

    kind: str
    text: str
    cites: tuple[Fact, ...]
    chance: float | None = None
    by: date | None = None


@dataclass(frozen=True)
class Answer:
    """The claims that are supported, how many were dropped by which rule, and the model's chance of the date."""

    claims: tuple[Claim, ...]
    dropped: Mapping[str, int]
    chance: float | None = None


def answer_in(text: str, evidence: Evidence, most: int) -> Answer:
    """Return what can be used of a model's text; raise ReleaseError for one that is not of the schema."""
    document = _document(text)
    known, dropped = evidence.by_id, Counter[str]()
    claims: list[Claim] = []
    for kind in _KINDS:
        for row in _rows(document, kind):
            claim, why = _claim(kind, row, known)
            why = why or ("repeated" if claim.text in {each.text for each in claims} else "")
            why = why or ("more than are shown" if len(claims) >= most else "")
            if why:
                dropped[why] += 1
            else:
                claims.append(claim)
    chance = document.get("chance_of_date")
    if chance is not None and not _is_chance(chance):
        raise _unusable("chance_of_date is no number from 0 to 1")
    return Answer(tuple(claims), dict(sorted(dropped.items())), None if chance is None else float(chance))


def _document(text: str) -> dict[str, Any]:
    """Return the object in a text: the whole text, or one block of code in it that is all there is."""
    fenced = _FENCE.fullmatch(text.strip())
    try:
        found = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise _unusable("it is no JSON") from None
    if not isinstance(found, dict):
        raise _unusable("it is no JSON object")
    return found


def _rows(document: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    rows = document.get(kind, [] if kind != "claims" else None)
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise _unusable(f"{kind} is no array of objects")
    for each in rows:
        cites = each.get("cites", [])
        if not isinstance(each.get("text"), str) or not isinstance(cites, list):
            raise _unusable(f"one of its {kind} has no text or no array of cites")
        yield each


def _claim(kind: str, row: Mapping[str, Any], known: Mapping[str, Fact]) -> tuple[Claim, str]:
    """Return a claim, and why it is dropped (empty: it is not)."""
    ids = [each if isinstance(each, str) else "" for each in row.get("cites", [])]
    cited = tuple(known[each] for each in dict.fromkeys(ids) if each in known)
    chance, by = row.get("chance"), _day(row.get("by"))
    claim = Claim(kind, row["text"], cited, float(chance) if _is_chance(chance) and chance is not None else None, by)
    if len(cited) < len(set(ids)):
        return claim, "a fact cited that there is not"
    if kind == "risks" and (claim.chance is None or by is None):
        return claim, "a risk without a chance and a day"
    return claim, why_unsupported(claim.text, cited)


def _is_chance(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _unusable(why: str) -> ReleaseError:
    return ReleaseError(
        "cannot use the assistant's answer", why=why, run="$EDITOR release.toml      ([assistant] model)"
    )
