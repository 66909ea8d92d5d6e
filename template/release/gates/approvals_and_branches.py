"""Whether the process around a release was kept: the freeze, the stages, the approvals, what has to come back."""

from __future__ import annotations

from packaging.version import Version

from release.approvals.stage_approvals import Approval, approvals, judged_at, lacking
from release.base.first_few import names_of, rows_of
from release.branches.freezes import frozen_since, offenders
from release.branches.unmerged_fixes import debts
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict
from release.planning.plan import FOLDER
from release.repository.commit_diff import beyond_version_and_notes
from release.values.version_numbers import ZERO, bump_between, stage_of
from release.versioning.next_version import last_final


def _frozen(ctx: Context) -> Verdict:
    """Look through what came into the line since it was frozen."""
    line = ctx.config.line_of(ctx.release.line)
    head = ctx.base_commit()
    if line is None or head is None:
        return Verdict(True, f"{ctx.release.line} is not frozen")
    since = frozen_since(ctx, line, head)
    if since is None:
        return Verdict(True, f"{ctx.release.line} is not frozen")
    found = offenders(ctx, line, since, head)
    if not found:
        return Verdict(True, f"every commit since the freeze ({since[:7]}) is allowed on {ctx.release.line}")
    told = rows_of(found)
    run = f'inv freeze --allow {found[0].commit[:7]} --reason "why it may enter"      (or git revert COMMIT)'
    return Verdict(
        False, f"{ctx.release.line} is frozen since {since[:7]} and has commits that are not allowed:\n{told}", run
    )


def _stages(ctx: Context) -> Verdict:
    """Look for what this type of release has to go through before."""
    kind = type_of(ctx)
    before = ctx.config.type(kind).stages[:-1]
    for stage in before if ctx.release.final else ():
        if stage == "feature-complete":
            line, head = ctx.config.line_of(ctx.release.line), ctx.base_commit()
            if not (line and head and frozen_since(ctx, line, head)):
                fact = f"a {kind} release is made from a frozen release branch, and {ctx.release.line} is not one"
                return Verdict(False, fact, f"inv freeze {kind}")
        elif not _passed(ctx, stage):
            word = {"candidate": "rc"}.get(stage, stage)
            fact = f"a {kind} release requires {', '.join(before)} first; there is no {stage} of {ctx.release.version}"
            return Verdict(False, fact, f"inv release {ctx.release.version} --pre {word}")
    return Verdict(True, f"a {kind} release: {', '.join(before)} done" if before else f"a {kind} release")


def type_of(ctx: Context) -> str:
    """Return the type of the release in hand: major, minor, patch or hotfix."""
    if ctx.release.stage == "hotfix":
        return "hotfix"
    return bump_between(last_final(ctx) or ZERO, Version(ctx.release.version.base_version)).value


def _passed(ctx: Context, stage: str) -> list[Version]:
    """Return the versions of a stage that were released on the way to the one in hand, oldest first."""
    found = filter(None, map(ctx.config.version_of, ctx.git.remote_refs(ctx.config.remote).tags))
    same = [each for each in found if each.release == ctx.release.version.release]
    return sorted(each for each in same if each.is_prerelease and stage_of(each) == stage)


def candidates(ctx: Context) -> list[Version]:
    """Return the candidates of the final release in hand, oldest first; none for any other release."""
    return _passed(ctx, "candidate") if ctx.release.final else []


def _is_plan(path: str) -> bool:
    """Return whether a path is a plan or its retrospective, which no test of a candidate is about."""
    return path.startswith(f"{FOLDER}/") and path.endswith((".toml", ".md"))


def _candidate(ctx: Context) -> Verdict:
    """Compare what would become final with the last candidate."""
    tested = candidates(ctx)
    if not tested:
        return Verdict(True, f"there is no candidate of {ctx.release.version}")
    tag = ctx.tag_of(tested[-1])
    commit = ctx.git.remote_refs(ctx.config.remote).tags[tag]
    head = ctx.base_commit()
    if ctx.git.commit_of(commit) is None or head is None:
        return Verdict(
            False, f"{tag} is {commit[:7]}, but missing in this clone", f"git fetch --tags {ctx.config.remote}"
        )
    paths = [path for path in beyond_version_and_notes(ctx, commit, head) if not _is_plan(path)]
    if not paths:
        return Verdict(True, f"the same as {tested[-1]}, except version and notes")
    fact = f"since {tested[-1]} these changed: {names_of(paths)}; that is untested"
    return Verdict(False, fact, f"inv release {ctx.release.version} --pre rc")


def _approved(ctx: Context) -> Verdict:
    """Look for the approvals that the stage asks for, of the very commit that the release starts from."""
    stage = ctx.config.stage(ctx.release.stage)
    if not stage.roles and not stage.people:
        return Verdict(True, f"{stage.name} requires no approval")
    head = str(ctx.base_commit())
    found = approvals(ctx, stage.name, head, judged_at(ctx))
    counting = [each for each in found if not each.void]
    if missed := lacking(stage, found, head):
        missing = [role for role in stage.roles if role not in {each.role for each in counting}]
        command = f"inv approve {stage.name} --as {(missing or stage.roles or ('ROLE',))[0]}"
        return Verdict(False, "\n".join([f"{stage.name}: {'; '.join(missed)}", *_void(found)]), command)
    conditional = [each for each in counting if each.condition]
    told = "; ".join(map(str, counting))
    if conditional:
        terms = "\n".join(f"{each}: {each.condition} (until {each.record.until})" for each in conditional)
        return Verdict(False, f"approved with a condition\n{terms}", "inv gates", severity=Severity.WARNING)
    return Verdict(True, told)


def _void(found: list[Approval]) -> list[str]:
    return [f"void: {each}: {each.void}" for each in found if each.void][-5:]


def _merged_back(ctx: Context) -> Verdict:
    """Look for fixes of other lines that this one would be released without."""
    owed = debts(ctx, ctx.release.line)
    if not owed:
        return Verdict(True, f"every fix is on {ctx.release.line}")
    return Verdict(False, "\n".join(map(str, owed)), "inv merge-back")


FROZEN = Gate("freeze", _frozen)
STAGES = Gate("stages", _stages)
CANDIDATE = Gate("candidate", _candidate)
APPROVED = Gate("approvals", _approved)
MERGED_BACK = Gate("unmerged fixes", _merged_back)
