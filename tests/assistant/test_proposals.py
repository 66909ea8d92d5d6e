"""Changes of the plan that a model proposes are diffs: checked, only shown, and made by the line that is printed."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from tests.support.model_server import KEY, answers, configure, facts_in
from tests.support.mould import Mould
from tests.support.planning import history, plan_on
from tests.support.serving import Answer, Request, serving
from tests.support.traces import bytes_below
from tests.support.world import World

PLAN = """\
theme = "streaming"
date = 2099-10-05

[[item]]
id = "parser"  # by hand
title = "A `parser`"
must = true

# the guide comes last
[[item]]
id = "docs"
title = "A guide"

[[item]]
id = "needed"
title = "Groundwork"

[[item]]
id = "last"
title = "It needs that"
needs = ["needed"]
"""
WHY = 'It\'s the one that "A guide" waits for; $(touch x)'
GOOD: list[dict[str, Any]] = [
    {"item": "parser", "key": "risk", "to": 0.4, "text": "The parser is open."},
    {"item": "docs", "key": "rank", "to": "should", "text": "The guide can wait."},
    {"item": "docs", "key": "defer", "to": "1.4", "text": WHY},
    {"item": "parser", "key": "rank", "to": "could", "text": "It is not needed by any other."},
]
UNFIT: list[dict[str, Any]] = [
    {"item": "nobody", "key": "risk", "to": 0.4},
    {"item": "parser", "key": "date", "to": "2100-01-01"},
    {"item": "parser", "key": "risk", "to": 2},
    {"item": "parser", "key": "risk", "to": "high"},
    {"item": "parser", "key": "risk", "to": float("nan")},
    {"item": "parser", "key": "risk", "to": True},
    {"item": "parser", "key": "effort", "to": 99},
    {"item": "parser", "key": "by", "to": "tomorrow"},
    {"item": "parser", "key": "rank", "to": "now"},
    {"item": "parser", "key": "rank", "to": "must"},  # it is
    {"item": "docs", "key": "defer", "to": "1.2"},
    {"item": "docs", "key": "defer", "to": "1.4; touch x"},
    {"item": "needed", "key": "defer", "to": "1.4"},
    {"item": ["docs"], "key": "risk", "to": 0.4},
    {"key": "risk"},
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, _without_index: Mould) -> World:
    """A project with a planned release."""
    world = _without_index.copy(tmp_path_factory.mktemp("proposals") / "world")
    plan_on(world, history(world, 10, 2), PLAN)
    return world


def proposing(rows: list[dict[str, Any]]) -> Any:
    def answer(request: Request) -> Answer:
        cited = next(key for key, each in facts_in(request).items() if "A guide" in str(each))
        return answers([], proposals=[{"text": "It is open.", "cites": [cited]} | row for row in rows])

    return answer


def asked(world: World, rows: list[dict[str, Any]], *words: str) -> str:
    """Ask for the scope with such an answer; nothing is written."""
    with serving(proposing(rows)) as url:
        configure(world, url)
        before = bytes_below(world.project)
        ran = world.inv("scope", "1.3", "--assist", *words, ACME_MODEL=KEY)
        assert bytes_below(world.project) == before
    assert (ran.code, ran.err) == (0, ""), ran.text
    return ran.out


def test_the_printed_line_makes_the_change_and_keeps_the_comments(planned: World) -> None:
    out = asked(planned, GOOD)
    said = json.loads(asked(planned, GOOD, "--json"))["assistant"]["proposals"]

    comments = out.partition("proposed changes of the plan; nothing is changed unless you run one of these:\n")[2]
    assert "\n1. risk of parser: The parser is open. [f" in comments
    assert f"\n3. defer docs to 1.4: {WHY} [f" in comments
    assert [each["key"] for each in said] == ["risk", "rank", "defer", "rank"]
    assert all(each["run"] in comments for each in said)
    path = planned.project / "plans" / "1.3.toml"
    done = []
    for each in said:
        ran = planned.run("bash", "-c", each["run"])
        assert ran.code == 0, ran.text
        done.append(path.read_text(encoding="utf-8"))
        if each["key"] == "defer":
            assert planned.git("log", "-1", "--format=%s%n%b") == f"Defer docs from 1.3 to 1.4\n{WHY}"
            planned.git("reset", "--quiet", "--hard", "HEAD^")
        else:
            planned.git("checkout", "--quiet", "--", "plans")
    assert done[0] == PLAN.replace("must = true\n", "must = true\nrisk = 0.4\n")
    assert done[1] == PLAN.replace('title = "A guide"\n', 'title = "A guide"\nshould = true\n')
    assert tomllib.loads(done[2])["deferred"] == [
        {"id": "docs", "title": "A guide", "reason": WHY, "to": "1.4"},
    ]
    assert done[3] == PLAN.replace("must = true\n", "")
    assert not (planned.project / "x").exists()


def test_what_the_plan_cannot_have_is_dropped_and_counted(planned: World) -> None:
    said = json.loads(asked(planned, UNFIT, "--json"))["assistant"]

    assert said["proposals"] == []
    assert said["dropped"] == {"a change that the plan cannot have": len(UNFIT)}


def test_a_past_day_and_other_commands_have_no_proposals(planned: World) -> None:
    out = asked(planned, GOOD[:1], "--at=2026-09-17")
    assert "dropped: 1 claim (a change of a plan that is not here: 1)" in out
    with serving(proposing(GOOD[:1])) as url:
        configure(planned, url)
        ran = planned.inv("health", "1.3", "--assist", ACME_MODEL=KEY)
    assert "proposed changes" not in ran.out
