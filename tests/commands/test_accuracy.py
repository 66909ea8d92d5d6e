"""`inv accuracy`: what was predicted is replayed from git, and says the same of a past Monday for ever."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from typing import Any

import pytest

from release.insight.accuracy import Score
from release.planning.forecast import chance_within
from tests.support.past import Past, note
from tests.support.world import World

PLAN = """\
date = {date}
[[item]]
id = "one"
title = "One"
must = true
[[item]]
id = "two"
title = "Two"
[[risk]]
id = "abi"
text = "The ABI changes"
chance = {chance}
outcome = "{outcome}"
"""


def plan(day: str, chance: float = 0.3, outcome: str = "") -> dict[str, str]:
    return {"plans/1.1.toml": PLAN.format(date=day, chance=chance, outcome=outcome)}


@pytest.fixture
def past(repository: World) -> World:
    """Ten weeks of a fix a week, 1.0.0, and a plan of 1.1 (days since 2026-01-01): made on day 70 for day 110.

    On day 100 its date becomes day 121; item one is done on day 90, the other one on day 118; it is out on day 121.
    """
    shutil.rmtree(repository.project / ".git")
    past = Past(repository.project)
    for week in range(10):
        past.commit(f"change {week}", 7 * week + 0.6, note(f"+old{week}.fix.md"))
    past.release("1.0.0", 65, gone=tuple(f"+old{week}.fix.md" for week in range(10)))
    past.commit("plan", 70.6, plan("2026-04-21"))
    for week in range(10, 17):
        past.commit(f"change {week}", 7 * week + 1.6, note(f"+new{week}.fix.md"))
    past.commit("one", 90.6, note("one.feature.md"))
    past.commit("moved", 100.6, plan("2026-05-02", 0.8))
    past.commit("two", 118.6, note("two.feature.md"))
    past.release("1.1.0", 121.6, gone=("one.feature.md", "two.feature.md"))
    past.commit("outcome", 125, plan("2026-05-02", 0.8, "averted"))
    past.made()
    repository.git("reset", "--quiet", "--hard")
    repository.git("remote", "add", "origin", repository.remote)
    return repository


MONDAY = "--at=2026-06-01"


def facts(world: World, *words: str) -> dict[str, Any]:
    ran = world.inv("accuracy", *words, "--json")
    assert (ran.code, ran.err) == (0, ""), ran.text
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_what_was_predicted_of_a_release_is_beside_what_came(past: World) -> None:
    [release] = facts(past, MONDAY)["releases"]

    assert (release["name"], release["released"]) == ("1.1", "2026-05-02")
    assert (release["promised"], release["delivered"], release["unplanned"]) == (2, 2, 7)
    finals = [each for each in release["stages"] if each["stage"] == "production"]
    assert [(each["horizon"], each["planned"], each["late"]) for each in finals] == [
        (7, "2026-05-02", 0),  # of the plan that was in force a week before its day
        (30, "2026-04-21", 11),
    ]
    assert release["risks"] == [{"name": "abi", "chance": 0.3, "materialised": False}]  # the chance that it had first
    mondays = [each["monday"] for each in release["forecasts"]]
    first = date(2026, 3, 16)
    assert mondays == [str(first + timedelta(days=7 * week)) for week in range(len(mondays))]
    assert len(mondays) == 7
    assert [each["came"] for each in release["forecasts"]] == [False] * 4 + [True] * 3
    assert all(0 < each["chance"] < 1 for each in release["forecasts"])


OTHERS = "over 85 %; Kubernetes: 79 % of 798 planned items (71 to 87 % a release)"
OFF = "at most 15 %; median, in percent of the days until then"
BRIER = "Mondays of 1 release; 0 is best, 0.25 a coin"
SOME = (
    "  scope",
    "  7 days",
    "  182 days ahead: w",
    "  days off",
    "  Brier score of the d",
    "  items done by the 85",
    "  risks",
)
SHOWN = f"""\
  scope delivered                2 of 2, too few to judge                        n 2     {OTHERS}
  7 days ahead: on the day       1 of 2, too few to judge                        n 2     CPython: 50 % of 111 stages
  7 days ahead: within 3 days    1 of 2, too few to judge                        n 2     CPython: 87 %
  182 days ahead: within 3 days  too few to judge                                n 0     CPython: 68 %
  days off                       too few to judge                                n 3     {OFF}
  Brier score of the date        0.42                                            n 7     {BRIER}
  items done by the 85 % day     6 of 7, 86 % (90 % interval: 56 to 97 %)        n 7     Mondays of 1 release
  risks judged right             1 of 1, too few to judge                        n 1     over 80 %
"""


def test_the_scores_are_shown_with_targets_and_the_bars_of_others(past: World) -> None:
    ran = past.inv("accuracy", MONDAY)

    assert (ran.code, ran.err) == (0, "")
    rows = ran.out.splitlines()
    assert rows[0] == "acme: accuracy of predictions over 1 released plan (1.1), as of 2026-06-01"
    assert [row.rstrip() for row in rows if row.startswith(SOME)] == SHOWN.splitlines()
    assert len(rows) == 2 + 20


def test_a_past_monday_says_the_same_bytes_whatever_came_later(past: World) -> None:
    mondays = ("2026-04-13", "2026-06-01")
    before = [past.inv("accuracy", f"--at={day}", "--json").out for day in mondays]
    assert before[0] != before[1]

    past.write("plans/1.1.toml", PLAN.format(date="2026-05-02", chance=0.8, outcome="materialised"))
    past.write("plans/1.2.toml", '[[item]]\ntitle = "Else"\n')
    past.write("changelog.d/+more.fix.md", "More\n")
    past.commit("later")
    past.git("tag", "--annotate", "--message=1.1.1", "v1.1.1")
    past.commit("and later")

    assert [past.inv("accuracy", f"--at={day}", "--json").out for day in mondays] == before
    clone = past.project.parent / "clone"
    past.git("clone", "--quiet", past.project, clone)
    assert past.inv("accuracy", f"--at={mondays[1]}", "--json", cwd=clone).out == before[1]


def test_a_project_without_a_plan_has_the_forecasts_of_its_own_history(past: World) -> None:
    past.git("rm", "--quiet", "-r", "plans")
    past.commit("no plans")

    found = facts(past)

    assert found["releases"] == []
    by_key = {each["key"]: each for each in found["scores"]}
    assert by_key["own_p85"]["n"] > 5
    assert by_key["gates"]["n"] == 2
    assert by_key["scope"]["text"] == "too few to judge"
    assert "why: it is less than 1\n  run: inv accuracy --last 5" in past.inv("accuracy", "--last=0").err


def test_a_target_is_met_only_with_enough_to_say() -> None:
    assert Score("x", "x", 4, 4, target=85).met is None
    assert Score("x", "x", 20, 18, target=85).met is True
    assert Score("x", "x", 20, 17, target=85).met is False
    assert Score("x", "x", 20, value=16, target=15).met is False
    assert chance_within(10, 10, 5) > 0  # what a Monday's score rests on
