"""A milestone becomes items of a plan and a plan a milestone; closed issues are evidence; blockers hold a release."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.support.acts import status
from tests.support.forges.issues import add_issue, add_milestone, issue_server, milestones_on
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import token_for, with_forge
from tests.support.lines import configured
from tests.support.planning import plan_on
from tests.support.proxy import Fault, Proxy
from tests.support.world import Ran, World

PLAN = """\
theme = "streaming"
[[item]]
id = "streaming"
title = "Read results as a stream"
issue = {stream}
must = true
"""


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with issue_server(request.param) as server:
        yield server


@pytest.fixture
def github() -> Iterator[ForgeServer]:
    with issue_server("github") as server:
        yield server


def typed(world: World, server: ForgeServer, *words: str) -> Ran:
    return world.inv(*words, cwd=None, **token_for(server))


def test_a_milestone_is_pulled_into_a_new_plan_and_again_into_the_same(server: ForgeServer, repository: World) -> None:
    world = with_forge(repository, server)
    held = add_milestone(server, "v1.3.0", "2027-03-02")
    stream = add_issue(server, "Read results\nas a stream", labels=["must"], milestone=held)
    add_issue(server, "Never mind", labels=["wontfix"], milestone=held, closed="2026-11-01T10:00:00Z")
    add_issue(server, "Other", milestone=add_milestone(server, "1.4"))

    ran = typed(world, server, "plan", "1.3", "--pull")

    assert ran.code == 0, ran.text
    assert "plans/1.3.toml is committed; next: inv scope 1.3" in ran.out
    text = (world.project / "plans/1.3.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ../release/plan-schema.json\ndate = 2027-03-02\n")
    assert text.endswith(f'[[item]]\ntitle = "Read results as a stream"\nissue = {stream}\nmust = true\n')
    late = add_issue(server, "It is slow", labels=["Should"], milestone=held)
    assert "+title = " in typed(world, server, "plan", "1.3", "--pull", "--dry-run").out
    assert typed(world, server, "plan", "1.3", "--pull").code == 0
    added = f'[[item]]\ntitle = "It is slow"\nissue = {late}\nshould = true\n'
    assert (world.project / "plans/1.3.toml").read_text(encoding="utf-8") == f"{text}\n{added}"
    assert "has all of the milestone v1.3.0" in typed(world, server, "plan", "1.3", "--pull").out


def test_a_milestone_of_several_pages_is_pulled_whole_or_not_at_all(server: ForgeServer, repository: World) -> None:
    held = [add_milestone(server, f"1.{number}") for number in range(120)][3]
    for number in range(120):
        add_issue(server, f"Issue {number}", milestone=held)
    with Proxy(server.address) as proxy:
        world = with_forge(repository, server, api=server.api.replace(f"{server.address}/", proxy.url))
        proxy.plan(Fault(status(429), skip=3, times=None))  # too many requests, from the fourth on
        refused = typed(world, server, "plan", "1.3", "--pull")
        assert (refused.code, (world.project / "plans").exists()) == (1, False), refused.text
        assert "429" in refused.err
        proxy.clear()

        ran = typed(world, server, "plan", "1.3", "--pull")

    assert ran.code == 0, ran.text
    assert (world.project / "plans/1.3.toml").read_text(encoding="utf-8").count("\nissue = ") == 120


def test_a_plan_is_pushed_and_again_when_it_has_changed(server: ForgeServer, repository: World) -> None:
    world = with_forge(repository, server)
    stream = add_issue(server, "Read results as a stream")
    plan_on(world, date(2026, 11, 2), "date = 2027-03-02\n" + PLAN.format(stream=stream))

    asked = typed(world, server, "plan", "1.3", "--push")
    assert (asked.code, milestones_on(server)) == (1, {})
    assert "cannot ask for confirmation" in asked.err
    assert typed(world, server, "plan", "1.3", "--push", "--dry-run").out.endswith("nothing was changed\n")
    assert milestones_on(server) == {}
    pushed = typed(world, server, "plan", "1.3", "--push", "--yes")

    assert pushed.code == 0, pushed.text
    assert milestones_on(server) == {"1.3": ("2027-03-02", [stream])}
    assert "is as planned; nothing was changed" in typed(world, server, "plan", "1.3", "--push", "--yes").out
    plan_on(world, date(2026, 11, 3), "date = 2027-03-09\n" + PLAN.format(stream=stream))
    moved = typed(world, server, "plan", "1.3", "--push", "--yes")
    assert "move the milestone 1.3 from 2027-03-02 to 2027-03-09" in moved.out
    assert milestones_on(server) == {"1.3": ("2027-03-09", [stream])}
    plan_on(world, date(2026, 11, 4), "date = 2027-03-09\n" + PLAN.format(stream=777))
    missing = typed(world, server, "plan", "1.3", "--push", "--yes").err
    assert (
        "cannot put #777 into the milestone 1.3\n  why: " in missing
        and " has no issue 777, or it was moved (" in missing
    )
    assert missing.endswith("run: $EDITOR plans/1.3.toml      (issue = 777)\n")


def test_what_plan_and_milestone_say_differently_is_printed_and_left(github: ForgeServer, repository: World) -> None:
    world = with_forge(repository, github)
    held = add_milestone(github, "1.3", "2027-03-09")
    stream = add_issue(
        github, "Read results as a stream", milestone=held, closed="2026-11-20T10:00:00Z", reason="duplicate"
    )
    text = "date = 2027-03-02\n" + PLAN.format(stream=stream) + '[[item]]\ntitle = "Other"\nissue = 777\n'
    plan_on(world, date(2026, 11, 2), text)

    ran = typed(world, github, "plan", "1.3", "--pull")

    assert ran.out.splitlines()[:3] == [
        "the plan has 2027-03-02, the milestone 2027-03-09: inv plan 1.3 --push moves the milestone",
        "not in the milestone: #777: inv plan 1.3 --push puts them into it",
        f'#{stream} was closed without being done: inv defer streaming --to 1.4 --reason "why it has to wait", '
        "or take it out of the plan",
    ]
    assert (world.project / "plans/1.3.toml").read_text(encoding="utf-8") == text


def test_no_milestone_two_of_them_and_no_forge_are_refused(github: ForgeServer, repository: World) -> None:
    refused = repository.inv("plan", "1.3", "--pull")
    assert (refused.code, "no forge is configured" in refused.err) == (1, True)
    world = with_forge(repository, github)
    assert ") has no milestone 1.3; it has: none" in typed(world, github, "plan", "1.3", "--pull").err
    add_milestone(github, "1.3")
    add_milestone(github, "acme 1.3")

    ran = typed(world, github, "plan", "1.3", "--pull")

    assert ran.code == 1
    assert "several milestones for it: 1.3, acme 1.3" in ran.err


def test_an_issue_closed_as_completed_is_done(server: ForgeServer, repository: World) -> None:
    world = with_forge(repository, server)
    stream = add_issue(server, "Read results as a stream", closed="2026-11-20T10:00:00Z")
    twin = add_issue(server, "Twin", closed="2026-11-20T10:00:00Z", reason="duplicate", labels=["duplicate"])
    plan_on(world, date(2026, 11, 2), PLAN.format(stream=stream) + f'[[item]]\ntitle = "Twin"\nissue = {twin}\n')

    scope = typed(world, server, "scope").out

    assert f"done  streaming  Read results as a stream  issue {stream} closed, 2026-11-19" in scope
    assert f"open  {twin}" in scope
    assert "open  streaming" in typed(world, server, "scope", "--at", "2026-11-10").out


def test_a_forge_that_is_down_takes_nothing_for_done_and_is_named(github: ForgeServer, repository: World) -> None:
    world = with_forge(repository, github, api="http://127.0.0.1:9")
    configured(world, "[retry]\nattempts = 1\n")
    plan_on(world, date(2026, 11, 2), PLAN.format(stream=1))

    ran = typed(world, github, "scope")

    assert ran.code == 0, ran.text
    assert ") could not be read: 127.0.0.1:9: Connection refused" in ran.out
    assert "must: 0 of 1 done" in ran.out


def test_a_blocker_holds_what_it_concerns(github: ForgeServer, repository: World) -> None:
    world = with_forge(repository, github)
    later = add_milestone(github, "2.0")
    plan_on(world, date.today() - timedelta(days=1), '[[item]]\ntitle = "Read"\n', name="0.1")
    world.git("push", "--quiet", "origin", "main")
    world.note()
    world.git("push", "--quiet", "origin", "main")
    blocker = "release-blocker"
    add_issue(github, "Of a later one", labels=[blocker], milestone=later)
    add_issue(github, "After the beta", labels=[blocker, "okay-after-production"])
    assert " ok      blockers" in typed(world, github, "release", "0.1.0", "--dry-run", "--verbose").out
    crash = add_issue(github, "It crashes", labels=[blocker])

    ran = typed(world, github, "release", "0.1.0", "--yes")

    assert ran.code == 1
    assert "cannot release: blockers" in ran.err
    assert f"1 open issue with the label {blocker}:" in ran.err
    run = next(row for row in ran.err.splitlines() if "inv waive blockers" in row).split("run: inv ")[1]
    assert typed(world, github, *shlex.split(run)).code == 0, run
    assert " warn    blockers" in typed(world, github, "release", "0.1.0", "--dry-run").out
    assert f"/issues/{crash} It crashes" in ran.err
