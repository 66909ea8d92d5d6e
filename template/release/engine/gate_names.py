"""The names by which a person asks for gates: an old one becomes today's, and a warning says how it is written now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from release.config.toml_schema import FILE
from release.context import Context
from release.engine.custom_gates import GATES
from release.values.gate_names import UNTIL, current_gate


def with_current_names(ctx: Context) -> Context:
    """Return the context with today's names of the gates to skip; warn of the old ones there and in release.toml."""
    if old := ctx.config.old_names:
        why = "; ".join(f'"{each.old}" is now "{each.new}" ({each.where})' for each in old)
        names = ", ".join(dict.fromkeys(f'"{each.new}"' for each in old))
        run = f"$EDITOR {FILE}      (write {names})"
        ctx.report.warn(f"{FILE} uses old names of gates", f"{why}; the old names work until version {UNTIL}", run)
    return replace(ctx, choice=replace(ctx.choice, skip=frozenset(current_names(ctx, ctx.choice.skip))))


def current_names(ctx: Context, names: Iterable[str]) -> list[str]:
    """Return the gates that were named on the command line by today's names, and warn of each old one."""
    own = ctx.config.own_gates | {each.name for each in GATES}
    found = []
    for name in names:
        new = current_gate(name, own)
        if new != name:
            why = f"the old name works until version {UNTIL}"
            ctx.report.warn(f'the gate "{name}" is now called "{new}"', why, f'the same command with "{new}"')
        found.append(new)
    return found
