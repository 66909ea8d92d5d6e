"""A project with a plan, whose commits have the days that a test gives them."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.world import World

START = date(2026, 7, 6)  # a Monday


def commit_on(
    world: World,
    day: date,
    message: str = "a change",
    files: dict[str, str] | None = None,
    remove: tuple[str, ...] = (),
) -> str:
    """Write and remove files, commit everything on a day at noon UTC, and return the commit."""
    for path, text in (files or {}).items():
        world.write(path, text)
    for path in remove:
        (world.project / path).unlink()
    world.git("add", "--all")
    when = f"{day}T12:00:00+0000"
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    ran = world.run("git", "commit", "--quiet", "--allow-empty", "--message", message, env=dates)
    assert ran.code == 0, ran.text
    return world.git("rev-parse", "HEAD")


def fragment_on(world: World, day: date, name: str) -> str:
    """Commit a fragment on a day."""
    return commit_on(world, day, f"note {name}", {f"changelog.d/{name}": "Something changed\n"})


def history(world: World, weeks: int, each: int = 1, start: date = START) -> date:
    """Begin the history anew on a day, with fragments each week; return the Monday after the last."""
    world.git("checkout", "--quiet", "--orphan", "anew")
    commit_on(world, start, "start")
    world.git("branch", "--quiet", "--force", "main", "anew")
    world.git("switch", "--quiet", "main")
    for week in range(weeks):
        for number in range(each):
            fragment_on(world, start + timedelta(days=7 * week + 1), f"+w{week}n{number}.fix.md")
    return start + timedelta(days=7 * weeks)


def plan_on(world: World, day: date, text: str, name: str = "1.3") -> str:
    """Commit a plan on a day."""
    return commit_on(world, day, f"plan {name}", {f"plans/{name}.toml": text})
