"""The rules of the process around a release: its types, their stages and gates, and who approves what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from release.config.toml_schema import key, wrong

STAGES = ("feature-complete", "alpha", "beta", "candidate", "production", "hotfix")
PRE_RELEASE_OF = {"alpha": "alpha", "beta": "beta", "candidate": "rc"}  # {stage: the --pre that reaches it}
SEVERITIES = ("blocking", "warning", "off")
TYPES = ("major", "minor", "patch", "hotfix")
# What can wait when users are waiting for a hotfix; it is asked again before the next release from main.
_CAN_WAIT = (
    "lint",
    "types",
    "coverage",
    "docs",
    "api",
    "audit",
    "licences",
    "reproducible",
    "risky code",
    "sdist installs",
    "size",
    "upgrade",
    "workflows",
)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class GateConfig:
    """A gate of the project's own, or what is to be different of one that comes with the release process."""

    name: str = key("", "The name of the gate; the name of an existing gate changes that gate.")
    run: tuple[str, ...] = key((), "The command of your own gate, as arguments; it must succeed.")
    severity: str = key("", "blocking, warning or off; empty: the default of the gate, blocking for your own.")
    stage: str = key("", f"The stage it is asked for, one of {', '.join(STAGES)}; empty: every one.")
    reads: tuple[str, ...] = key(
        (), "What it reads: tracked paths, folders, patterns, !exceptions. A green result is cached until they change."
    )


@dataclass(frozen=True)
class RoleConfig:
    """A role, and who holds it."""

    name: str = key("", "Its name, in small letters, digits and hyphens: release-manager.")
    members: tuple[str, ...] = key((), "The e-mail addresses of its members, as git shows them.")
    deputies: tuple[str, ...] = key((), "The e-mail addresses of deputies, whose decisions count as well.")


@dataclass(frozen=True)
class StageConfig:
    """What a stage asks for before a release of it."""

    name: str = key("", "feature-complete, alpha, beta, candidate, production or hotfix.")
    roles: tuple[str, ...] = key((), "The roles that must approve the exact commit.")
    people: int = key(0, "The number of different people who must approve it.")
    signed: bool = key(False, "Whether only signed approvals count (see signers).")
    without: tuple[str, ...] | None = key(
        None, "The names of gates that do not run at this stage; without this key, the default of the stage."
    )


@dataclass(frozen=True)
class TypeConfig:
    """A type of release, and the stages that one goes through; the last is its own."""

    name: str = key("", "major, minor, patch or hotfix.")
    stages: tuple[str, ...] = key(
        (), "Its stages in order, its own last; each must be complete (released or frozen) before the next."
    )


_STAGES = (StageConfig("hotfix", without=_CAN_WAIT),)
_TYPES = tuple(TypeConfig(name, ("hotfix",) if name == "hotfix" else ("production",)) for name in TYPES)


def stage_named(name: str, configured: tuple[StageConfig, ...]) -> StageConfig:
    """Return the rules of a stage: those of release.toml, and of what they leave open, the default."""
    default = next((each for each in _STAGES if each.name == name), StageConfig(name))
    found = next((each for each in configured if each.name == name), default)
    return found if found.without is not None else replace(found, without=default.without or ())


def type_named(name: str, configured: tuple[TypeConfig, ...]) -> TypeConfig:
    """Return the rules of a type of release: those of release.toml, else the default."""
    return next(each for each in (*configured, *_TYPES) if each.name == name)


def refuse_nonsense_in(
    roles: tuple[RoleConfig, ...], stages: tuple[StageConfig, ...], types: tuple[TypeConfig, ...]
) -> None:
    """Raise ReleaseError for rules that contradict one another."""
    for table, names, known in (
        ("stages", [each.name for each in stages], STAGES),
        ("types", [each.name for each in types], TYPES),
    ):
        for number, name in enumerate(names):
            if name not in known:
                raise wrong(f"{table}[{number}].name", f'"{name}" is none of {", ".join(known)}')
        _refuse_twins(table, names)
    _refuse_twins("roles", [role.name for role in roles])
    for number, role in enumerate(roles):
        if not _NAME.fullmatch(role.name):
            raise wrong(f"roles[{number}].name", f'"{role.name}" is not small letters, digits and hyphens')
    titles = [role.name for role in roles]
    for number, stage in enumerate(stages):
        for name in stage.roles:
            if name not in titles:
                raise wrong(
                    f"stages[{number}].roles", f'there is no role "{name}"; roles: {", ".join(titles) or "none"}'
                )
    for number, kind in enumerate(types):
        _refuse_order(number, kind)


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


def _refuse_twins(table: str, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise wrong(table, f"two have the same name: {', '.join(names)}")


def _refuse_order(number: int, kind: TypeConfig) -> None:
    where, own = f"types[{number}].stages", "hotfix" if kind.name == "hotfix" else "production"
    for stage in kind.stages:
        if stage not in STAGES:
            raise wrong(where, f'"{stage}" is none of {", ".join(STAGES)}')
    if list(kind.stages) != sorted(set(kind.stages), key=STAGES.index) or kind.stages[-1:] != (own,):
        raise wrong(where, f"stages stand in the order {', '.join(STAGES)}, and {own} is the last of a {kind.name}")
