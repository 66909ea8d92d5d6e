"""The facts that a model is given: the JSON of a command as numbered records, without secrets and addresses.

Texts that people wrote (titles, notes, reasons) stand apart from computed values: they are quotations, never facts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from release.base.control_characters import visible
from release.base.mail_addresses import without_addresses

# Keys of the commands' JSON whose values people wrote.
WRITTEN = frozenset(
    ("title", "text", "theme", "reason", "note", "notes", "mitigation", "owner", "criteria", "contingency", "decisions")
)
_TITLE = "; the newest: "  # after which a finding of the watch has the title of an issue
_LONGEST = 2000  # characters of one value
_SHORTEST = 4  # characters of a text that is cut out of sentences; shorter ones would cut ordinary words and numbers


@dataclass(frozen=True)
class Fact:
    """One record: what was computed, and what people wrote, both as {key: text or number}."""

    id: str
    path: str
    values: Mapping[str, Any]
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def computed(self) -> str:
        """The computed values as one text."""
        return "; ".join(f"{key} {_word(value)}" for key, value in self.values.items())

    @property
    def quoted(self) -> str:
        """What people wrote, as one text."""
        return "\n".join(self.written.values())


@dataclass(frozen=True)
class Evidence:
    """All the facts that an answer may cite; `left_out`: how many more there were than may be sent."""

    facts: tuple[Fact, ...]
    left_out: int = 0

    @property
    def text(self) -> str:
        """The facts as the model gets them: one JSON object a line, so that no text can end its own record."""
        rows = [
            {"id": each.id, "path": each.path, "values": each.values}
            | ({"written_by_people": each.written} if each.written else {})
            for each in self.facts
        ]
        return "\n".join(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)

    @property
    def digest(self) -> str:
        """The sha256 of the facts, in lower-case hex."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()

    @property
    def by_id(self) -> dict[str, Fact]:
        """The facts by their ids."""
        return {each.id: each for each in self.facts}


def evidence_of(document: Mapping[str, Any], foreign: Collection[str] = (), most: int = 400) -> Evidence:
    """Return the records of a document; `foreign` are texts by people, which are cut out of computed sentences."""
    texts = {_cleaned(each) for each in (*foreign, *_written_in(document))}
    foreign = sorted((each for each in texts if len(each) >= _SHORTEST), key=lambda each: (-len(each), each))
    found = [
        Fact(f"f{number}", path, values, written)
        for number, (path, values, written) in enumerate(_records(document, "", foreign), 1)
    ]
    return Evidence(tuple(found[:most]), max(0, len(found) - most))


def _written_in(value: Any, key: str = "") -> Iterator[str]:
    """Yield each text by people in a document."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _written_in(each, name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _written_in(each, key)
    elif key in WRITTEN and isinstance(value, str):
        yield value


def _records(
    table: Mapping[str, Any], path: str, foreign: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Yield (path, computed values, written texts) of a table, then of the tables in it."""
    values: dict[str, Any] = {}
    written: dict[str, str] = {}
    inner: list[tuple[str, Mapping[str, Any]]] = []
    for key, value in table.items():
        place = f"{path}.{key}".lstrip(".")
        if isinstance(value, Mapping):
            inner.append((place, value))
        elif isinstance(value, list | tuple) and value and all(isinstance(each, Mapping) for each in value):
            values[f"{key} (count)"] = len(value)
            inner += [(f"{place}[{number}]", each) for number, each in enumerate(value)]
        elif key in WRITTEN:
            written[key] = _cleaned("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value or ""))
        elif value is not None and value != "":
            before, newest, title = str(value).partition(_TITLE) if isinstance(value, str) else (value, "", "")
            values[key] = _value(before, foreign)
            if newest:
                written["title"] = _cleaned(title)
    written = {key: text for key, text in written.items() if text}
    if values or written:
        yield path or "release", values, written
    for place, each in inner:
        yield from _records(each, place, foreign)


def _value(value: Any, foreign: Sequence[str]) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_value(each, foreign) for each in value]
    text = _cleaned(str(value))
    for each in foreign:
        text = text.replace(each, "[text]")
    return text


def _cleaned(text: str) -> str:
    """Return a text without secrets, addresses and control characters, cut where it is long."""
    return visible(without_addresses(text))[:_LONGEST]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_word, value)) if isinstance(value, list) else str(value)
