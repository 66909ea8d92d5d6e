"""inv plan --pull and --push: a milestone of the forge becomes items of a plan, a plan becomes a milestone."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from packaging.version import Version

from release.adapters.forge.forge_http import ForgeRefused
from release.adapters.forge.issues import Issue, Milestone
from release.adapters.forge.protocols import Forge
from release.base.errors import ReleaseError
from release.base.first_few import names_of
from release.commands.planning.plan import commit_plans, name_of, not_yet, plans_here, refuse_released
from release.config.engine_place import in_repository
from release.context import Context
from release.planning.closed_issues import dropped
from release.planning.new_plan import inherited, text_of
from release.planning.plan import FOLDER, Item, Plan, parse_plan, path_of
from release.planning.plan_edits import with_date, with_issue
from release.planning.planned_release import planned

_NOT_FOUND = 404


def pull(ctx: Context, version: str, *, dry_run: bool = False) -> None:
    """Write the issues of a version's milestone into its plan, show the difference and commit it.

    What the plan says already stays; an issue that was closed without being done is no item. Raises ReleaseError
    where the forge has no such milestone or more than one, and for half an answer.
    """
    name = name_of(version)
    forge = _forge(ctx, f"cannot pull {name}")
    refuse_released(ctx, name)
    milestone = _milestone(forge, ctx, name)
    if milestone is None:
        known = names_of([each.title for each in forge.issues.milestones()]) or "none"
        why = f"{forge.name} has no milestone {name}; it has: {known}"
        run = f"inv plan {name}" + (" --push" if name in plans_here(ctx) else "")
        raise ReleaseError(f"cannot pull {name}", why=why, run=run)
    issues = sorted(forge.issues.of(milestone), key=lambda each: each.number)
    plans, path = plans_here(ctx), path_of(name)
    before = (ctx.root / path).read_text(encoding="utf-8") if name in plans else ""
    start = before or text_of("", milestone.due, (), inherited(plans, name), schema=in_repository(ctx.root))
    after = _with_milestone(ctx, start, parse_plan(start, path), milestone, issues)
    plan = parse_plan(after, path)
    for row in _remarks(plan, milestone, issues, ctx, name):
        ctx.report.say(row)
    if after == before:
        ctx.report.say(f"{path} has all of the milestone {milestone.title}; nothing was changed")
        return
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="")
    ctx.report.say("\n".join(rows))
    if dry_run:
        ctx.report.say("nothing was changed")
        return
    (ctx.root / FOLDER).mkdir(exist_ok=True)
    (ctx.root / path).write_text(after, encoding="utf-8")
    commit_plans(ctx.git, [path], f"Plan {name}: pull the milestone {milestone.title}")
    ctx.report.say(f"\n{path} is committed; next: inv scope {name}{not_yet(ctx)}")


@dataclass(frozen=True)
class _Change:
    """One change of the forge, in words, and what makes it."""

    text: str
    make: Callable[[Milestone], object]


def push(ctx: Context, version: str, agree: Callable[[str], None], *, dry_run: bool = False) -> None:
    """Make or move the milestone of a planned release, and put the issues of its items into it; asked first.

    Nothing is closed, deleted or taken out of a milestone. Raises ReleaseError where no forge is configured.
    """
    release = planned(ctx, version)
    forge = _forge(ctx, f"cannot push {release.name}")
    milestone = _milestone(forge, ctx, release.name)
    there = {each.number for each in forge.issues.of(milestone)} if milestone else set()
    changes = _moves(forge, milestone, release.plan) + [
        _Change(f"put #{item.issue} into it: {item.title}", partial(_assign, forge, release.name, item.issue))
        for item in release.plan.item
        if item.issue and item.issue not in there
    ]
    title = milestone.title if milestone else release.name
    if not milestone:
        due = f", due {release.plan.date}" if release.plan.date else ""
        ctx.report.say(f"make the milestone {title} on {forge.name}{due}")
    for each in changes:
        ctx.report.say(each.text)
    if milestone and not changes:
        ctx.report.say(f"the milestone {title} on {forge.name} is as planned; nothing was changed")
        return
    if dry_run:
        ctx.report.say("nothing was changed")
        return
    agree(f"this changes what others see on {forge.name}")
    held = milestone or forge.issues.make_milestone(title, release.plan.date)
    for each in changes:
        each.make(held)
    ctx.report.say(f"the milestone {title} is as planned: {held.page}".rstrip(": "))


def _assign(forge: Forge, name: str, number: int, milestone: Milestone) -> None:
    """Put an issue into a milestone; raise ReleaseError that names the plan for an issue that is not there."""
    try:
        forge.issues.assign(number, milestone)
    except ForgeRefused as refused:
        if refused.status != _NOT_FOUND:
            raise
        why = f"{forge.name} has no issue {number}, or it was moved ({refused.why})"
        run = f"$EDITOR {path_of(name)}      (issue = {number})"
        raise ReleaseError(f"cannot put #{number} into the milestone {milestone.title}", why=why, run=run) from refused


def _moves(forge: Forge, milestone: Milestone | None, plan: Plan) -> list[_Change]:
    """Return the change of the day of a milestone that is there."""
    day = plan.date
    if milestone is None or day is None or milestone.due == day:
        return []
    before = f"from {milestone.due} " if milestone.due else ""
    text = f"move the milestone {milestone.title} {before}to {day}"
    return [_Change(text, lambda held: forge.issues.move_milestone(held, day))]


def _forge(ctx: Context, what: str) -> Forge:
    if ctx.forge is None:
        raise ReleaseError(what, why="no forge is configured ([forge] in release.toml)", run="$EDITOR release.toml")
    return ctx.forge


def _milestone(forge: Forge, ctx: Context, name: str) -> Milestone | None:
    """Return the milestone of a version: 1.3, v1.3, 1.3.0, acme 1.3; raise ReleaseError for several."""
    full = ".".join(map(str, (*Version(name).release, 0, 0)[:3]))
    titles = {f"{start}{each}" for each in (name, full) for start in ("", "v", f"{ctx.project.name} ".lower())}
    found = [each for each in forge.issues.milestones() if each.title.strip().lower() in titles]
    if len(found) > 1:
        why = f"{forge.name} has several milestones for it: {names_of([each.title for each in found])}"
        raise ReleaseError(f"cannot choose the milestone of {name}", why=why, run=f"$BROWSER {found[0].page}".rstrip())
    return found[0] if found else None


def _with_milestone(ctx: Context, text: str, plan: Plan, milestone: Milestone, issues: Sequence[Issue]) -> str:
    """Return the text of a plan with the items that a milestone has and it has not, and a day where it has none."""
    if plan.date is None and milestone.due:
        text = with_date(text, milestone.due)
    known = {each.issue for each in plan.item} | {each.issue for each in plan.deferred}
    for each in issues:
        if each.number not in known and not dropped(each, ctx.config.plan):
            text = with_issue(text, each.number, _title(each), _rank(each, ctx))
    return text


def _title(issue: Issue) -> str:
    """Return the title of an issue as one line without control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in issue.title).split()) or f"#{issue.number}"


def _rank(issue: Issue, ctx: Context) -> str:
    rules, labels = ctx.config.plan, {each.casefold() for each in issue.labels}
    return next((rank for rank in ("must", "should") if getattr(rules, rank).casefold() in labels), "")


def _remarks(plan: Plan, milestone: Milestone, issues: Sequence[Issue], ctx: Context, name: str) -> list[str]:
    """Return what the plan and the milestone say differently, which a person decides."""
    rows = []
    if plan.date and milestone.due and plan.date != milestone.due:
        rows += [f"the plan has {plan.date}, the milestone {milestone.due}: inv plan {name} --push moves the milestone"]
    there = {each.number: each for each in issues}
    missing = [f"#{item.issue}" for item in plan.item if item.issue and item.issue not in there]
    if missing:
        rows += [f"not in the milestone: {names_of(missing)}: inv plan {name} --push puts them into it"]
    gone = [item for item in plan.item if item.issue in there and dropped(there[item.issue], ctx.config.plan)]
    rows += [f"#{item.issue} was closed without being done: {_defer(item)}" for item in gone]
    return rows


def _defer(item: Item) -> str:
    return f'inv defer {item.name} --to 1.4 --reason "why it has to wait", or take it out of the plan'
