"""Waivers: gates that only warn on a line until a day, because a person who may has said so."""

from __future__ import annotations

from datetime import datetime

from release.approvals.decision_records import records
from release.approvals.stage_approvals import WAIVERS, signs, waiver_name, why_not_counted
from release.approvals.two_people import asker_of, why_alone
from release.context import Context
from release.values.gate_names import current_gate


def waivers(ctx: Context, at: datetime | None = None) -> dict[str, str]:
    """Return {gate: who waived it until when and why} of the waivers that count on this line, now or at a time."""
    head = next(iter(ctx.heads(ctx.line)), None)
    found: dict[str, str] = {}
    for record in records(ctx, WAIVERS):
        gate, role = record.facts.get("Gate", ""), record.facts.get("Role", "")
        line = record.facts.get("Branch", "")
        name = waiver_name(gate, line, record.until, record.by)
        void = why_not_counted(ctx, record, name, role, signed=signs(ctx.config), at=at) or line not in ("", ctx.line)
        void = void or why_alone(ctx, name, record.by.email)
        known = head and ctx.git.commit_of(record.commit) and ctx.git.contains(head, record.commit)
        named = role or not ctx.config.roles
        if known and named and record.until and not void:
            other = asker_of(ctx, name, record.by.email)
            asked = f", requested by {other.by}" if other else ""
            gate = current_gate(gate, ctx.config.own_gates)
            found[gate] = f"waived by {record.by} until {record.until}: {record.facts.get('Reason', '')}{asked}"
    return found
