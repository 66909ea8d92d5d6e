"""inv plan: write the plan of a release, plans/1.3.toml, and commit it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from packaging.version import InvalidVersion, Version

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.engine_place import in_repository
from release.context import Context
from release.planning.moment import today
from release.planning.new_plan import inherited, text_of
from release.planning.plan import FOLDER, Plan, parse_plan, path_of


def plan(
    ctx: Context, version: str, theme: str = "", day: str = "", items: Sequence[str] = (), *, dry_run: bool = False
) -> None:
    """Write the plan of a version and commit it; other changes stay as they are.

    It begins with what older plans deferred to this version and with their open actions. Raises ReleaseError for a
    version that cannot be planned and for a plan that is there already.
    """
    name = name_of(version)
    path = path_of(name)
    refuse_released(ctx, name)
    if (ctx.root / path).exists():
        raise ReleaseError(f"cannot plan {name}", why=f"{path} already exists", run=f"$EDITOR {path}")
    left = inherited(plans_here(ctx), name)
    text = text_of(theme, _day(day, name), items, left, schema=in_repository(ctx.root))
    planned = parse_plan(text, path)
    if dry_run:
        ctx.report.foretell(f"{path} would be committed:\n\n{text}")
        return
    (ctx.root / FOLDER).mkdir(exist_ok=True)
    (ctx.root / path).write_text(text, encoding="utf-8")
    commit_plans(ctx.git, [path], f"Plan {name}")
    passed = f"\nits date, {planned.date}, has passed" if planned.date and planned.date < today() else ""
    taken = len(left.items) + len(left.actions)
    more = f", with {taken} that older plans left" if taken else ""
    ctx.report.say(f"{path} is committed{more}; next: $EDITOR {path} && inv scope {name}{not_yet(ctx)}{passed}")


def name_of(version: str) -> str:
    """Return the name of a version's plan: 1.3 for 1.3.0, 1.3.1 for 1.3.1; raise ReleaseError for no final version."""
    try:
        found = Version(version)
    except InvalidVersion:
        raise ReleaseError(f'cannot plan "{version}"', why="it is not a version", run="inv plan 1.3") from None
    if found.is_prerelease or found.is_postrelease or len(found.release) > 3 or found.epoch:
        raise ReleaseError(f"cannot plan {version}", why="a plan is for a final release", run="inv plan 1.3")
    return f"{found.major}.{found.minor}" + (f".{found.micro}" if found.micro else "")


def plans_here(ctx: Context) -> dict[str, Plan]:
    """Return {name: plan} of the plans in the working tree."""
    paths = sorted((ctx.root / FOLDER).glob("*.toml"))
    return {each.stem: parse_plan(each.read_text(encoding="utf-8"), f"{FOLDER}/{each.name}") for each in paths}


def commit_plans(git: Git, paths: Sequence[str], subject: str) -> None:
    """Commit these plans and nothing else."""
    git.change("add", "--", *paths)
    git.commit_only(subject, *paths)


def not_yet(ctx: Context) -> str:
    """Return a note for a commit that is on another branch than the main one, whose plans alone count."""
    return "" if ctx.branch == ctx.config.branch else f"\nit takes effect on {ctx.config.branch}"


def refuse_released(ctx: Context, name: str) -> None:
    """Raise ReleaseError for the plan of a version that is released."""
    version = Version(name)
    tag = ctx.config.tag_of(f"{version.major}.{version.minor}.{version.micro}")
    if tag in ctx.git.tags():
        raise ReleaseError(f"cannot plan {name}", why=f"it is released: there is a tag {tag}", run=f"inv scope {name}")


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        why = "the calendar has no such day; a date is written 2027-03-02"
        run = f"inv plan {name} --date 2027-03-02"
        raise ReleaseError(f'cannot use the day "{text}"', why=why, run=run) from None
