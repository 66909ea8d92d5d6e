"""Tables of TOML as frozen dataclasses: each key has a type, a default and a sentence; an unknown key is refused."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from release.base.errors import ReleaseError

FILE = "release.toml"
T = TypeVar("T")


def key(default: Any, doc: str) -> Any:
    """Declare a key: its default and the sentence that explains it in schema and docs."""
    return field(default=default, metadata={"doc": doc})


def wrong(key: str, why: str) -> ReleaseError:
    """Return the refusal of a key's value."""
    return ReleaseError(f"cannot use {FILE}: {key}", why=why, run=f"$EDITOR {FILE}")


def missing() -> ReleaseError:
    """Return the refusal where no release.toml says to which indexes a release goes."""
    why = f"there is no {FILE} in this tree, and no branch has one that names it as the main branch"
    run = f"git log --all --oneline -- {FILE}      (git checkout COMMIT -- {FILE} restores it)"
    return ReleaseError("cannot release", why=why, run=run)


def build(cls: type[T], table: Mapping[str, Any], where: str = "") -> T:
    """Return the dataclass `cls` that a parsed table gives; `where` is the name of the table, with a dot."""
    keys = {f.name: f for f in _fields(cls)}
    hints = get_type_hints(cls)
    for name in table:
        if name not in keys:
            near = difflib.get_close_matches(name, keys, n=1, cutoff=0.5)
            known = f"did you mean {near[0]}?" if near else f"keys: {', '.join(keys)}"
            raise wrong(where + name, f"no such key; {known}")
    return cls(**{name: _value(hints[name], value, where + name) for name, value in table.items()})


def _fields(cls: type) -> tuple[Field[Any], ...]:
    return fields(cls)


def _value(hint: Any, value: Any, where: str) -> Any:
    """Return `value` as the type `hint` of a key; raise ReleaseError when it is of another one."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise wrong(where, f"{value!r} is no array")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise wrong(where, f"{value!r} is no table")
        return build(hint, value, f"{where}.")  # type: ignore[arg-type]  # a class, as is_dataclass cannot say
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise wrong(where, f"{value!r} is no {_NAMES[hint]['type']}")
    return value


_NAMES: dict[Any, dict[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def schema_of(hint: Any) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a key's type or of a table."""
    if get_origin(hint) is tuple:
        return {"type": "array", "items": schema_of(get_args(hint)[0])}
    if not is_dataclass(hint):
        return dict(_NAMES[hint])
    hints = get_type_hints(hint)
    properties = {
        f.name: {"description": f.metadata["doc"]} | schema_of(hints[f.name]) | _default(f.default)
        for f in fields(hint)
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _default(value: Any) -> dict[str, Any]:
    return {} if is_dataclass(value) or value is MISSING or isinstance(value, tuple) else {"default": value}
