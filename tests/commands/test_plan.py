"""A plan is written by one command, is valid at once, and takes over what older plans left."""

from __future__ import annotations

import pytest

from release.planning.plan import parse_plan
from tests.support.planning import START, plan_on
from tests.support.world import World

OLD = """\
[[deferred]]
id = "themes"
title = 'Themes, "light" and dark'
issue = 12
reason = "needs the parser first"
to = "1.4"
[[action]]
text = "freeze the documentation earlier"
owner = "owner@example.org"
due = 2027-04-01
[[action]]
text = "thank the testers"
done = true
"""


def test_a_plan_is_written_and_committed_alone(repository: World) -> None:
    repository.write("README.md", "changed\n")

    ran = repository.inv("plan", "1.3.0", "--theme=streaming", "--date=2027-03-02", "--item=Read results as a stream")

    assert (ran.code, ran.text) == (
        0,
        "plans/1.3.toml is committed; next: $EDITOR plans/1.3.toml && inv scope 1.3\n",
    )
    assert (repository.project / "plans/1.3.toml").read_text() == (
        '#:schema ../release/plan-schema.json\ntheme = "streaming"\ndate = 2027-03-02\n\n'
        '[[item]]\ntitle = "Read results as a stream"\n'
    )
    assert repository.git("show", "--format=%s", "--name-only") == "Plan 1.3\n\nplans/1.3.toml"
    assert repository.git("status", "--porcelain") == "M README.md"
    assert "could: 0 of 1 done" in repository.inv("scope").out


def test_a_new_plan_takes_over_what_was_deferred_and_open_actions(repository: World) -> None:
    plan_on(repository, START, OLD)

    ran = repository.inv("plan", "1.4")

    assert ran.out.startswith("plans/1.4.toml is committed, with 2 that older plans left; next:")
    plan = parse_plan((repository.project / "plans/1.4.toml").read_text(), "plans/1.4.toml")
    assert [(item.id, item.title, item.issue) for item in plan.item] == [("themes", 'Themes, "light" and dark', 12)]
    assert [(each.text, each.owner, str(each.due)) for each in plan.action] == [
        ("freeze the documentation earlier", "owner@example.org", "2027-04-01")
    ]


def test_a_dry_run_writes_nothing_and_an_empty_plan_shows_an_example(repository: World) -> None:
    ran = repository.inv("plan", "1.3", "--dry-run")

    assert "# [[item]]\n" in ran.out
    assert ran.out.endswith("\nnothing was changed\n")
    assert not (repository.project / "plans").exists()


def test_a_date_that_has_passed_is_said(repository: World) -> None:
    ran = repository.inv("plan", "1.3", "--date=2026-01-02")

    assert ran.out.endswith("\nits date, 2026-01-02, has passed\n")


REFUSED = [
    (("1.3rc1",), "cannot plan 1.3rc1\n  why: a plan is for a final release\n  run: inv plan 1.3"),
    (("soon",), 'cannot plan "soon"\n  why: it is not a version\n  run: inv plan 1.3'),
    (
        ("1.3", "--date=soon"),
        'cannot use the day "soon"\n  why: the calendar has no such day; a date is written 2027-03-02\n'
        "  run: inv plan 1.3 --date 2027-03-02",
    ),
    (("1.2",), "cannot plan 1.2\n  why: it is released: there is a tag v1.2.0\n  run: inv scope 1.2"),
    (("1.4",), "cannot plan 1.4\n  why: plans/1.4.toml already exists\n  run: $EDITOR plans/1.4.toml"),
]


@pytest.mark.parametrize(("words", "text"), REFUSED)
def test_what_cannot_be_planned_is_refused(repository: World, words: tuple[str, ...], text: str) -> None:
    repository.git("tag", "v1.2.0")
    plan_on(repository, START, "", "1.4")

    ran = repository.inv("plan", *words)

    assert (ran.code, ran.err.strip("\n")) == (1, text)


def test_on_another_branch_it_says_when_the_plan_counts(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "topic")

    assert repository.inv("plan", "1.3").out.endswith("inv scope 1.3\nit takes effect on main\n")
