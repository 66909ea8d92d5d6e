"""What a planned release has and lacks is computed from git, on main's plan, for any past day."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import pytest

from tests.support.planning import START, commit_on, fragment_on, history, plan_on
from tests.support.world import World

PLAN = """\
theme = "streaming"
date = 2026-12-01
criteria = ["the first result comes within 50 ms"]
[[item]]
id = "parser"
title = "A parser of its own"
must = true
[[item]]
id = "streaming"
title = "Read results as a stream"
issue = 123
must = true
by = "beta"
owner = "owner@example.org"
[[item]]
id = "docs"
title = "A guide"
should = true
[[item]]
title = "Plugins | <b>later</b>"
[[deferred]]
id = "themes"
reason = "needs the new parser first"
to = "1.4"
"""


@pytest.fixture
def planned(repository: World) -> World:
    """Ten weeks of two fragments, then a plan of which one item is done by a fragment, one by a trailer."""
    day = history(repository, 10, 2)
    repository.git("tag", "--annotate", "--message=1.2.0", "v1.2.0")
    plan_on(repository, day, PLAN)
    fragment_on(repository, day + timedelta(days=1), "123.feature.md")
    fragment_on(repository, day + timedelta(days=2), "+aside.fix.md")
    commit_on(repository, day + timedelta(days=3), "Write the guide\n\nItem: docs")
    return repository


def shown(world: World, *words: str) -> str:
    ran = world.inv(*words)
    assert ran.code == 0, ran.text
    return ran.out


def test_the_scope_is_read_whole(planned: World) -> None:
    at = START + timedelta(days=75)
    commits = dict(row.split(" ", 1)[::-1] for row in planned.git("log", "--format=%h %s").splitlines())
    short = {subject: planned.git("rev-parse", commit)[:7] for subject, commit in commits.items()}

    assert (
        shown(planned, "scope", f"--at={at}")
        == f"""\
1.3: streaming
final planned for 2026-12-01, in 73 days; as of 2026-09-19, plan of {short["plan 1.3"]}

must: 1 of 2 done
  open  parser     A parser of its own       by feature-complete
  done  streaming  Read results as a stream  123.feature.md in {short["note 123.feature.md"]}, 2026-09-15

should: 1 of 1 done
  done  docs  A guide  Item: in {short["Write the guide"]}, 2026-09-17

could: 0 of 1 done
  open  plugins-b-later-b  Plugins | <b>later</b>  by feature-complete

deferred:
  themes  to 1.4  needs the new parser first

unplanned: 1 change
  +aside.fix.md  {short["note +aside.fix.md"]}

success criteria:
  the first result comes within 50 ms
"""
    )


def test_hostile_texts_stay_texts_in_markdown(planned: World) -> None:
    assert "Plugins \\| &lt;b&gt;later&lt;/b&gt;" in shown(planned, "scope", "--markdown")


def states(world: World, *words: str) -> dict[str, bool]:
    return {item["name"]: item["done"] for item in json.loads(shown(world, "scope", "--json", *words))["items"]}


def test_what_a_terminal_would_obey_is_spelled_out(planned: World) -> None:
    title = r"\u001b[31mred\u202e \u009b2J"
    plan_on(planned, START + timedelta(days=80), f'[[item]]\nid = "red"\ntitle = "{title}"\n')

    out, document = shown(planned, "scope"), shown(planned, "scope", "--json")

    assert r"open  red  red\u202e \x9b2J" in out
    assert "\x9b" not in document and "\u202e" not in document
    assert json.loads(document)["items"][0]["title"] == "\x1b[31mred\u202e \x9b2J"


def test_output_that_is_read_no_more_is_no_bug(planned: World) -> None:
    items = "".join(f'[[item]]\ntitle = "Number {number}"\n' for number in range(3000))
    plan_on(planned, START + timedelta(days=80), items)

    ran = planned.run("bash", "-c", f"{sys.executable} -m invoke scope | head -1; exit ${{PIPESTATUS[0]}}")

    assert (ran.code, ran.out, ran.err) == (141, "1.3\n", "")


def test_a_past_day_and_a_commit_show_what_was_done_then(planned: World) -> None:
    day = START + timedelta(days=71)
    commit = planned.git("log", "--format=%H", "--grep=note 123", "-1")
    then = {"parser": False, "streaming": True, "docs": False, "plugins-b-later-b": False}

    assert states(planned, f"--at={day}") == states(planned, f"--at={commit}") == then
    assert states(planned, f"--at={day - timedelta(days=1)}")["streaming"] is False


def test_the_plan_of_main_counts_on_every_branch(planned: World) -> None:
    planned.git("switch", "--quiet", "--create", "topic", "v1.2.0")

    assert states(planned)["streaming"] is True


def test_a_reverted_fragment_is_not_done_and_a_released_one_stays_done(planned: World) -> None:
    planned.git("revert", "--no-edit", planned.git("log", "--format=%H", "--grep=note 123", "-1"))
    assert states(planned)["streaming"] is False

    today = START + timedelta(days=80)
    fragment_on(planned, today, "streaming.feature.md")
    gone = ("changelog.d/streaming.feature.md", "changelog.d/+aside.fix.md")
    commit_on(planned, today, "release 1.3.0a1", {"CHANGELOG.md": "# 1.3.0a1\n"}, remove=gone)
    assert states(planned)["streaming"] is True


def test_a_fragment_of_an_older_release_does_no_item(planned: World) -> None:
    planned.git("tag", "--annotate", "--message=x", "v1.2.1")

    assert states(planned)["streaming"] is False


def test_the_first_plan_with_a_date_is_what_was_promised(planned: World) -> None:
    text = PLAN.replace('[[item]]\nid = "docs"\ntitle = "A guide"\nshould = true\n', '[[item]]\ntitle = "New"\n')
    plan_on(planned, START + timedelta(days=80), text)

    assert shown(planned, "scope").endswith("of 4 promised first, 1 done; added: new; no longer in it: docs\n")


def test_a_shallow_clone_is_refused(planned: World) -> None:
    planned.git("push", "--quiet", "--force", "origin", "main")
    clone = planned.project.parent / "shallow"
    planned.git("clone", "--quiet", "--depth=1", f"file://{planned.remote}", clone)

    ran = planned.inv("scope", cwd=clone)

    assert (ran.code, ran.err.strip()) == (
        1,
        "cannot read the history\n  why: this clone is shallow: a part of its history is missing\n"
        "  run: git fetch --unshallow --tags origin",
    )


def test_without_a_plan_the_next_command_is_named(repository: World) -> None:
    ran = repository.inv("scope")

    assert (ran.code, ran.err.strip()) == (
        1,
        "nothing is planned\n  why: main has no plan of a release that is still to come\n  run: inv plan 1.3",
    )


def test_a_plan_of_another_name_is_suggested(planned: World) -> None:
    error = planned.inv("scope", "1.30").err
    assert error.endswith("main has no plans/1.30.toml; did you mean 1.3?\n  run: inv plan 1.30\n")
    assert planned.inv("scope", "soon").err.endswith("main has no plans/soon.toml; plans: 1.3\n  run: inv plan 1.4\n")
    early = planned.inv("scope", f"--at={START + timedelta(days=3)}").err.strip()
    assert early.startswith("nothing was planned\n  why: main had no plan of a release that was still to come on ")
    assert early.endswith("run: git log --first-parent main -- plans")
    assert "neither a day" in planned.inv("scope", "--at=9999-12-31").err
    assert "run: git log --oneline" in planned.inv("scope", "--at=never").err


def test_the_forecast_gives_days_with_their_chances(planned: World) -> None:
    at = START + timedelta(days=75)

    out = shown(planned, "forecast", f"--at={at}")

    assert out == shown(planned, "forecast", f"--at={at}")
    assert "22 fragments landed in the last 11 weeks, 2.0 a week; planned work was 88 % of it" in out
    assert "every item: 2 of 4 open\n" in out
    assert "musts only: 1 of 2 open\n" in out
    assert "2026-12-01  the planned date" in out


def test_a_short_history_gives_no_number(repository: World) -> None:
    day = history(repository, 2, 1)
    plan_on(repository, day, PLAN)

    assert shown(repository, "forecast", f"--at={day}").endswith(
        "not enough history for a forecast: 2 fragments landed in the last 3 weeks; 5 in at least 4 weeks are needed\n"
    )


def test_a_release_that_was_made_says_so(planned: World) -> None:
    planned.git("tag", "--annotate", "--message=1.3.0", "v1.3.0")

    assert "released on 2026-09-17" in shown(planned, "scope", "1.3")
    assert planned.inv("scope").err.startswith("\nnothing is planned")
    assert "it is released; use --at DAY" in shown(planned, "forecast", "1.3")
