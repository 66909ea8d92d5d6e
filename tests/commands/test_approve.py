"""Approving and waiving, by the commands, and the judgement of a stage that follows."""

from __future__ import annotations

import json

import pytest

from release.approvals.decision_records import keep, make, me, put
from release.approvals.stage_approvals import approval_name, waiver_name
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.commands import gates
from release.commands.approve import approve, waive, withdraw
from tests.support.lines import as_somebody, configured, here, released
from tests.support.making import pushed_by_another, short
from tests.support.world import World

RULES = (
    '[[roles]]\nname = "qa"\nmembers = ["ada@example.org"]\n[[roles]]\nname = "rm"\nmembers = ["bo@example.org"]\n'
    '[[stages]]\nname = "production"\nroles = ["qa", "rm"]\n'
)


@pytest.fixture
def ready(repository: World) -> World:
    """0.1.0 released, roles configured, something to release."""
    configured(repository, RULES)
    released(repository)
    repository.note()
    repository.git("push", "--quiet", "origin", "main")
    return repository


def judged(world: World, stage: str = "production") -> gates.Judgement:
    return gates.judge(here(world, write=False), stage)


def test_approvals_turn_a_stage_from_red_to_green(ready: World) -> None:
    assert (judged(ready).colour, judged(ready).go) == ("Red", False)

    approve(here(ready), "production")
    assert [each.gate.name for each in judged(ready).missed] == ["approvals"]
    as_somebody(ready, "Bo", "bo@example.org")
    approve(here(ready), "production", "rm", note="tried it on my machine")

    assert (judged(ready).colour, judged(ready).go) == ("Green", True)


def test_one_more_commit_and_the_approvals_are_void(ready: World) -> None:
    approve(here(ready), "production")
    ready.note("fix", "One more")
    ready.git("push", "--quiet", "origin", "main")

    [missed] = judged(ready).missed

    assert f"{short(ready)} is what would be released" in missed.verdict.fact


def test_a_condition_and_a_waiver_make_it_yellow_and_go(ready: World) -> None:
    approve(here(ready), "production", condition="docs are online", until="2999-12-31")
    as_somebody(ready, "Bo", "bo@example.org")
    approve(here(ready), "production")

    assert (judged(ready).colour, judged(ready).go) == ("Yellow", True)


def test_a_waived_gate_only_warns(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    waive(here(ready), "approvals", "nobody is here", "2999-12-31")

    judgement = judged(ready)

    gates.show(judgement)
    told = capsys.readouterr().out
    assert (
        "warned  approvals                           waived by Ada Lovelace <ada@example.org> until 2999-12-31" in told
    )
    assert "production: Yellow (warned: approvals)\ngo\n" in told


def test_a_judgement_for_machines(ready: World) -> None:
    told = json.loads(gates.as_json(judged(ready)))

    assert (told["stage"], told["release"], told["line"], told["colour"], told["go"]) == (
        "production",
        "0.2.0",
        "main",
        "red",
        False,
    )
    assert {"name": "working tree", "state": "met", "fact": "no uncommitted changes"} in told["criteria"]


def test_what_takes_long_is_not_known_until_it_was_asked(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    configured(ready, '[[gates]]\nname = "links"\nrun = ["true"]\nreads = ["docs"]\nstage = "alpha"\n')
    ready.commit("a gate")
    ready.git("push", "--quiet", "origin", "main")

    judgement = judged(ready, "alpha")
    gates.show(judgement)

    assert (judgement.colour, judgement.go) == ("Yellow", False)
    assert "alpha: Yellow (not checked: links)\nno go yet; next: inv preflight" in capsys.readouterr().out

    asked = gates.judge(here(ready), "alpha", thorough=True)
    assert (asked.colour, asked.go) == ("Green", True)
    assert judged(ready, "alpha").go


def test_the_freeze_has_a_stage_too(ready: World) -> None:
    judgement = judged(ready, "feature-complete")

    assert (judgement.colour, [each.gate.name for each in judgement.answers][:2]) == (
        "Green",
        ["working tree", "merge or rebase"],
    )


def test_what_was_approved_can_be_withdrawn(ready: World) -> None:
    approve(here(ready), "production")

    withdraw(here(ready), "production")

    records = [name.split("/")[2] for name in ready.remote_refs() if name.startswith("refs/keelway/")]
    assert set(records) == {"withdrawals"}
    with pytest.raises(ReleaseError, match="has not approved"):
        withdraw(here(ready), "production")


def test_an_approval_made_twice_is_one(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    approve(here(ready), "production")
    approve(here(ready), "production")

    assert "was approved already for production as qa" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("gamma",), "stages: feature-complete, alpha"),
        (("production", "rm"), "ada@example.org does not hold the role rm; it is held by bo@example.org"),
        (("production", "boss"), 'there is no role "boss"; roles: qa, rm'),
    ],
)
def test_an_approval_is_refused(ready: World, words: tuple[str, ...], why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        approve(here(ready), *words)

    assert why in refused.value.why
    assert refused.value.run


def test_somebody_without_any_role_is_told_which_there_are(ready: World) -> None:
    as_somebody(ready, "Mallory", "mallory@example.org")

    with pytest.raises(ReleaseError) as refused:
        approve(here(ready), "production")

    assert refused.value.why == "mallory@example.org holds none of its roles: qa, rm"
    assert refused.value.run == "inv approve production --as qa"


def test_a_condition_needs_a_day(ready: World) -> None:
    with pytest.raises(ReleaseError, match="a condition needs an end date"):
        approve(here(ready), "production", condition="x")


def test_what_is_not_pushed_is_not_approved(ready: World) -> None:
    ready.commit("mine")

    with pytest.raises(ReleaseError) as refused:
        approve(here(ready), "production")

    assert refused.value.run == "git push origin main"


def test_what_is_not_here_is_not_approved(ready: World) -> None:
    pushed_by_another(ready)

    with pytest.raises(ReleaseError) as refused:
        approve(here(ready), "production")

    assert refused.value.run == "git pull --ff-only origin main"


@pytest.mark.parametrize(
    ("gate", "reason", "until", "why"),
    [
        ("working tree", "x", "2999-12-31", "the steps of the release depend on it"),
        ("brnch", "x", "2999-12-31", "did you mean branch?"),
        ("api", "", "2999-12-31", "a waiver needs a reason and an end date"),
        ("api", "x", "", "a waiver needs a reason and an end date"),
        ("api", "x", "2001-01-01", "it has passed"),
    ],
)
def test_a_waiver_is_refused(ready: World, gate: str, reason: str, until: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        waive(here(ready), gate, reason, until)

    assert why in str(refused.value)


def test_a_waiver_is_for_those_who_hold_a_role(ready: World) -> None:
    as_somebody(ready, "Mallory", "mallory@example.org")

    with pytest.raises(ReleaseError, match=r"mallory@example\.org does not hold the role qa"):
        waive(here(ready), "approvals", "x", "2999-12-31", "qa")


def test_the_tag_records_who_approved_and_what_was_waived(ready: World) -> None:
    approve(here(ready), "production", condition="docs are online", until="2999-12-31")
    waive(here(ready), "approvals", "Bo is ill", "2999-12-31")

    told = ready.released("0.2.0")

    assert "ignoring warnings: approvals" in told
    assert "  approvals: waived by Ada Lovelace <ada@example.org> until 2999-12-31: Bo is ill" in told
    message = ready.git("tag", "--list", "--format=%(contents)", "v0.2.0")
    assert "Approved: qa: Ada Lovelace <ada@example.org>, " in message
    assert ", if docs are online" in message
    assert "Waived: approvals: waived by Ada Lovelace" in message


def test_a_rehearsal_counts_the_approvals_and_leaves_them_alone(ready: World) -> None:
    assert "cannot release: approvals" in ready.inv("rehearse", "minor").text
    approve(here(ready), "production")
    as_somebody(ready, "Bo", "bo@example.org")
    approve(here(ready), "production")
    refs = ready.remote_refs()

    ran = ready.inv("rehearse", "minor")

    assert "this release would have succeeded: acme 0.2.0" in ran.text
    assert ready.remote_refs() == refs


def test_an_approval_that_says_something_else_takes_the_place_of_the_last(ready: World) -> None:
    approve(here(ready), "production")
    approve(here(ready), "production", condition="docs are online", until="2999-12-31")
    as_somebody(ready, "Bo", "bo@example.org")
    approve(here(ready), "production")

    assert judged(ready).colour == "Yellow"


def test_an_approval_that_would_not_count_leaves_the_valid_one_alone(ready: World) -> None:
    signed = f"{RULES}signed = true\n"
    configured(ready, signed.removeprefix(RULES))
    ready.commit("signed")
    ready.git("push", "--quiet", "origin", "main")
    ctx = here(ready)
    commit = ready.git("rev-parse", "HEAD")
    name = approval_name("production", "qa", commit, me(ctx.git))
    keep(ctx, name, commit, "Approve production", {"Stage": "production", "Role": "qa"})
    refs = ready.remote_refs()

    with pytest.raises(ReleaseError):
        approve(here(ready), "production", note="once more")

    assert ready.remote_refs() == refs


def test_an_approval_that_another_clone_has_made_meanwhile_is_not_replaced(ready: World) -> None:
    ctx = here(ready)
    commit = ready.git("rev-parse", "HEAD")
    name = approval_name("production", "qa", commit, me(ctx.git))
    facts = {"Stage": "production", "Role": "qa"}
    mine = make(ctx, name, commit, "Approve production", facts)
    approve(here(ready), "production", note="of another clone")
    refs = ready.remote_refs()

    with pytest.raises(ReleaseError, match="stale info"):
        put(ctx, mine, None)

    assert ready.remote_refs() == refs


def test_a_waiver_does_not_follow_its_commit_to_another_branch(ready: World) -> None:
    waive(here(ready), "approvals", "on leave", "2999-12-31", "qa")
    assert list(waivers(here(ready))) == ["approvals"]

    ready.git("switch", "--quiet", "--create", "release/0.2")

    assert waivers(here(ready)) == {}


def test_a_waiver_by_the_old_name_of_a_gate_goes_on_counting(ready: World) -> None:
    """As version 0.2.0 recorded it."""
    ctx = here(ready)
    name = waiver_name("approved", "main", "2999-12-31", me(ctx.git))
    facts = {"Gate": "approved", "Reason": "on leave", "Until": "2999-12-31", "Role": "qa", "Branch": "main"}
    keep(ctx, name, ready.git("rev-parse", "HEAD"), "Waive approved", facts)

    judgement = judged(ready)

    assert (judgement.colour, [each.gate.name for each in judgement.open]) == ("Yellow", ["approvals"])
