"""What release.toml says of gates: those of the project's own, changes to others, and the names it calls them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release.config.stages import STAGES
from release.config.toml_schema import key, wrong
from release.values.gate_names import current_gate

SEVERITIES = ("blocking", "warning", "off")


@dataclass(frozen=True)
class GateConfig:
    """A gate of the project's own, or what is to be different of one that comes with the release process."""

    name: str = key("", "Its name; that of a gate that exists changes this gate.")
    run: tuple[str, ...] = key((), "A command that must succeed, as arguments; only for a gate of your own.")
    severity: str = key("", "blocking, warning or off; empty: blocking, or what the gate is by itself.")
    stage: str = key("", f"The stage it is asked for, one of {', '.join(STAGES)}; empty: every one.")
    reads: tuple[str, ...] = key(
        (), "All that it reads: tracked paths, folders, patterns, !exceptions. A green answer stands until they change."
    )


@dataclass(frozen=True)
class OldName:
    """A name that release.toml still uses, with the one that it has now; `where` is the key."""

    where: str
    old: str
    new: str


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


def refuse_nonsense_in_gates(gates: tuple[GateConfig, ...]) -> None:
    """Raise ReleaseError for a gate without a name, two of the same name, or a value that no gate knows."""
    for number, gate in enumerate(gates):
        where = f"gates[{number}]"
        if not gate.name:
            raise wrong(f"{where}.name", "a gate needs a name")
        for name, value, known in (("severity", gate.severity, SEVERITIES), ("stage", gate.stage, STAGES)):
            if value and value not in known:
                raise wrong(f"{where}.{name}", f'"{value}" is none of {", ".join(known)}')
    names = [gate.name for gate in gates]
    if len(set(names)) != len(names):
        raise wrong("gates", f"two gates have the same name: {', '.join(names)}")
