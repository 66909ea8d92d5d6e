"""A year of a planned release in real git: at twelve days what is printed is compared whole, and replayed later."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from release.approvals.decision_records import Person
from release.commands.planning import calendar, forecast, health, scope
from tests.support.planning import commit_on, fragment_on, history, plan_on
from tests.support.world import World

PRINTED = Path(__file__).with_name("planned_year.txt")
PLAN = """\
theme = "streaming"
date = 2026-06-30
[[item]]
id = "parser"
title = "A parser of its own"
must = true
effort = 5
[[item]]
id = "streaming"
title = "Read results as a stream"
issue = 123
must = true
value = 8
effort = 8
risk = 0.3
needs = ["parser"]
by = "beta"
[[item]]
id = "docs"
title = "A guide"
should = true
[[item]]
id = "plugins"
title = "Plugins"
effort = 8
value = 3
[[item]]
id = "themes"
title = "Themes"
effort = 3
value = 2
[[risk]]
id = "abi"
text = "numpy 3 changes the ABI"
chance = 0.4
impact = 10
mitigation = "build against both"
"""
NEXT = (
    '[[item]]\nid = "plugins"\ntitle = "Plugins"\neffort = 8\n[[item]]\nid = "themes"\ntitle = "Themes"\neffort = 3\n'
)


def without(text: str, name: str) -> str:
    """Return a plan in which an item is deferred to 1.4."""
    blocks = text.split("[[item]]\n")
    kept = "[[item]]\n".join(block for block in blocks if not block.startswith(f'id = "{name}"'))
    if blocks[-1].startswith(f'id = "{name}"'):  # the tables behind the last item stay
        kept += blocks[-1][blocks[-1].index("[[risk]]") :]
    return f'{kept}[[deferred]]\nid = "{name}"\nreason = "no time"\nto = "1.4"\n'


class Year:
    """What happens in the year; each look is printed as of its day, and kept with the day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.looks: dict[date, str] = {}

    def look(self, day: date) -> None:
        """Print scope, calendar, health and forecast of 1.3 as of a day that has just ended."""
        self.looks[day] = self.printed(day)

    def printed(self, day: date) -> str:
        """Return what the four commands print as of a day."""
        ctx = self.world.context()
        shown = (command.show(ctx, "1.3", f"{day}") for command in (scope, calendar, health, forecast))
        return "\n\n".join(shown)

    def named(self, text: str) -> str:
        """Return a text in which each commit has its subject, since its hash depends on the whole template."""
        rows = self.world.git("log", "--all", "--format=%h %s", "--abbrev=7").splitlines()
        subjects = dict(row.split(" ", 1) for row in rows)
        return re.sub(r"\b[0-9a-f]{7}\b", lambda found: f"<{subjects.get(found[0], found[0])}>", text)

    def let_in(self, commit: str, day: date) -> None:
        """Ada asks for an exception of the freeze, Grace grants it on the same day; before that, none is there."""
        world, noon = self.world, f"{day}T12:00:00+0000"
        world.git("push", "--quiet", "--force", "origin", "main", f"{commit}^:refs/heads/release/1.3")
        check = ("freeze", "--check", "origin/release/1.3..HEAD")
        words = (commit, "--line=1.3", "--reason=it was promised")

        assert (world.inv(*check).code, commit[:12] in world.inv(*check).out) == (1, True)
        assert world.inv("freeze", "--ask", *words, GIT_COMMITTER_DATE=noon).code == 0
        assert "two people decide about that" in world.inv("freeze", "--allow", *words).err
        grace = Person("Grace Hopper", "grace@example.org")
        ran = world.inv(
            "freeze",
            "--allow",
            *words,
            GIT_COMMITTER_DATE=noon,
            GIT_COMMITTER_NAME=grace.name,
            GIT_COMMITTER_EMAIL=grace.email,
        )
        assert f"allowed on 1.3 by {grace}: it was promised" in ran.out, ran.text
        assert world.inv(*check).code == 0
        world.git("push", "--quiet", "origin", "release/1.3")

    def tag(self, name: str) -> None:
        """Tag the newest commit, on its day."""
        when = {"GIT_COMMITTER_DATE": self.world.git("log", "-1", "--format=%cI")}
        ran = self.world.run("git", "tag", "--annotate", f"--message={name}", name, env=when)
        assert ran.code == 0, ran.text


def a_year(world: World) -> Year:
    """Live the year: planned, two items deferred, frozen, an exception, candidates, a late must, final, next plan."""
    world.write("release.toml", "two_people = true\n" + (world.project / "release.toml").read_text(encoding="utf-8"))
    year, day = Year(world), history(world, 14, 2, date(2025, 11, 3))
    year.tag("v1.2.0")
    plan_on(world, day, PLAN)
    year.look(day)
    for week in range(8):
        fragment_on(world, day + timedelta(days=7 * week + 2), f"+s{week}.fix.md")
    fragment_on(world, date(2026, 4, 7), "parser.feature.md")
    year.look(date(2026, 4, 7))
    plan_on(world, date(2026, 4, 14), without(PLAN, "plugins"))
    year.look(date(2026, 4, 14))
    text = without(without(PLAN, "plugins"), "themes")
    plan_on(world, date(2026, 5, 4), text)
    year.look(date(2026, 5, 4))
    commit_on(world, date(2026, 5, 20), "Write the guide\n\nItem: docs")
    year.look(date(2026, 6, 1))
    commit_on(world, date(2026, 6, 2), "an alpha")
    year.tag("v1.3.0a1")
    year.look(date(2026, 6, 9))
    world.git("switch", "--quiet", "--create", "release/1.3")
    commit_on(world, date(2026, 6, 16), "Freeze 1.3\n\nFrozen: 1.3")
    year.look(date(2026, 6, 16))
    commit_on(world, date(2026, 6, 17), "a beta")
    year.tag("v1.3.0b1")
    year.look(date(2026, 6, 20))
    must = fragment_on(world, date(2026, 6, 26), "123.feature.md")  # the late must, let in by an exception
    year.let_in(must, date(2026, 6, 26))
    commit_on(world, date(2026, 6, 27), "a candidate")
    year.tag("v1.3.0rc1")
    year.look(date(2026, 6, 28))
    commit_on(world, date(2026, 7, 6), "another candidate")
    year.tag("v1.3.0rc2")
    year.look(date(2026, 7, 6))
    commit_on(world, date(2026, 7, 9), "Release acme 1.3.0\n\nRelease: 1.3.0")
    year.tag("v1.3.0")
    year.look(date(2026, 7, 9))
    world.git("switch", "--quiet", "main")
    plan_on(world, date(2026, 7, 13), NEXT, "1.4")
    year.look(date(2026, 7, 13))
    return year


@pytest.mark.journey
def test_a_year_is_printed_whole_and_replayed_to_the_same_bytes(repository: World) -> None:
    """Write it again: remove planned_year.txt, run this test, read the new file, and run it once more."""
    year = a_year(repository)

    assert len(year.looks) == 12
    for day, text in year.looks.items():
        assert year.printed(day) == text, day
    ran = repository.inv("retrospective", "1.3", "--at=2026-07-13")
    assert "  2026-06-26  exception " in ran.out, ran.text
    assert "reason it was promised: Grace Hopper, of" in ran.out
    told = "".join(f"==== {day} ====\n{year.named(text)}\n" for day, text in year.looks.items())
    if not PRINTED.exists():
        PRINTED.write_text(told, encoding="utf-8")
        pytest.fail(f"{PRINTED.name} is written; read it, and run again")
    assert told == PRINTED.read_text(encoding="utf-8")
