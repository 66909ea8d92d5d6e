"""`inv analysis`: objectives are measured by commands, metrics, scope and days; the share is by weight."""

from __future__ import annotations

import json

import pytest

from tests.commands.test_accuracy import past
from tests.support.world import World

__all__ = ["past"]
OBJECTIVES = """
[[objective]]
text = "first result within 50 ms"
run = ["echo", "41"]
at_most = 50
weight = 2
[[objective]]
text = "all of it"
measure = "scope"
at_least = 90
[[objective]]
text = "on the day"
measure = "days_late"
at_most = 0
[[objective]]
text = "no failures"
measure = "change_fail_rate"
at_most = 10
[[objective]]
text = "a broken one"
run = ["false"]
at_most = 1
"""


def with_objectives(world: World, text: str = OBJECTIVES) -> World:
    path = world.project / "plans/1.1.toml"
    path.write_text(path.read_text() + text)
    world.commit("objectives")
    return world


def test_objectives_are_measured_and_counted_by_weight(past: World) -> None:
    ran = with_objectives(past).inv("analysis")

    assert (ran.code, ran.err) == (0, "")
    rows = ran.out.splitlines()
    assert rows[0].startswith("acme: objectives of 1.1, as of ")
    assert rows[2:6] == [
        "  reached    first result within 50 ms  41                      at most 50   weight 2",
        "  reached    all of it                  100                     at least 90",
        "  missed     on the day                 11 is above 0           at most 0",
        "  not known  no failures                too few to judge (n 2)  at most 10",
    ]
    assert rows[6].startswith("  not known  a broken one               not known: exit code 1")
    assert rows[-1] == "50 % by weight; what is not known counts as not reached"
    facts = json.loads(past.inv("analysis", "1.1", "--json").out)
    assert (facts["release"], facts["reached"], len(facts["objectives"])) == ("1.1", 0.5, 5)


def test_a_past_day_runs_no_command(past: World) -> None:
    with_objectives(past, OBJECTIVES.replace('["echo", "41"]', '["touch", "ran"]'))

    facts = json.loads(past.inv("analysis", "1.1", "--at=HEAD", "--json").out)

    assert facts["objectives"][0]["fact"] == "not known: a command measures only today"
    assert not (past.project / "ran").exists()


def test_without_objectives_the_targets_of_the_metrics_are_shown(past: World) -> None:
    ran = past.inv("analysis", "--at=2026-06-01")

    rows = ran.out.splitlines()
    assert rows[0] == "acme: targets of [metrics] in release.toml, as of 2026-06-01"
    assert [row.split("  ")[1] for row in rows[2:-2]] == ["not known"] * 2 + ["missed"] + ["not known"] * 2
    assert rows[4] == "  missed     lead time                 median 29 days, 85 % within 50 days  under 28 days"


REFUSED = [
    ('measure = "lead_tim"\nat_most = 3', 'why: there is no metric "lead_tim"; did you mean lead_time?'),
    ("at_most = 3", "why: it needs run or measure, one of the two"),
    ('measure = "scope"\nat_least = 3\nweight = 0', "why: 0 is not above 0"),
]


@pytest.mark.parametrize(("keys", "why"), REFUSED)
def test_an_objective_that_cannot_be_measured_is_refused(past: World, keys: str, why: str) -> None:
    ran = with_objectives(past, f'\n[[objective]]\ntext = "x"\n{keys}\n').inv("analysis", "1.1")

    assert (ran.code, why in ran.err) == (1, True), ran.text
    assert ran.err.strip("\n").endswith("  run: $EDITOR plans/1.1.toml")
