"""inv check: the checks of a plan that only people can make, and their answers."""

from __future__ import annotations

import shlex
from functools import partial

from release.approvals.decision_records import keep_counting, me
from release.approvals.stage_approvals import refuse_stranger, signs
from release.base.errors import ReleaseError
from release.context import Context
from release.planning.people_checks import FAILED, PASSED, check_name, check_states, find_check, why_void
from release.planning.planned_release import PlannedRelease, planned
from release.planning.prose import as_json, columns


def show(ctx: Context, version: str = "", at: str = "", *, json: bool = False) -> str:
    """Return the checks of a planned release and their answers at a moment."""
    release = planned(ctx, version, at)
    found = check_states(ctx, release)
    if json:
        rows = [{"name": each.check.name, "stage": each.check.stage, "state": each.state} for each in found]
        return as_json({"release": release.name, "as_of": release.moment.day, "checks": rows})
    shown = columns([(each.state, each.check.name, each.fact) for each in found])
    waiting = next((each.check.name for each in found if each.state != PASSED), "")
    following = ["", f"next: inv check {shlex.quote(waiting)} --passed      (or --failed)"] if waiting else []
    return "\n".join([*release.heading, "", *(shown or ["no checks are in the plan"]), *following])


def answer(
    ctx: Context, name: str, *, passed: bool, commit: str = "", note: str = "", version: str = "", dry_run: bool = False
) -> None:
    """Record whether a check passed on a commit of the planned release: its newest pushed one, or the one named.

    Raises ReleaseError for a check that the plan does not have, for somebody who does not hold its role, and for a
    commit that the release does not have.
    """
    release = planned(ctx, version)
    check, person = find_check(release, name), me(ctx.git)
    what = f'cannot answer "{check.name}"'
    if check.who:
        refuse_stranger(ctx, person, check.who, what)
    tried = _commit(ctx, release, commit, what)
    record = check_name(release.name, check.name, tried, person)
    result = PASSED if passed else FAILED
    if dry_run:
        ctx.report.foretell(f"{record} would be made, as {person}")
        return
    facts = {"Check": check.name, "Plan": release.name, "Result": result, "Role": check.who, "Note": note}
    void, subject = partial(why_void, ctx, release, check), f"Check {check.name}: {result}"
    keep_counting(ctx, record, tried, subject, facts, sign=signs(release.policy), why_void=void)
    ctx.report.say(f"{check.name}: {result} on {tried[:7]}, by {person}")


def _commit(ctx: Context, release: PlannedRelease, wanted: str, what: str) -> str:
    """Return the commit that was tried; it is on the remote, and on the branch that gives the release."""
    found = ctx.git.commit_of(wanted) if wanted else release.line
    if found is None:
        raise ReleaseError(what, why=f"there is no commit {wanted} here", run=f"git fetch --tags {ctx.config.remote}")
    if not ctx.git.contains(release.line, found):
        why = f"{found[:7]} is not on the branch that gives {release.name}"
        raise ReleaseError(what, why=why, run=f"inv scope {release.name}")
    there = ctx.git.remote_refs(ctx.config.remote).branches.values()
    known = [head for head in there if ctx.git.commit_of(head)]
    if not any(ctx.git.contains(head, found) for head in known):
        run = f"git push {ctx.config.remote} {ctx.branch or ctx.config.branch}"
        raise ReleaseError(what, why=f"{found[:7]} is not on {ctx.config.remote}", run=run)
    return found
