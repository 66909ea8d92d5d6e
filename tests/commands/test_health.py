"""How a planned release stands, is computed from git on demand, with its reason and the next command."""

from __future__ import annotations

import json
import sys
from datetime import date
from types import FrameType

import pytest

from release.commands.planning import health
from release.context_loader import load_context
from tests.support.planning import fragment_on, history, plan_on
from tests.support.world import World

PLAN = """\
theme = "streaming"
date = 2026-10-05
[[item]]
id = "parser"
title = "A parser of its own"
must = true
effort = 8
owner = "ada@example.org"
[[item]]
id = "streaming"
title = "Read <b>results</b> as a stream"
must = true
value = 8
effort = 5
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
effort = 13
value = 2
[[deferred]]
id = "themes"
reason = "needs the new parser first"
to = "1.4"
[[risk]]
id = "abi"
text = "numpy 3 changes the ABI"
chance = 0.6
impact = 10
[[check]]
name = "plugin authors tried it"
stage = "beta"
[[action]]
text = "freeze the documentation earlier"
due = 2026-09-01
"""


@pytest.fixture
def planned(repository: World) -> World:
    """Ten weeks of two fragments (the plan is of 2026-09-14, three weeks before its date), and one item done."""
    day = history(repository, 10, 2)
    repository.git("tag", "--annotate", "--message=1.2.0", "v1.2.0")
    plan_on(repository, day, PLAN)
    fragment_on(repository, date(2026, 9, 16), "docs.feature.md")
    return repository


def shown(world: World, *words: str) -> str:
    ran = world.inv(*words)
    assert ran.code == 0, ran.text
    return ran.out


def head(world: World) -> str:
    plan = world.git("log", "-1", "--format=%h", "--abbrev=7", "--", "plans")
    return f"1.3: streaming\nfinal planned for 2026-10-05, in 18 days; as of 2026-09-17, plan of {plan}\n"


AT = "--at=2026-09-17"
HEALTH = """
Red: scope (1 of 4 done, musts 0 of 2; past their stage: parser)

  red     scope          1 of 4 done, musts 0 of 2; past their stage: parser
  yellow  date           57 % for 2026-10-05; 85 % by 2026-10-20
  green   velocity       1.9 a week; 1.5 needed, with unplanned work
  green   critical path  parser > streaming: 13 of 26 points
  yellow  calendar       late: feature-complete (2026-09-14)
  yellow  checks         0 of 1 check by people passed
  yellow  risks          1 open risk, 6 days expected; likely, without mitigation: abi
  yellow  actions        1 open action; overdue: freeze the documentation earlier

next: inv scope 1.3
"""


def test_health_is_read_whole_and_the_same_later(planned: World) -> None:
    assert shown(planned, "health", AT) == head(planned) + HEALTH
    fragment_on(planned, date(2026, 9, 20), "parser.feature.md")
    assert shown(planned, "health", AT) == head(planned) + HEALTH

    later = json.loads(shown(planned, "health", "--json", "--at=2026-09-21"))
    assert (later["colour"], later["aspects"][0]["colour"]) == ("yellow", "yellow")


TIMELINE = """
phases:
  2026-09-17 to 2026-09-21  until beta        26 of 7.4 points; overloaded
  2026-09-21 to 2026-09-28  until candidate   0 of 12.9 points
  2026-09-28 to 2026-10-05  until production  0 of 12.9 points

critical path: 13 of 26 open points
  90 % of draws  parser     effort 8  ada@example.org
  90 % of draws  streaming  effort 5
  or: plugins (10 %)

buffer: 17 days (85 % minus 50 %); before the candidate it leaves until 2026-09-11

when it is late:
  up to 17 days   the buffer takes it; change nothing
  more            defer plugins: inv defer plugins --to 1.4 --reason "why it has to wait"
  more than that  move the date: the musts alone have 85 % by 2026-10-04
  any             inform those who wait for it: inv health 1.3 --update customers
"""
PRIORITIES = """
order of the 3 open items, by value x (1 - risk) / effort:
  1  parser     must   0.6  value 5, effort 8, risk 10 %
  2  streaming  must   1.1  value 8, effort 5, risk 30 %; needs parser
  3  plugins    could  0.1  value 2, effort 13, risk 10 %

alternatives:
  minimal   2 open items  the date: 87 %  85 % by 2026-10-04
  likely    2 open items  the date: 87 %  85 % by 2026-10-04
  extended  3 open items  the date: 57 %  85 % by 2026-10-20

to have 85 %, defer in this order: plugins
next: inv defer plugins --to 1.4 --reason "why it has to wait"
"""
RISKS = """
1 open risk; 6.0 days of delay expected
  open  abi  60 %, 10 days  numpy 3 changes the ABI  no mitigation

next: $EDITOR plans/1.3.toml      (mitigation of abi)
"""


def test_timeline_priorities_and_risks_are_read_whole(planned: World) -> None:
    assert shown(planned, "timeline", AT) == head(planned) + TIMELINE
    assert shown(planned, "prioritise", AT) == head(planned) + PRIORITIES
    assert shown(planned, "risks", AT) == head(planned) + RISKS


def needed(number: int) -> str:
    return f'"i{number - 1}"' if number else ""


def test_twice_the_items_take_twice_the_work_and_no_more_calls_of_git(planned: World) -> None:
    """What `benchmarks/health_cost.py` measures for 5,000 items by the clock."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    found = []
    for number, items in enumerate((300, 300, 600)):  # the first one also imports
        rows = [f'[[item]]\nid = "i{n}"\ntitle = "{n}"\nneeds = [{needed(n)}]\n' for n in range(items)]
        plan_on(planned, date(2026, 9, 18 + number), "date = 2026-10-05\n" + "".join(rows))
        trace = planned.home / f"trace-{number}"
        calls, before = 0, sys.getprofile()
        sys.setprofile(count)
        text = health.show(load_context(planned.project, planned.environment(GIT_TRACE=str(trace)), write=False))
        sys.setprofile(before)
        assert f"0 of {items} done" in text
        found.append((calls, trace.read_text(encoding="utf-8").count("built-in: git ")))
    (_, _), (once, asked), (twice, asked_again) = found
    assert asked == asked_again < 40, asked
    assert once < twice < 2.2 * once


TEAM = """\
# acme 1.3: streaming

Week 38 of 2026, as of 2026-09-17.

Red: scope (1 of 4 done, musts 0 of 2; past their stage: parser)

## Done this week

- A guide (docs)

## Due by beta, 2026-09-21

- must: A parser of its own (parser), ada@example.org
- must: Read &lt;b&gt;results&lt;/b&gt; as a stream (streaming), no owner
- could: Plugins (plugins), no owner

## Risks

- numpy 3 changes the ABI: 60 %; no mitigation yet

## Next

- `inv scope 1.3`
"""
CUSTOMERS = """\
# acme 1.3: streaming

Week 38 of 2026, as of 2026-09-17.

Planned for 2026-10-05; dates and contents may change.

## Ready

- A guide (docs)

## Planned

- A parser of its own
- Read &lt;b&gt;results&lt;/b&gt; as a stream

## Not in this release

- themes
"""


def test_the_status_update_has_the_words_of_its_audience(planned: World) -> None:
    assert shown(planned, "health", AT, "--update=team") == TEAM
    assert shown(planned, "health", AT, "--update=customers") == CUSTOMERS
    assert "\n- themes to 1.4: needs the new parser first\n" in shown(planned, "health", AT, "--update=management")
    assert "\n- plugin authors tried it (before beta)\n" in shown(planned, "health", AT, "--update=partners")
    ran = planned.inv("health", "--update=press")
    assert ran.err.strip("\n") == (
        "cannot write the status update\n"
        '  why: there is no audience "press"; audiences: team, management, customers, partners\n'
        "  run: inv health --update team"
    )


def test_a_deferred_item_moves_with_its_keys_and_comments_stay(planned: World) -> None:
    plan_on(planned, date(2026, 9, 18), '# the next one\n[[item]]\ntitle = "New"\n', "1.4")

    out = shown(planned, "defer", "plugins", "--to=1.4", "--reason=no time", "--version=1.3")

    assert out.endswith("\nplugins is deferred to 1.4\n")
    assert planned.git("show", "--format=%B", "--name-only").splitlines() == [
        "Defer plugins from 1.3 to 1.4",
        "",
        "no time",
        "",
        "",
        "plans/1.3.toml",
        "plans/1.4.toml",
    ]
    assert (planned.project / "plans/1.4.toml").read_text() == (
        '# the next one\n[[item]]\ntitle = "New"\n\n'
        '[[item]]\nid = "plugins"\ntitle = "Plugins"\neffort = 13\nvalue = 2\n'
    )
    text = (planned.project / "plans/1.3.toml").read_text()
    assert 'reason = "needs the new parser first"\nto = "1.4"\n\n[[deferred]]\nid = "plugins"\n' in text
    assert "of 4 promised first, 1 done; no longer in it: plugins" in shown(planned, "scope", "1.3")


WAITS = '--to 1.4 --reason "why it has to wait"'
REFUSED = [
    (("parser", "--to=1.4", "--reason=x"), f"streaming needs it\n  run: inv defer streaming {WAITS}"),
    (("plugin", "--to=1.4", "--reason=x"), "plans/1.3.toml has no item plugin; did you mean plugins?"),
    (("plugins", "--to=1.2", "--reason=x"), f"1.2 is not later than 1.3\n  run: inv defer plugins {WAITS}"),
    (("plugins", "--to=1.4"), f"a later release and a reason are required\n  run: inv defer plugins {WAITS}"),
]


def test_what_cannot_be_deferred_is_refused_and_a_dry_run_changes_nothing(planned: World) -> None:
    for words, text in REFUSED:
        ran = planned.inv("defer", *words)
        assert ran.code == 1
        assert text in ran.err
    assert shown(planned, "defer", "plugins", "--to=1.4", "--reason=x", "--dry-run").endswith("\nnothing was changed\n")
    assert planned.git("status", "--porcelain") == ""


def test_what_people_checked_is_a_record_on_the_commit(planned: World) -> None:
    name, commit = "plugin authors tried it", planned.git("rev-parse", "HEAD")[:7]
    assert f"{commit} is not on origin\n  run: git push origin main" in planned.inv("check", name, "--passed").err
    planned.git("push", "--quiet", "--force", "origin", "main")
    waiting = (
        "  open  plugin authors tried it  before beta, by anyone\n\nnext: inv check 'plugin authors tried it' --passed"
    )
    assert waiting in shown(planned, "check")

    ada = "Ada Lovelace <ada@example.org>"
    assert shown(planned, "check", name, "--failed", "--note=it crashed") == f"{name}: failed on {commit}, by {ada}\n"
    assert f"  failed  {name}  {ada}, " in shown(planned, "check")
    assert shown(planned, "check", name, "--passed") == f"{name}: passed on {commit}, by {ada}\n"
    assert '"state": "passed"' in shown(planned, "check", "--json")
    assert "1 of 1 check by people passed" in shown(planned, "health")
    assert planned.inv("check", "other", "--passed").err.strip("\n") == (
        'cannot answer "other"\n  why: plans/1.3.toml has no such check; checks: "plugin authors tried it"\n'
        "  run: inv check"
    )


def test_an_answer_counts_only_from_who_holds_the_role_and_under_its_own_name(planned: World) -> None:
    roles = '\n[[roles]]\nname = "quality"\nmembers = ["grace@example.org"]\n'
    planned.write("release.toml", (planned.project / "release.toml").read_text() + roles)
    planned.write("plans/1.3.toml", PLAN.replace('stage = "beta"', 'stage = "beta"\nwho = "quality"'))
    planned.commit("roles")
    planned.git("push", "--quiet", "--force", "origin", "main")

    assert (
        "ada@example.org does not hold the role quality"
        in planned.inv("check", "plugin authors tried it", "--passed").err
    )
    message = "Check\n\nCheck: plugin authors tried it\nPlan: 1.3\nResult: passed"
    planned.git("tag", "--annotate", "--message", message, "forged")
    ref = f"refs/keelway/checks/1.3/plugin-authors-tried-it/{planned.git('rev-parse', 'HEAD')[:12]}/grace-example.org"
    planned.git("push", "--quiet", "origin", f"refs/tags/forged:{ref}")

    assert "does not count: it was made under another name than checks/1.3/" in shown(planned, "check")
    assert "0 of 1 check by people passed" in shown(planned, "health")
