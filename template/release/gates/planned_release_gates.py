"""Whether a release keeps to its plan: its day, its scope, its checks, its actions; none of them without a plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from release.base.errors import ReleaseError
from release.base.first_few import names_of, rows_of
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict
from release.planning.dates.calendar import calendar
from release.planning.dates.support_days import Support
from release.planning.dates.working_days import WorkingDays
from release.planning.moment import day_of, moment_of, newest, today
from release.planning.people_checks import FAILED, PASSED, check_states
from release.planning.plan import STAGES, parse_plan, path_of
from release.planning.plan_names import plan_names
from release.planning.planned_release import PlannedRelease, planned_at
from release.planning.prose import counted, until
from release.planning.support import SECURE, SupportedSeries, supported
from release.values.version_numbers import series, stage_of

if TYPE_CHECKING:
    from release.adapters.forge.issues import Issue


def plan_of(ctx: Context) -> str:
    """Return the name of the plan of the release in progress on the main branch; empty where there is none."""
    wanted = Version(ctx.release.version.base_version)
    return next((name for name, version in plans(ctx).items() if version == wanted), "")


def plans(ctx: Context) -> dict[str, Version]:
    """Return {name: version} of the plans on the main branch, as far as this clone knows it."""
    main = newest(ctx.git, ctx.config, ctx.config.branch)
    return plan_names(ctx.git, main) if main else {}


def _planned(ctx: Context) -> PlannedRelease | None:
    name = plan_of(ctx)
    return planned_at(ctx, name, moment_of(ctx.git, ctx.config)) if name else None


def _calendar(ctx: Context) -> Verdict:
    """Compare today with the day of the stage, and with quiet days."""
    release = _planned(ctx)
    if release is None:
        return Verdict(True, f"{ctx.release.version} is not planned")
    rules, now = release.policy.calendar, release.moment.day
    severity = Severity.BLOCKING if rules.strict else Severity.WARNING
    run = f"inv calendar {release.name}"
    if WorkingDays(rules).quiet(now):
        return Verdict(False, f"{now} is a quiet day", run, severity=severity)
    if not release.plan.date:
        return Verdict(True, f"no date is planned for {release.name}")
    due = calendar(ctx.git, release).of(ctx.release.stage)
    if due is None:
        return Verdict(True, f"the calendar of {release.name} has no {ctx.release.stage}")
    if now < due.day:
        fact = f"{ctx.release.stage} of {release.name} is due on {due.day}, {until(due.day, now)}; today is {now}"
        return Verdict(False, fact, run, severity=severity)
    return Verdict(True, f"{ctx.release.stage} of {release.name} was due on {due.day}, {until(due.day, now)}")


def _scope(ctx: Context) -> Verdict:
    """Look for items that are due by the stage and open: a must blocks, a should warns."""
    name = plan_of(ctx)
    if not name:
        return Verdict(True, f"{ctx.release.version} is not planned")
    release = planned_at(ctx, name, moment_of(ctx.git, ctx.config), ask_forge=True)
    due = [each.item for each in release.open if each.item.by in _up_to(ctx.release.stage)]
    musts = [item.name for item in due if item.must]
    run = f"inv scope {release.name}"
    if musts:
        fact = f"{ctx.release.stage} of {release.name} must have: {names_of(musts)}"
        unread = f"\n{release.unread}" if release.unread else ""
        instead = release.how_to_defer.format(item=musts[0])
        return Verdict(False, f"{fact}\nthey are still open{unread}", f"{run}      (or {instead})")
    shoulds = [item.name for item in due if item.should]
    if shoulds:
        return Verdict(False, f"still open, but should be in: {names_of(shoulds)}", run, severity=Severity.WARNING)
    return Verdict(True, f"no must or should of {release.name} due by {ctx.release.stage} is open")


def _up_to(stage: str) -> tuple[str, ...]:
    return STAGES[: STAGES.index(stage) + 1] if stage in STAGES else ()


def _blockers(ctx: Context) -> Verdict:
    """Look for open issues with the blocker label that are of this release, of an earlier one or of none."""
    rules, stage = ctx.config.plan, ctx.release.stage
    if ctx.forge is None:
        return Verdict(True, "no forge is configured")
    found = [each for each in ctx.forge.issues.open_with(rules.blocker) if _concerns(each, ctx.release.version)]
    later = {each.number for each in found if any(_okay(label, rules.okay_after, stage) for label in each.labels)}
    holding = [each for each in found if each.number not in later]
    if holding:
        rows = rows_of([f"{each.page} {each.title}" for each in holding])
        fact = f"{counted(len(holding), 'open issue')} with the label {rules.blocker}:"
        return Verdict(
            False, f"{fact}\n{rows}", f'inv waive blockers --reason "why" --until {datetime.now(UTC).date()}'
        )
    waiting = f"; {len(later)} block only later stages" if later else ""
    return Verdict(True, f"no open issue with the label {rules.blocker} blocks this{waiting}")


def _concerns(issue: Issue, version: Version) -> bool:
    """Return whether a blocker is of a version: its milestone is none, no version, or not a later one."""
    try:
        return Version(issue.milestone) <= Version(version.base_version)
    except InvalidVersion:
        return True


def _okay(label: str, pattern: str, stage: str) -> bool:
    """Return whether a label lets a stage pass: okay-after-beta, for the stages up to the beta."""
    before, _, after = pattern.partition("{stage}")
    named = label.removeprefix(before).removesuffix(after)
    return bool(pattern) and label == f"{before}{named}{after}" and named in STAGES and stage in _up_to(named)


def _checks(ctx: Context) -> Verdict:
    """Look for the answers to what only people can check before this stage."""
    release = _planned(ctx)
    due = (
        [each for each in check_states(ctx, release) if each.check.stage in _up_to(ctx.release.stage)]
        if release
        else []
    )
    failed = [f'"{each.check.name}" failed: {each.fact}' for each in due if each.state == FAILED]
    waiting = [
        f'"{each.check.name}" is not answered: {each.fact}' for each in due if each.state not in (FAILED, PASSED)
    ]
    if failed or waiting:
        name = next(each.check.name for each in due if each.state != PASSED)
        return Verdict(False, "\n".join([*failed, *waiting]), f'inv check "{name}" --passed')
    return Verdict(True, f"{counted(len(due), 'check')} by people passed" if due else "no check is due")


def _actions(ctx: Context) -> Verdict:
    """Look for actions of retrospectives that are overdue."""
    main = newest(ctx.git, ctx.config, ctx.config.branch)
    overdue: dict[str, tuple[date, str]] = {}
    done = set()
    for name in plans(ctx):
        for each in parse_plan(ctx.git.file_at(str(main), path_of(name)) or "", path_of(name)).action:
            if each.done:
                done.add(each.text)
            elif each.due and each.due < today():
                owner = f", {each.owner}" if each.owner else ""
                overdue[each.text] = (each.due, f"{each.text} (due {each.due}{owner})\n$EDITOR {path_of(name)}")
    found = [fact for text, (_, fact) in sorted(overdue.items(), key=lambda each: each[1]) if text not in done]
    if found:
        rows = [fact.partition("\n")[0] for fact in found]
        return Verdict(False, "\n".join(["overdue:", *rows]), found[0].partition("\n")[2])
    return Verdict(True, "no action is overdue")


def _supported(ctx: Context) -> Verdict:
    """Compare what the series of a patch still gets with the day, and with the types of the patch's fragments."""
    found, now = series_of(ctx), today()
    if found is None:
        return Verdict(True, "no support period is configured")
    if found.ended_by:
        fact = f"support of {found.name} ended: only the newest {ctx.config.calendar.series} series get fixes"
        return Verdict(False, fact, "$EDITOR release.toml      (calendar.series)")
    begun = {state: (day, key) for state, (day, key) in found.changes.items() if day < now}
    if Support.ENDED in begun:
        day, key = begun[Support.ENDED]
        return Verdict(False, f"support of {found.name} ended on {day}; today is {now}", f"$EDITOR {key}")
    state = next((each for each in (Support.SECURITY, Support.FIXES) if each in begun), Support.FULL)
    taken = {Support.SECURITY: SECURE, Support.FIXES: ctx.config.freeze.types}.get(state)
    kinds = {each.kind for each in read_fragments(ctx.root, ctx.project.notes)}
    more = sorted(kinds - set(taken)) if taken else []
    if more and state in begun:
        day, key = begun[state]
        fact = f"{found.name} gets {state.value} since {day}; this release has {', '.join(more)}"
        return Verdict(False, fact, f"$EDITOR {key}")
    end = found.changes.get(Support.ENDED)
    return Verdict(True, f"{found.name} is supported until {end[0]}" if end else f"{found.name} gets {state.value}")


def series_of(ctx: Context) -> SupportedSeries | None:
    """Return the series that the release in progress patches; None for its first release, and where nothing is said."""
    version = ctx.release.version
    if version.micro == 0:
        return None
    every = supported(ctx.git, ctx.config, moment_of(ctx.git, ctx.config))
    found = next((each for each in every if each.name == series(version)), None)
    return found if found and (found.changes or found.ended_by) else None


def _soak(ctx: Context) -> Verdict:
    """Compare how long the newest candidate is out with how long it has to be."""
    days = ctx.config.calendar.soak
    newest_one = newest_candidate(ctx)
    if newest_one is None:
        return Verdict(True, f"there is no candidate of {ctx.release.version}")
    version, at = newest_one
    end = day_of(at) + timedelta(days=days)
    out = (today() - day_of(at)).days
    if today() < end:
        fact = f"{version} is out for {counted(out, 'day')}; a final comes after {counted(days, 'day')}, on {end}"
        return Verdict(False, fact, f"inv calendar {plan_of(ctx)}".rstrip())
    return Verdict(True, f"{version} is out for {counted(out, 'day')}")


def newest_candidate(ctx: Context) -> tuple[Version, int] | None:
    """Return the newest candidate of the final release in progress, and when it was made (seconds); None for none."""
    if not ctx.release.final:
        return None
    tags = ctx.git.tags()
    found = {version: commit for tag, commit in tags.items() if (version := ctx.config.version_of(tag))}
    same = [each for each in found if each.release == ctx.release.version.release and each.is_prerelease]
    last = max((each for each in same if stage_of(each) == "candidate"), default=None)
    return (last, ctx.git.time_of(found[last])) if last else None


CALENDAR = Gate("calendar", _calendar, severity=Severity.WARNING)
SCOPE = Gate("scope", _scope)
BLOCKERS = Gate("blockers", _blockers)
CHECKS = Gate("manual checks", _checks)
ACTIONS = Gate("open actions", _actions, severity=Severity.WARNING)
SUPPORTED = Gate("supported", _supported, severity=Severity.WARNING)
SOAK = Gate("soak time", _soak)
EVERY = (CALENDAR, SCOPE, BLOCKERS, CHECKS, ACTIONS, SUPPORTED, SOAK)


def concerning(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that concern the release in progress: none without a plan; no day or scope holds a hotfix.

    A plan that cannot be read is said by `scope`, which could then not be asked; it does not hold a hotfix either.
    """
    hotfix = ctx.release.stage == "hotfix"
    try:
        return _concerning(ctx, hotfix)
    except ReleaseError:
        return () if hotfix else (SCOPE,)


def _limits_support(ctx: Context) -> bool:
    """Return whether anything can say how long a series is supported: keys of [calendar], or a plan."""
    rules = ctx.config.calendar
    return bool(rules.series or rules.fixes_only or rules.security_only or rules.end_of_life or plans(ctx))


def _concerning(ctx: Context, hotfix: bool) -> tuple[Gate, ...]:
    planned = bool(plan_of(ctx)) and not hotfix
    soaks = ctx.config.calendar.soak and not hotfix and newest_candidate(ctx)
    concerns = {
        CALENDAR: planned,
        SCOPE: planned,
        BLOCKERS: planned and ctx.forge and ctx.config.plan.blocker,
        CHECKS: planned,
        ACTIONS: bool(plans(ctx)),
        SUPPORTED: _limits_support(ctx) and series_of(ctx),
        SOAK: soaks,
    }
    return tuple(gate for gate in EVERY if concerns[gate])
