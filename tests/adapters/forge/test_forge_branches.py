"""What GitHub, GitLab and Gitea keep around branches, over real HTTP: the same story on each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from release.adapters.forge.forge_http import ForgeRefused
from release.adapters.forge.protocols import Forge, Protection
from tests.support.forges.branches import RULES, branch_server, note_merged, requests_on, rules_on
from tests.support.forges.kinds import KINDS, opened
from tests.support.forges.server import ForgeServer

LINE = "release/1.3"


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with branch_server(request.param) as server:
        yield server


@pytest.fixture
def forge(server: ForgeServer) -> Forge:
    return opened(server)


def test_a_rule_is_set_read_back_and_lifted_and_the_owners_stay_byte_for_byte(
    forge: Forge, server: ForgeServer
) -> None:
    branches, before = forge.branches, rules_on(server)

    branches.set_rule(LINE, ())
    held = [rule for rule in branches.rules(LINE) if rule.ours]
    (rule,) = [each for each in branches.own_rules() if each.branch == LINE]

    assert held == [rule]
    assert rules_on(server)[:-1] == before
    branches.lift_rule(rule)
    assert rules_on(server) == before
    branches.lift_rule(rule)  # gone already
    assert [each for each in branches.rules(LINE) if each.ours] == []


def test_a_rule_is_for_one_branch(forge: Forge) -> None:
    forge.branches.set_rule(LINE, ())

    assert not [rule for rule in forge.branches.rules("release/1.30") if rule.ours]


def test_rules_of_the_owner_that_hold_are_told_as_theirs(forge: Forge) -> None:
    branch = (
        "release/1.3" if forge.place.kind == "github" else "stable-1.3" if forge.place.kind == "gitlab" else "stable/1"
    )

    (theirs,) = forge.branches.rules(branch)

    assert not theirs.ours
    assert forge.branches.rules("topic") == []


def test_a_ruleset_that_is_switched_off_does_not_hold() -> None:
    with branch_server("github") as server:
        branches = opened(server).branches
        branches.set_rule(LINE, ("freeze",))
        (row,) = [each for each in server.state.table(RULES["github"]).values() if "freeze of" in each["name"]]

        row["enforcement"] = "disabled"

        assert [rule.ours for rule in branches.rules(LINE)] == [False]
        assert [rule.branch for rule in branches.own_rules()] == [LINE]


def test_a_ruleset_lets_maintainers_push_and_asks_others_for_a_request_that_is_green() -> None:
    with branch_server("github") as server:
        opened(server).branches.set_rule(LINE, ("freeze",))

        row = list(server.state.table(RULES["github"]).values())[-1]
        assert row["name"] == "keelway: freeze of release/1.3"
        assert row["conditions"] == {"ref_name": {"include": ["refs/heads/release/1.3"], "exclude": []}}
        assert [rule["type"] for rule in row["rules"]] == [
            "deletion",
            "non_fast_forward",
            "pull_request",
            "required_status_checks",
        ]
        assert {(each["actor_type"], each["actor_id"], each["bypass_mode"]) for each in row["bypass_actors"]} == {
            ("RepositoryRole", 5, "always"),
            ("RepositoryRole", 2, "always"),
        }


def test_who_may_not_set_a_rule_is_told_so(server: ForgeServer) -> None:
    server.account("weak", "grace", "push")

    with pytest.raises(ForgeRefused) as refused:
        opened(server, token="weak").branches.set_rule(LINE, ())

    assert " answered 403 " in refused.value.why
    assert "weak" not in str(refused.value)


def test_the_newest_request_of_a_branch_is_found_open_or_not(forge: Forge, server: ForgeServer) -> None:
    branches = forge.branches
    assert branches.request("topic", "main") is None

    first = branches.ask("topic", "main", "A topic", "What it is.\n\nRelease: 1.2.0")
    assert branches.request("topic", "main") == first
    branches.close(first)
    closed = branches.request("topic", "main")
    second = branches.ask("topic", "main", "A topic again", "")
    note_merged(server, "topic")
    merged = branches.request("topic", "main")

    assert first.state == "open" and "/octo/acme/" in first.page
    assert closed and (closed.key, closed.state) == (first.key, "closed")
    assert merged and (merged.key, merged.state, merged.source) == (second.key, "merged", "topic")
    assert branches.request("topic", "release/1.3") is None
    assert requests_on(server) == [("topic", "main", "closed"), ("topic", "main", "merged")]


@pytest.mark.parametrize("good", [True, False])
def test_a_commit_is_marked(forge: Forge, server: ForgeServer, good: bool) -> None:
    forge.branches.tell_status("a" * 40, "freeze", good=good, text="why " * 200)

    (row,) = server.state.table("statuses").values()
    assert row["sha"] == "a" * 40
    assert row["state"] == "success" if good else row["state"] in ("failure", "failed")
    assert (row.get("context") or row.get("name")) == "freeze"


def test_an_environment_is_told_with_those_who_have_to_agree(forge: Forge, server: ForgeServer) -> None:
    server.state.settings["environments"] = {"release": ["grace"], "open": []}

    found = [forge.branches.environment(name) for name in ("release", "open", "missing")]

    none_there = [None, None, None]  # Gitea has no environments
    there = [Protection("release", ("grace",)), Protection("open", ()), None]
    assert found == (none_there if forge.place.kind == "gitea" else there)
