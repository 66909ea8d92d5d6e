"""`inv retrospective`: what happened around a release, the draft of an agenda, and the actions that come of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from release.base.errors import ReleaseError
from release.commands.planning.plan import commit_plans, not_yet
from release.context import Context
from release.insight.known_releases import known_releases, release_of
from release.insight.retrospective import Retrospective, retrospective
from release.insight.retrospective_draft import draft, planned_text
from release.planning.plan import FOLDER, Action, Plan, parse_plan, path_of
from release.planning.plan_edits import with_action
from release.planning.prose import as_json as json_of
from release.planning.prose import columns


@dataclass(frozen=True)
class NewAction:
    """An action as it was typed."""

    text: str
    owner: str
    due: str


def look(ctx: Context, version: str = "", at: str = "", *, offline: bool = False) -> Retrospective:
    """Return the retrospective of a release, the newest final if none is named; changes nothing."""
    command = "inv retrospective"
    known = known_releases(ctx, at, lambda _: 0, offline=offline, command=command)
    release = release_of(known, version, command) if version else known.history.releases[-1]
    return retrospective(ctx, known, release, offline=offline)


def show(ctx: Context, found: Retrospective) -> None:
    """Print the timeline, what was predicted beside what came, and the actions."""
    say, release = ctx.report.say, found.release
    say(f"{ctx.project.name} {release.version}: retrospective\n")
    rows = [(str(each.day), each.what, each.fact, planned_text(each)) for each in found.events]
    say("\n".join(columns(rows)))
    say("\nplanned, predicted, or the release before; and what came:")
    say("\n".join(columns([(each.about, each.predicted, each.came) for each in found.comparisons])))
    for title, actions in (("actions", found.actions), ("open from earlier releases", found.open_before)):
        if actions:
            say(f"\n{title}:")
            say("\n".join(columns([_action_row(each) for each in actions])))
    say(f"\nthe agenda as a draft: inv retrospective {found.name} --write")


def _action_row(each: Action) -> tuple[str, str, str, str]:
    return "done" if each.done else "open", each.text, each.owner, f"due {each.due}" if each.due else ""


def as_markdown(ctx: Context, found: Retrospective) -> str:
    """Return the agenda as a draft of Markdown."""
    return draft(ctx.project.name, found)


def as_json(ctx: Context, found: Retrospective) -> str:
    """Return the retrospective for machines."""
    return json_of(
        {
            "project": ctx.project.canonical,
            "release": str(found.release.version),
            "tag": found.release.tag,
            "at": datetime.fromtimestamp(found.release.at, UTC).isoformat(),
            "planned": found.planned,
            "events": [
                {"day": each.day, "what": each.what, "fact": each.fact, "planned": each.planned, "late": each.days_late}
                for each in found.events
            ],
            "comparisons": [
                {"about": each.about, "predicted": each.predicted, "came": each.came, "good": each.good}
                for each in found.comparisons
            ],
            "decisions": list(found.decisions),
            "failed": found.failure.text if found.failure else None,
            "actions": [_action(each) for each in found.actions],
            "open_before": [_action(each) for each in found.open_before],
        }
    )


def _action(each: Action) -> dict[str, Any]:
    return {"text": each.text, "owner": each.owner or None, "due": each.due, "done": each.done}


def write(ctx: Context, found: Retrospective, *, dry_run: bool = False) -> None:
    """Write the draft beside the plan and commit it; raise ReleaseError where people may have written into one."""
    path = f"{FOLDER}/{found.name}.md"
    if (ctx.root / path).exists():
        why = "it already exists, and its content would be lost"
        raise ReleaseError(f"cannot write {path}", why=why, run=f"inv retrospective {found.name} --markdown")
    if dry_run:
        ctx.report.foretell(f"{path} would be committed")
        return
    (ctx.root / FOLDER).mkdir(exist_ok=True)
    (ctx.root / path).write_text(draft(ctx.project.name, found), encoding="utf-8")
    commit_plans(ctx.git, [path], f"Draft the retrospective of {found.name}")
    ctx.report.say(f"{path} is committed; next: $EDITOR {path}{not_yet(ctx)}")


def act(ctx: Context, found: Retrospective, new: NewAction, *, dry_run: bool = False) -> None:
    """Write an action into the plan of the release (it gets one, where it has none) and commit it."""
    path = path_of(found.name)
    action = _checked(found.name, new)
    place = ctx.root / path
    before = place.read_text(encoding="utf-8") if place.exists() else ""
    known = parse_plan(before, path) if before else Plan()
    if any(each.text == action.text for each in known.action):
        why = f'{path} has an action "{action.text}" already'
        raise ReleaseError("cannot write the action", why=why, run=f"$EDITOR {path}")
    after = with_action(before, action)
    parse_plan(after, path)
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="")
    ctx.report.say("\n".join(rows))
    if dry_run:
        ctx.report.foretell()
        return
    place.parent.mkdir(exist_ok=True)
    place.write_text(after, encoding="utf-8")
    commit_plans(ctx.git, [path], f"Action of the retrospective of {found.name}\n\n{action.text}")
    ctx.report.say(f"\n{path} is committed; the next plan takes over the action{not_yet(ctx)}")


def _checked(name: str, new: NewAction) -> Action:
    """Return the action that was typed; raise ReleaseError where it has no owner or no day."""
    run = f'inv retrospective {name} --action "what is to be done" --owner ada@example.org --due 2027-04-01'
    what = "cannot write the action"
    if not new.text.strip() or not new.owner.strip() or not new.due:
        raise ReleaseError(what, why="an action needs a text, an owner and a due date", run=run)
    try:
        due = date.fromisoformat(new.due)
    except ValueError:
        raise ReleaseError(what, why=f'"{new.due}" is not a date such as 2027-04-01', run=run) from None
    return Action(" ".join(new.text.split()), new.owner.strip(), due)
