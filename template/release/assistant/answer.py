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
UNFIT = "a change that the plan cannot have"  # the rule by which a proposal is dropped
_KINDS = ("claims", "risks", "questions", "proposals")


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


_CLAIM = {"text": _TEXT, "cites": _CITES}
_CHANCE = {"type": "number", "minimum": 0, "maximum": 1}
_CHANGED = ("rank", "value", "effort", "risk", "by", "defer")
_CHANGE: dict[str, Any] = {
    "item": {"type": "string"},
    "key": {"type": "string", "enum": [*_CHANGED]},
    "to": {"type": ["string", "number"]},
}
_PARTS: dict[str, Any] = {
    "claims": {"type": "array", "items": _table(_CLAIM)},
    "risks": {"type": "array", "items": _table(_CLAIM | {"chance": _CHANCE, "by": {"type": "string"}})},
    "questions": {"type": "array", "items": _table(_CLAIM)},
    "chance_of_date": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
}
SCHEMA = _table(_PARTS)
SCHEMA_WITH_PROPOSALS = _table(_PARTS | {"proposals": {"type": "array", "items": _table(_CLAIM | _CHANGE)}})


@dataclass(frozen=True)
class Change:
    """What a proposal would change of an item of the plan: a key of it, or with `defer` the release that it is in."""

    item: str
    key: str
    to: str | float


@dataclass(frozen=True)
class Claim:
    """A sentence with the facts that it cites; a risk also has the model's own estimate, and the day that it is for."""

    kind: str
    text: str
    cites: tuple[Fact, ...]
    chance: float | None = None
    by: date | None = None
    change: Change | None = None


@dataclass(frozen=True)
class Proposal:
    """A change of the plan with its reason: the diff, and the command with which a person makes it."""

    claim: Claim
    change: Change
    diff: str
    run: str


@dataclass(frozen=True)
class Answer:
    """The claims that are supported, how many were dropped by which rule, and the model's chance of the date."""

    claims: tuple[Claim, ...]
    dropped: Mapping[str, int]
    chance: float | None = None
    proposals: tuple[Proposal, ...] = ()


def answer_in(text: str, evidence: Evidence, most: int) -> Answer:
    """Return what can be used of a model's text; raise ReleaseError for one that is not of the schema."""
    document = _document(text)
    known, dropped = evidence.by_id, Counter[str]()
    claims: list[Claim] = []
    for kind in _KINDS:
        for row in _rows(document, kind):
            claim, why = _claim(kind, row, known)
            said = {(each.text, each.change) for each in claims}
            why = why or ("repeated" if (claim.text, claim.change) in said else "")
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
    stated = float(chance) if _is_chance(chance) and chance is not None else None
    claim = Claim(kind, row["text"], cited, stated, by, _change(row) if kind == "proposals" else None)
    if len(cited) < len(set(ids)):
        return claim, "a fact cited that there is not"
    if kind == "risks" and (claim.chance is None or by is None):
        return claim, "a risk without a chance and a day"
    if kind == "proposals" and claim.change is None:
        return claim, UNFIT
    return claim, why_unsupported(claim.text, cited)


def _change(row: Mapping[str, Any]) -> Change | None:
    """Return what a proposal would change; None where it does not say that as the schema asks."""
    item, key, to = row.get("item"), row.get("key"), row.get("to")
    if not isinstance(item, str) or not isinstance(key, str) or key not in _CHANGED or isinstance(to, bool):
        return None
    return Change(item, key, to) if isinstance(to, str | int | float) else None


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
