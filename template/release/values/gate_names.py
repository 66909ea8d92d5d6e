"""Names that gates had before: they go on working for two minor versions, and each use of one is warned about.

Records and tags of released versions keep them for ever, so those are read by this table as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

UNTIL = "0.5"  # the first version of the template that no longer reads them from release.toml and options
_GATES = {
    "clean": "working tree",
    "finished": "merge or rebase",
    "line": "branch",
    "identity": "git identity",
    "markers": "conflict markers",
    "higher": "version order",
    "one version": "matching versions",
    "large enough": "bump size",
    "markdown": "notes markdown",
    "approved": "approvals",
    "merged back": "unmerged fixes",
    "checks": "manual checks",
    "actions": "open actions",
    "name": "project name",
    "account": "index account",
    "way to the index": "upload target",
    "age": "upload deadline",
    "bytes": "published files",
    "installable": "install from index",
}


@dataclass(frozen=True)
class OldName:
    """A name that release.toml still uses, with the one that it has now; `where` is the key."""

    where: str
    old: str
    new: str


def current_gate(name: str, own: Collection[str] = ()) -> str:
    """Return what a gate is called now; the project's `own` gates and sessions keep their names."""
    return name if name in own else _GATES.get(name, name)


def all_names(gate: str) -> tuple[str, ...]:
    """Return a gate's name and those that it had before."""
    return (gate, *(old for old, new in _GATES.items() if new == gate))


def with_current_names(table: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[OldName, ...]]:
    """Return the parsed release.toml with today's names of gates, and the old names that it used."""
    found: list[OldName] = []
    gates, stages = _tables(table.get("gates")), _tables(table.get("stages"))
    own = {str(each.get("name")) for each in gates if each.get("run")} | set(map(str, _array(table.get("quality"))))

    def current(where: str, name: Any) -> Any:
        new = current_gate(name, own) if isinstance(name, str) else name
        if new != name:
            found.append(OldName(where, name, new))
        return new

    changed = dict(table)
    if gates:
        changed["gates"] = [each | {"name": current("gates", each.get("name", ""))} for each in gates]
    if stages:
        changed["stages"] = [
            each | {"without": [current(f"stages.{each.get('name')}.without", one) for one in each["without"]]}
            if isinstance(each.get("without"), list)
            else each
            for each in stages
        ]
    return changed, tuple(found)


def _array(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[dict[str, Any]]:
    """Return an array of tables; nothing of a value of another type, which is refused later."""
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else []
