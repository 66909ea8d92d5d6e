"""Checks that only people can make: their answers are records on the commit that was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.approvals.decision_records import Person, Record, records, slug
from release.approvals.stage_approvals import members, signs, why_not_signed
from release.base.errors import ReleaseError
from release.context import Context
from release.planning.plan import PersonCheck
from release.planning.planned_release import PlannedRelease

CHECKS = "checks/"
PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True)
class CheckState:
    """A check of the plan, and the newest answer that counts; `void` says why other answers do not."""

    check: PersonCheck
    answer: Record | None
    void: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Passed, failed or open."""
        return self.answer.facts["Result"] if self.answer else "open"

    @property
    def fact(self) -> str:
        """Who answered when about which commit, else who has to."""
        if self.answer is None:
            who = f"by {self.check.who}" if self.check.who else "by anyone"
            return "; ".join([f"before {self.check.stage}, {who}", *self.void])
        note = self.answer.facts.get("Note", "")
        by = f"{self.answer.by}, {self.answer.at:%Y-%m-%d %H:%M} UTC, of {self.answer.commit[:7]}"
        return by + (f": {note}" if note else "")


def check_name(release: str, check: str, commit: str, person: Person) -> str:
    """Return the name of an answer's record; it holds all that makes it a different one."""
    return f"{CHECKS}{release}/{slug(check)}/{commit[:12]}/{person.slug}"


def check_states(ctx: Context, release: PlannedRelease) -> list[CheckState]:
    """Return the checks of a planned release with their answers at its moment, in the order of the plan."""
    if not release.plan.check:
        return []
    given = [each for each in records(ctx, f"{CHECKS}{release.name}/") if each.at.timestamp() <= release.moment.until]
    return [_state(ctx, release, check, given) for check in release.plan.check]


def _state(ctx: Context, release: PlannedRelease, check: PersonCheck, given: Sequence[Record]) -> CheckState:
    answer, void = None, []
    for record in given:
        if record.facts.get("Check") == check.name:
            why = why_void(ctx, release, check, record)
            if why:
                void.append(f"the answer of {record.by} does not count: {why}")
            else:
                answer = record
    return CheckState(check, answer, tuple(void))


def why_void(ctx: Context, release: PlannedRelease, check: PersonCheck, record: Record) -> str:
    """Return why an answer does not count; empty when it does."""
    if record.forged or record.name != check_name(release.name, check.name, record.commit, record.by):
        return f"it was made under another name than {record.name}"
    if record.facts.get("Result") not in (PASSED, FAILED):
        return "it says neither passed nor failed"
    if check.who and record.by.email.lower() not in members(release.policy, check.who):
        return f"{record.by.email} does not hold the role {check.who}"
    if signs(release.policy) and (why := why_not_signed(ctx, record)):
        return why
    if ctx.git.commit_of(record.commit) is None or not ctx.git.contains(release.line, record.commit):
        return f"{record.commit[:7]} is not on the branch of {release.name}"
    base = release.base and ctx.git.commit_of(f"refs/tags/{release.policy.tag_of(release.base)}")
    if base and ctx.git.contains(base, record.commit):
        return f"{record.commit[:7]} was released before"
    return ""


def find_check(release: PlannedRelease, name: str) -> PersonCheck:
    """Return the check that is meant; raise ReleaseError where the plan has none of that name."""
    found = next((each for each in release.plan.check if name in (each.name, slug(each.name))), None)
    if found is None:
        known = ", ".join(f'"{each.name}"' for each in release.plan.check) or "none"
        why = f"plans/{release.name}.toml has no such check; checks: {known}"
        raise ReleaseError(f'cannot answer "{name}"', why=why, run="inv check")
    return found
