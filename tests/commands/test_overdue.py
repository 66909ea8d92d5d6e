"""A final whose planned date has passed: every command says so, and what to do about it."""

from __future__ import annotations

from datetime import date

import pytest

from release.engine.gate import Verdict
from release.gates.planned_release_gates import CALENDAR
from release.planning.moment import today
from release.values.release import Release
from release.values.version_numbers import parse_version
from tests.support.lines import here
from tests.support.planning import fragment_on, history, plan_on
from tests.support.world import World

PLAN = """\
date = 2026-09-07
lead = "ada@example.org"
[[item]]
id = "parser"
title = "A parser of its own"
must = true
[[item]]
id = "plugins"
title = "Plugins"
"""
AT = "--at=2026-09-17"  # ten days after it
MOVE = "$EDITOR plans/1.3.toml      (a new date)"
HEALTH = f"""
Red: scope (0 of 2 done, musts 0 of 1; past their stage: parser); \
date (2026-09-07 has passed, 10 days ago; 85 % by 2026-10-05); velocity (1.8 a week; no time is left); \
calendar (late: feature-complete (2026-08-17), production (2026-09-07))

  red    scope          0 of 2 done, musts 0 of 1; past their stage: parser
  red    date           2026-09-07 has passed, 10 days ago; 85 % by 2026-10-05
  red    velocity       1.8 a week; no time is left
  green  critical path  no open item waits for another
  red    calendar       late: feature-complete (2026-08-17), production (2026-09-07)

next: {MOVE}
"""
TIMELINE = f"""
phases:
  none is left: 2026-09-07 has passed

critical path: 1 of 2 open points
  91 % of draws  plugins  effort 1
  or: parser (9 %)

buffer: 9 days (85 % minus 50 %)

when it is late:
  now   move the date; everything has 85 % by 2026-10-05: {MOVE}
  or    defer plugins: inv defer plugins --to 1.4 --reason "why it has to wait"
  then  the musts alone have 85 % by 2026-09-26
  any   inform those who wait for it: inv health 1.3 --update customers
"""


@pytest.fixture
def overdue(repository: World) -> World:
    day = history(repository, 10, 2)
    repository.git("tag", "--annotate", "--message=1.2.0", "v1.2.0")
    plan_on(repository, day, PLAN)
    return repository


def test_each_command_says_that_the_date_has_passed_and_what_to_do(overdue: World) -> None:
    said = {}
    for words in ("health", "timeline", "timeline --markdown", "calendar", "scope", "due", "health --update=customers"):
        ran = overdue.inv(*words.split(), AT)
        assert ran.code == 0, ran.text
        said[words] = ran.out

    heading = "final planned for 2026-09-07, 10 days ago; as of 2026-09-17"
    assert all(heading in text for words, text in said.items() if "customers" not in words)
    assert said["health"].partition("\n")[2].partition("\n")[2] == HEALTH
    assert said["timeline"].partition("\n")[2].partition("\n")[2] == TIMELINE
    assert "## Phases\n\nnone is left: 2026-09-07 has passed\n" in said["timeline --markdown"]
    assert "| now | move the date; everything has 85 % by 2026-10-05: " in said["timeline --markdown"]
    assert "  production        Mon 2026-09-07  late by 10 days\n" in said["calendar"]
    assert said["calendar"].endswith(f"\nnext: {MOVE}\n")
    assert "  overdue  2026-09-07  10 days ago  " in said["due"]
    assert "The planned date, 2026-09-07, has passed; there is no new one yet." in said["health --update=customers"]


def test_the_gate_lets_it_pass_and_status_says_how_late_it_is(overdue: World) -> None:
    late = (today() - date(2026, 9, 7)).days
    ctx = here(overdue, write=False)
    ctx = ctx.taking(Release("acme", parse_version("1.3.0"), ctx.line, "v1.3.0"))

    fact = f"production of 1.3 was due on 2026-09-07, {late} days ago"
    assert CALENDAR.ask(ctx) == Verdict(True, fact)
    status = overdue.inv("status").out
    assert "  red     plan of 1.3  " in status and " more: inv health 1.3\n" in status
    assert "  next    feature-complete                    2026-08-17, late by " in status


def test_with_nothing_open_the_release_is_what_is_missing(overdue: World) -> None:
    for name in ("parser", "plugins"):
        fragment_on(overdue, date(2026, 9, 15), f"{name}.feature.md")

    out = overdue.inv("health", AT).out

    assert "Red: calendar (late: production (2026-09-07))\n" in out
    assert out.endswith("\nnext: inv readiness\n")
