"""Approvals and waivers: who agreed to which commit in which role, and whether that counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from release.approvals.decision_records import Person, Record, records, slug, time_said
from release.approvals.signature_check import signature_of, why_not_signed_by
from release.base.errors import ReleaseError
from release.config.release_toml import Config
from release.config.stages import StageConfig
from release.context import Context

APPROVALS, WAIVERS, WITHDRAWALS = "approvals/", "waivers/", "withdrawals/"


AFTER = "After"  # the fact of an approval that is given again: the id of the withdrawal that it comes after


@dataclass(frozen=True)
class Approval:
    """A record by which a person approves a commit for a stage in a role; `void` says why it does not count."""

    record: Record
    role: str
    void: str
    deputy: bool = False
    key: str = ""  # what signed it, where that is asked

    @property
    def condition(self) -> str:
        """Under which condition it was given, if under one."""
        return self.record.facts.get("Condition", "")

    def __str__(self) -> str:
        role = f"{self.role}{' (deputy)' if self.deputy else ''}: " if self.role else ""
        return f"{role}{self.record.by}, {self.record.at:%Y-%m-%d %H:%M} UTC"


def approval_name(stage: str, role: str, commit: str, person: Person) -> str:
    """Return the name of an approval's record; it holds all that makes it a different one."""
    return f"{APPROVALS}{stage}/{role or 'anyone'}/{commit[:12]}/{person.slug}"


def approvals(ctx: Context, stage: str, commit: str, at: datetime | None = None) -> list[Approval]:
    """Return every approval of a stage, those of other commits among them, oldest first; the newest commit's count.

    What has ended is judged at a time, without one now.
    """
    rules = ctx.config.stage(stage)
    found = []
    for record in records(ctx, f"{APPROVALS}{stage}/"):
        role = record.facts.get("Role", "")
        void = _why_void(ctx, rules, record, role, commit, at)
        asked = rules.signed and rules.people > 1 and not void
        key = signature_of(ctx, "tag", record.id, record.by.email).key if asked else ""
        found.append(Approval(record, role, void, is_deputy(ctx.config, role, record.by.email), key))
    return found


def why_void(ctx: Context, stage: str, record: Record, commit: str) -> str:
    """Return why a record would not count as an approval of a commit for a stage; empty when it would."""
    return _why_void(ctx, ctx.config.stage(stage), record, record.facts.get("Role", ""), commit, None)


def _why_void(ctx: Context, rules: StageConfig, record: Record, role: str, commit: str, at: datetime | None) -> str:
    if record.commit != commit and not record.forged:
        return f"it is of {record.commit[:7]}, and {commit[:7]} is what would be released"
    name = approval_name(rules.name, role, record.commit, record.by)
    why = why_not_counted(ctx, record, name, role, signed=rules.signed, at=at)
    gone = None if why else withdrawal(ctx, rules.name, name)
    if gone and record.facts.get(AFTER) != gone.id and gone.at <= (at or gone.at):
        return f"it was withdrawn, {gone.at:%Y-%m-%d %H:%M} UTC"
    return why


def withdrawal(ctx: Context, stage: str, approval: str) -> Record | None:
    """Return the record by which the author of an approval (by its name) withdrew it, if there is one that counts."""
    name = withdrawal_name(approval)
    found = (each for each in records(ctx, name) if each.name == name)
    return next((each for each in found if not why_no_withdrawal(ctx, stage, each)), None)


def withdrawal_name(approval: str) -> str:
    """Return the name of the record that withdraws the approval of a name."""
    return f"{WITHDRAWALS}{approval.removeprefix(APPROVALS)}"


def why_no_withdrawal(ctx: Context, stage: str, record: Record) -> str:
    """Return why a withdrawal does not count: it has to be made as the approval is, by the same person."""
    role = record.facts.get("Role", "")
    name = withdrawal_name(approval_name(stage, role, record.commit, record.by))
    return why_not_counted(ctx, record, name, role, signed=ctx.config.stage(stage).signed)


def why_not_counted(
    ctx: Context, record: Record, name: str, role: str, *, signed: bool, at: datetime | None = None
) -> str:
    """Return why a decision does not count, whatever it decides; empty when it does.

    It was made under another name than that of what it says, it ended, its author does not hold the role (any role,
    where there are roles and it names none), or it had to be signed and is not.
    """
    if not record.by.email:
        return "its object is not a readable git tag"
    if record.forged or record.name != name:
        return f"it was made under another name than {record.name}"
    if record.twice:
        return "it says one thing twice"
    if record.ended(at):
        return f"it ended on {record.until}" if record.until else "it does not say on which day it ends"
    email = record.by.email.lower()
    if role and email not in members(ctx.config, role):
        return f"{record.by.email} does not hold the role {role}"
    if not role and ctx.config.roles and not any(email in members(ctx.config, each.name) for each in ctx.config.roles):
        return f"{record.by.email} holds no role"
    return why_not_signed(ctx, record) if signed else ""


def signs(config: Config) -> bool:
    """Return whether decisions that go past a gate are signed: where approvals of any stage have to be."""
    return config.signs


def members(config: Config, role: str) -> Sequence[str]:
    """Return the addresses of those who hold a role, its deputies last, in small letters."""
    held = [each for each in config.roles if each.name == role]
    return [address.lower() for each in held for address in (*each.members, *each.deputies)]


def is_deputy(config: Config, role: str, email: str) -> bool:
    """Return whether an address holds a role only for those who are its members."""
    held = [each for each in config.roles if each.name == role]
    own = [address.lower() for each in held for address in each.members]
    return email.lower() in members(config, role) and email.lower() not in own


def refuse_stranger(ctx: Context, person: Person, role: str, what: str) -> None:
    """Raise ReleaseError when there is no such role, or the person does not hold it."""
    names = [each.name for each in ctx.config.roles]
    if role not in names:
        why = f'there is no role "{role}"; roles: {", ".join(names) or "none in release.toml"}'
        raise ReleaseError(what, why=why, run="$EDITOR release.toml")
    if person.email.lower() not in members(ctx.config, role):
        held = ", ".join(members(ctx.config, role)) or "no one"
        why = f"{person.email} does not hold the role {role}; it is held by {held}"
        raise ReleaseError(what, why=why, run="git config user.email      (shows who git says you are)")


def why_not_signed(ctx: Context, record: Record) -> str:
    """Return why a record does not count as signed by the person whose name it bears; empty when it does."""
    return why_not_signed_by(ctx, record.id, record.by.email)


def waiver_name(gate: str, line: str, until: str, person: Person) -> str:
    """Return the name of a waiver's record; one that was made before waivers named their branch has no `line`."""
    return "/".join([f"{WAIVERS}{slug(gate)}", *([slug(line)] if line else []), until, person.slug])


def lacking(stage: StageConfig, found: Sequence[Approval], commit: str) -> list[str]:
    """Return what a stage asks for that none of the approvals of a commit gives; empty where all is there."""
    counting = [each for each in found if not each.void]
    given, people = {each.role for each in counting}, {each.record.by.email.lower() for each in counting}
    told = [f"the approval of {commit[:7]} as {role} is missing" for role in stage.roles if role not in given]
    keys = {each.key or each.record.by.email.lower() for each in counting}  # one key of two addresses is one person
    several = min(len(people), len(keys))
    few = several < stage.people
    return told + ([f"{several} of {stage.people} people have approved {commit[:7]}"] if few else [])


def judged_at(ctx: Context) -> datetime | None:
    """Return when decisions about the release in hand are judged: once it has a signed tag, at the time of that.

    None is now: the date in a tag that is not signed is what anybody wrote.
    """
    tag = ctx.release.tag
    made = ctx.git.remote_refs(ctx.config.remote).tag_objects.get(tag)
    if made is None or ctx.git.look("rev-parse", "--quiet", "--verify", f"refs/tags/{tag}").out.strip() != made:
        return None
    found = re.search(r"^tagger .*<([^>]*)> (\d+)", ctx.git.look("cat-file", "tag", made).require().out, re.MULTILINE)
    if not found or not signature_of(ctx, "tag", made, found[1]).good:
        return None
    return time_said(found[2])
