"""Two people where it counts: an exception or a waiver is asked for by one person and granted by another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from release.approvals.decision_records import Person, Record, keep_counting, me, records
from release.approvals.signature_check import why_not_signed_by
from release.context import Context

ASKED = "asked/"


def asked_name(decision: str, person: Person) -> str:
    """Return the name of the record by which a person asks for a decision; both end with who made them."""
    return f"{ASKED}{decision.rpartition('/')[0]}/{person.slug}"


def asked_for(ctx: Context, decision: str) -> list[Record]:
    """Return who asked for a decision, by its name, oldest first: anybody may ask, which grants nothing."""
    found = records(ctx, f"{ASKED}{decision.rpartition('/')[0]}/")
    return [each for each in found if not _why_not_asked(ctx, decision, each)]


def _why_not_asked(ctx: Context, decision: str, record: Record) -> str:
    if record.forged or record.name != asked_name(decision, record.by):
        return f"it was made under another name than {record.name}"
    return why_not_signed_by(ctx, record.id, record.by.email) if ctx.config.signs else ""


def ask_for(ctx: Context, decision: str, commit: str, subject: str, facts: Mapping[str, str]) -> None:
    """Record that this person asks for a decision; raise ReleaseError where it would not count."""
    name, void = asked_name(decision, me(ctx.git)), partial(_why_not_asked, ctx, decision)
    keep_counting(ctx, name, commit, f"Ask to {subject}", facts, sign=ctx.config.signs, why_void=void)


def why_alone(ctx: Context, decision: str, by: str) -> str:
    """Return why a decision by an address does not count where release.toml wants two people; empty when it does."""
    if not ctx.config.two_people or asker_of(ctx, decision, by):
        return ""
    return f"two people decide about that, and only {by} asked for it"


def asker_of(ctx: Context, decision: str, by: str) -> Record | None:
    """Return by what another person than `by` asked for a decision."""
    return next((each for each in asked_for(ctx, decision) if each.by.email.lower() != by.lower()), None)
