"""The gates that a project adds: commands in release.toml, functions in tasks.py; and what it changes of others."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.config.stages import GateConfig
from release.context import Context
from release.engine.custom_gates import GATES, OwnGate
from release.engine.gate import Gate, Reads, Severity, Verdict


def own_gates(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that the project adds for the stage of the release in hand."""
    stage = ctx.release.stage
    commands = [_of_command(each) for each in ctx.config.gates if each.run and each.stage in ("", stage)]
    functions = [_of_function(each) for each in GATES if each.stage in ("", stage)]
    left_out = set(ctx.config.stage(stage).without or ())
    left_out |= {each.old for each in ctx.config.old_names if each.where == f"stages.{stage}.without"}
    return tuple(gate for gate in (*commands, *functions) if gate.name not in left_out)


def refuse_same_name(theirs: Iterable[Gate], ours: Iterable[Gate]) -> None:
    """Raise ReleaseError for a gate of the project with the name of one of ours: its answer would hide that of ours."""
    taken = {gate.name for gate in ours}
    if same := next((gate.name for gate in theirs if gate.name in taken), None):
        why = f'the release process has a gate "{same}"; a gate of your own needs another name'
        raise ReleaseError("cannot use release.toml: gates", why=why, run="$EDITOR release.toml      (or tasks.py)")


def as_configured(ctx: Context, gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """Return the gates as [[gates]] in release.toml changes them, without those that are off or of another stage."""
    changes = {each.name: each for each in ctx.config.gates if not each.run}
    left_out = set(ctx.config.stage(ctx.release.stage).without or ())
    gates = [gate for gate in gates if gate.essential or not {gate.name, _session(gate.name)} & left_out]
    found = [_changed(ctx, gate, changes.get(gate.name) or changes.get(_session(gate.name))) for gate in gates]
    return tuple(gate for gate in found if gate is not None)


def refuse_unknown_changes(ctx: Context, gates: Iterable[Gate]) -> None:
    """Raise ReleaseError when [[gates]] changes a gate that does not exist."""
    known = {gate.name for gate in gates} | {_session(gate.name) for gate in gates} | set(ctx.config.quality)
    changed = [("gates", each.name) for each in ctx.config.gates if not each.run]
    left_out = [("stages", name) for stage in ctx.config.stages for name in stage.without or ()]
    known_or_own = known | {each.name for each in ctx.config.gates if each.run} | {each.name for each in GATES}
    for table, name in (*changed, *left_out):
        if name not in (known if table == "gates" else known_or_own):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            advice = f"did you mean {near[0]}?" if near else f"gates: {', '.join(sorted(known))}"
            own = ", and it has no command of its own (run)" if table == "gates" else ""
            why = f'there is no gate "{name}"{own}; {advice}'
            raise ReleaseError(f"cannot use release.toml: {table}", why=why, run="$EDITOR release.toml")


def _session(name: str) -> str:
    """Return the name of a session without its Python: tests for tests-3.12."""
    return name.partition("-3.")[0]


def _changed(ctx: Context, gate: Gate, change: GateConfig | None) -> Gate | None:
    if change is None:
        return gate
    if change.severity == "off" or change.stage not in ("", ctx.release.stage):
        if gate.essential:
            why = f'the steps of a release depend on the gate "{gate.name}"; it cannot be switched off'
            raise ReleaseError("cannot use release.toml: gates", why=why, run="$EDITOR release.toml")
        return None
    if change.severity:
        gate = replace(gate, severity=Severity(change.severity), doubt=None)
    return replace(gate, reads=replace(gate.reads or Reads(), paths=change.reads)) if change.reads else gate


def _of_command(own: GateConfig) -> Gate:
    severity = Severity(own.severity or "blocking")
    reads = Reads(own.reads) if own.reads else None
    return Gate(own.name, partial(_command_succeeds, own.run), severity, reads, heavy=True)


def _of_function(own: OwnGate) -> Gate:
    severity = Severity(own.severity)
    reads = Reads(own.reads) if own.reads else None
    return Gate(own.name, partial(_function_agrees, own), severity, reads, seconds=own.seconds)


def _command_succeeds(words: tuple[str, ...], ctx: Context) -> Verdict:
    completed = ctx.tools.command(words, ctx.root)
    log = completed.printed
    if completed.code == 0:
        return Verdict(True, (log.strip().splitlines() or ["the command succeeded"])[-1][:80])
    return Verdict(False, CommandFailed(completed).why, shlex.join(words), log=log)


def _function_agrees(own: OwnGate, ctx: Context) -> Verdict:
    why = own.ask(ctx)
    return Verdict(True, "met") if why is None else Verdict(False, str(why), own.run)
