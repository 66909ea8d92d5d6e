"""Tables of TOML as frozen dataclasses: each key has a type, a default and a sentence; an unknown key is refused."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from release.base.errors import ReleaseError

FILE = "release.toml"
T = TypeVar("T")


def key(default: Any, doc: str) -> Any:
    """Declare a key: its default and the sentence that explains it in schema and docs."""
    return field(default=default, metadata={"doc": doc})


def wrong(key: str, why: str, file: str = FILE) -> ReleaseError:
    """Return the refusal of a key's value in a file."""
    return ReleaseError(f"cannot use {file}: {key}", why=why, run=f"$EDITOR {file}")


def missing() -> ReleaseError:
    """Return the refusal where no release.toml says to which indexes a release goes."""
    why = f"there is no {FILE} in this tree, and no branch has one that names it as the main branch"
    run = f"git log --all --oneline -- {FILE}      (git checkout COMMIT -- {FILE} restores it)"
    return ReleaseError("cannot release", why=why, run=run)


def build(cls: type[T], table: Mapping[str, Any], where: str = "", file: str = FILE) -> T:
    """Return the dataclass `cls` that a parsed table of a file gives; `where` is the name of the table, with a dot."""
    keys, hints = _keys(cls)  # type: ignore[arg-type]  # a class can be hashed, as type[T] does not say
    for name in table:
        if name not in keys:
            near = difflib.get_close_matches(name, keys, n=1, cutoff=0.5)
            known = f"did you mean {near[0]}?" if near else f"keys: {', '.join(keys)}"
            raise wrong(where + name, f"no such key; {known}", file)
    return cls(**{name: _value(hints[name], value, where + name, file) for name, value in table.items()})


@cache
def _keys(cls: type) -> tuple[dict[str, Field[Any]], dict[str, Any]]:
    """Return ({name: field}, {name: type}) of a table; a plan may have thousands of tables."""
    return {f.name: f for f in _fields(cls)}, get_type_hints(cls)


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    """Return the fields that are keys of the file."""
    return tuple(each for each in fields(cls) if "doc" in each.metadata)


def _value(hint: Any, value: Any, where: str, file: str) -> Any:
    """Return `value` as the type `hint` of a key; raise ReleaseError when it is of another one."""
    if type(value) is hint:
        return value
    hint = _stated(hint)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise wrong(where, f"{value!r} is no array", file)
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]", file) for number, item in enumerate(value))
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise wrong(where, f"{value!r} is no table", file)
        return build(hint, value, f"{where}.", file)  # type: ignore[arg-type]  # a class, as is_dataclass cannot say
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        if hint is datetime.date:
            raise wrong(where, f"{_as_toml(value)} is not a date; a date is written 2027-03-02, without quotes", file)
        raise wrong(where, f"{value!r} is no {_NAMES[hint]['type']}", file)
    return value


def _as_toml(value: Any) -> str:
    """Return a value about as its file has it: "soon", 2027-03-02T10:00:00+00:00."""
    return (
        f'"{value}"' if isinstance(value, str) else value.isoformat() if hasattr(value, "isoformat") else f"{value!r}"
    )


def _stated(hint: Any) -> Any:
    """Return the type of a key's value where the key is given: date for `date | None`."""
    return next(each for each in get_args(hint) if each is not type(None)) if isinstance(hint, UnionType) else hint


_NAMES: dict[Any, dict[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime.date: {"type": "string", "format": "date"},
}


def schema_of(hint: Any) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a key's type or of a table."""
    hint = _stated(hint)
    if get_origin(hint) is tuple:
        return {"type": "array", "items": schema_of(get_args(hint)[0])}
    if not is_dataclass(hint):
        return dict(_NAMES[hint])
    hints = get_type_hints(hint)
    properties = {
        f.name: {"description": f.metadata["doc"]} | schema_of(hints[f.name]) | _default(f.default)
        for f in _fields(hint)
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _default(value: Any) -> dict[str, Any]:
    left_out = value is None or value is MISSING or is_dataclass(value) or isinstance(value, tuple)
    return {} if left_out else {"default": value}
