"""inv defer: move an item to the plan of a later release, in one commit."""

from __future__ import annotations

import difflib

from packaging.version import Version

from release.base.errors import ReleaseError
from release.commands.planning.plan import commit_plans, name_of, not_yet, plans_here
from release.context import Context
from release.planning.plan import Item, Plan, parse_plan, path_of
from release.planning.plan_edits import with_item, without_item
from release.planning.planned_release import planned


def defer(ctx: Context, item: str, to: str, reason: str, version: str = "", *, dry_run: bool = False) -> None:
    """Move an item of a plan to a later release, show the difference and commit it.

    A later plan that is there takes the item with all its keys; one that is written later takes it over. Raises
    ReleaseError for an unknown item, a release that is not later, and an item that others need.
    """
    name = version or planned(ctx).name
    plans = plans_here(ctx)
    name = next((each for each in plans if each == name or name_of(name) == each), name)
    what = f"cannot defer {item}"
    if name not in plans:
        raise ReleaseError(what, why=f"there is no {path_of(name)} here", run=f"git switch {ctx.config.branch}")
    if not to or not reason.strip():
        run = f'inv defer {item} --to {_next_minor(name)} --reason "why it has to wait"'
        raise ReleaseError(what, why="a later release and a reason are required", run=run)
    later = name_of(to)
    if Version(later) <= Version(name):
        run = f'inv defer {item} --to {_next_minor(name)} --reason "why it has to wait"'
        raise ReleaseError(what, why=f"{later} is not later than {name}", run=run)
    found = _item(plans[name], name, item)
    changed = _changed(ctx, plans, name, found, later, reason)
    for path, (before, after) in changed.items():
        parse_plan(after, path)
        rows = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="")
        ctx.report.say("\n".join(rows))
    if dry_run:
        ctx.report.foretell()
        return
    for path, (_, after) in changed.items():
        (ctx.root / path).write_text(after, encoding="utf-8")
    commit_plans(ctx.git, list(changed), f"Defer {found.name} from {name} to {later}\n\n{reason}")
    taken = "" if later in plans else f"; inv plan {later} takes it over"
    ctx.report.say(f"\n{found.name} is deferred to {later}{taken}{not_yet(ctx)}")


def _next_minor(name: str) -> str:
    """Return the release that an item can be deferred to from the one of that name: 1.4 for 1.3."""
    version = Version(name)
    return f"{version.major}.{version.minor + 1}"


def _item(plan: Plan, name: str, wanted: str) -> Item:
    """Return the item that is meant; raise ReleaseError where there is none, or where another one needs it."""
    known = {each.name: each for each in plan.item}
    found = next((each for each in plan.item if wanted in (each.name, str(each.issue or ""))), None)
    if found is None:
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.4)
        why = f"{path_of(name)} has no item {wanted}" + (f"; did you mean {near[0]}?" if near else "")
        raise ReleaseError(f"cannot defer {wanted}", why=why, run=f"inv scope {name}")
    needing = [each.name for each in plan.item if found.name in each.needs]
    if needing:
        why = f"{', '.join(needing)} {'needs' if len(needing) == 1 else 'need'} it"
        run = f'inv defer {needing[0]} --to {_next_minor(name)} --reason "why it has to wait"'
        raise ReleaseError(f"cannot defer {found.name}", why=why, run=run)
    return found


def _changed(
    ctx: Context, plans: dict[str, Plan], name: str, item: Item, later: str, reason: str
) -> dict[str, tuple[str, str]]:
    """Return {path: (text before, text after)} of the plans that change."""
    source = (ctx.root / path_of(name)).read_text(encoding="utf-8")
    changed = {path_of(name): (source, without_item(source, plans[name], item, later, reason))}
    if later in plans and item.name not in {each.name for each in plans[later].item}:
        target = (ctx.root / path_of(later)).read_text(encoding="utf-8")
        known = {each.name for each in plans[later].item}
        changed[path_of(later)] = (target, with_item(target, source, plans[name], item, known))
    return changed
