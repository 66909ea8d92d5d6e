"""The rule of a freeze on the forge, by the commands: set, read back, lifted, and found where it was left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from release.approvals.decision_records import keep, records
from release.commands.doctor import examine
from release.commands.freeze import freeze, thaw
from release.commands.freeze_check import check
from tests.support.acts import drop, status
from tests.support.forges.branches import RULES, here, known_through_a_proxy, rules_on, variable
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.lines import START, Told, agreed, configured, final, reopened
from tests.support.proxy import Fault, Proxy
from tests.support.world import World

LINE = "release/0.2"


@pytest.fixture(autouse=True)
def proxy(server: ForgeServer, repository: World) -> Iterator[Proxy]:
    """What stands between that forge and a project which was released once."""
    configured(repository, "\n[freeze]\nlock = false\n")
    with known_through_a_proxy(repository, server) as proxy:
        repository.write("src/acme/extra.py", START)
        final(repository, "0.1.0")
        reopened(repository, "0.1.0", "0.2.0.dev0")
        yield proxy


def ours_on(server: ForgeServer) -> list[str]:
    return [row for row in rules_on(server) if LINE in row]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_freeze_sets_a_rule_and_its_thaw_lifts_it_and_no_other(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    before, told = rules_on(server), Told()

    freeze(here(repository, server), "minor", told)

    assert len(rules_on(server)) == len(before) + 1
    assert rules_on(server)[:-1] == before
    assert "  a rule on " in told.text
    assert "  done    set the rule of release/0.2" in capsys.readouterr().out
    thaw(here(repository, server), "0.2", agreed)
    assert rules_on(server) == before
    assert records(here(repository, server), "rules/") == []
    assert "  done    lift the rule of release/0.2" in capsys.readouterr().out


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_rule_is_set_once_and_lifted_though_the_answers_are_lost(
    repository: World, server: ForgeServer, proxy: Proxy
) -> None:
    before = rules_on(server)
    proxy.plan(Fault(drop, "POST", times=1), Fault(drop, "DELETE", times=1))

    freeze(here(repository, server), "minor", agreed)
    assert len(ours_on(server)) == 1
    thaw(here(repository, server), "0.2", agreed)

    assert rules_on(server) == before
    assert records(here(repository, server), "rules/") == []


def test_a_rule_is_set_and_lifted_by_a_forge_that_could_not_answer_at_first(
    repository: World, server: ForgeServer, proxy: Proxy
) -> None:
    proxy.plan(Fault(status(503), "POST", times=1), Fault(status(503), "DELETE", times=1))

    freeze(here(repository, server), "minor", agreed)
    assert len(ours_on(server)) == 1
    thaw(here(repository, server), "0.2", agreed)

    assert ours_on(server) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_was_stopped_before_the_rule_is_finished_by_the_same_command(
    repository: World, server: ForgeServer, proxy: Proxy, method: str
) -> None:
    """The line is pushed, and then the forge does not answer, before or after the record of the rule."""
    proxy.plan(Fault(status(503), method))
    freeze(here(repository, server), "minor", agreed)
    assert ours_on(server) == []
    assert "refs/heads/release/0.2" in repository.remote_refs()
    proxy.clear()

    freeze(here(repository, server), "minor", agreed)

    assert len(ours_on(server)) == 1


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_thaw_does_not_wait_for_the_forge_and_the_same_command_lifts_the_rule_later(
    repository: World, server: ForgeServer, proxy: Proxy, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    freeze(here(repository, server), "minor", agreed)
    proxy.plan(Fault(status(503), method))

    thaw(here(repository, server), "0.2", agreed)

    assert "inv thaw 0.2 lifts it later" in capsys.readouterr().out
    assert len(ours_on(server)) == 1
    proxy.clear()
    thaw(here(repository, server), "0.2", agreed)
    assert ours_on(server) == []
    assert records(here(repository, server), "rules/") == []


def test_without_rights_the_freeze_stands_and_says_what_sets_the_rule_later(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    token = variable(server).popitem()[1]
    server.account(token, "ada", "push")

    freeze(here(repository, server), "minor", agreed)

    out = capsys.readouterr().out
    assert "  warn    set the rule of release/0.2" in out
    assert "the freeze is complete without it; inv freeze --line 0.2 sets it later" in out
    assert ours_on(server) == []
    examine(here(repository, server))
    assert "  run: inv freeze --line 0.2\n" in capsys.readouterr().out
    server.account(token, "ada", "push", "admin")
    repository.commit("main goes on")
    repository.git("push", "--quiet", "origin", "main")

    freeze(here(repository, server), "minor", agreed, "0.2")

    assert len(ours_on(server)) == 1
    assert "refs/heads/release/0.3" not in repository.remote_refs()


@pytest.mark.parametrize("server", ["gitlab", "gitea"], indirect=True)
def test_where_one_rule_hides_another_none_is_set_beside_the_owners(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "name" if server.kind.name == "gitlab" else "rule_name"
    server.state.add(RULES[server.kind.name], {name: "release/*"})
    before = rules_on(server)

    freeze(here(repository, server), "minor", agreed)
    thaw(here(repository, server), "0.2", agreed)

    assert rules_on(server) == before
    assert "has the protection of release/* on" in capsys.readouterr().out


@pytest.mark.parametrize("server", ["gitlab", "gitea"], indirect=True)
def test_a_protection_of_the_owner_for_the_very_line_is_left_alone(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though another line has a rule of ours."""
    name = "name" if server.kind.name == "gitlab" else "rule_name"
    server.state.add(RULES[server.kind.name], {name: LINE})
    keep(here(repository, server), "rules/0.1", repository.git("rev-parse", "HEAD"), "Set the rule of release/0.1", {})
    before = rules_on(server)

    freeze(here(repository, server), "minor", agreed)
    thaw(here(repository, server), "0.2", agreed)

    assert rules_on(server) == before
    assert "release/0.2 has the protection of release/0.2 on" in capsys.readouterr().out


def test_no_rule_is_set_where_release_toml_says_so(repository: World, server: ForgeServer) -> None:
    configured(repository, "rule = false\n")
    repository.commit("no rule")
    before = rules_on(server)

    freeze(here(repository, server), "minor", agreed)

    assert rules_on(server) == before


@pytest.mark.parametrize("gone", [True, False])
def test_doctor_names_a_rule_that_is_left_and_what_lifts_it(
    repository: World, server: ForgeServer, gone: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    freeze(here(repository, server), "minor", agreed)
    if gone:
        repository.git("push", "--quiet", "origin", f":refs/heads/{LINE}")
    else:
        repository.git("switch", "--quiet", "--create", "thawed", f"origin/{LINE}")
        repository.commit("Thaw release/0.2\n\nThawed: 0.2")
        repository.git("push", "--quiet", "origin", f"HEAD:refs/heads/{LINE}")
        repository.git("switch", "--quiet", "main")
    capsys.readouterr()

    examine(here(repository, server))

    told = capsys.readouterr().out
    assert (
        "a rule remains from a freeze\n"
        "  why: 0.2 is deleted or thawed, but keelway: freeze of release/0.2 still protects release/0.2\n"
        "  run: inv thaw 0.2\n"
    ) in told
    thaw(here(repository, server), "0.2", agreed)
    assert ours_on(server) == []


def test_a_dry_run_announces_the_rule_and_sets_none(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    before, refs = rules_on(server), repository.remote_refs()

    freeze(here(repository, server), "minor", agreed, dry_run=True)

    told = capsys.readouterr().out
    assert "  to do   set the rule of release/0.2         github (127.0.0.1:" in told
    assert ") has no rule of Keelway for release/0.2\nnothing was changed\n" in told
    assert (rules_on(server), repository.remote_refs()) == (before, refs)


def test_a_commit_is_told_on_the_forge_what_may_not_enter(repository: World, server: ForgeServer) -> None:
    freeze(here(repository, server), "minor", agreed)
    repository.git("switch", "--quiet", "--create", "topic", f"origin/{LINE}")
    good = repository.commit("Mend it", **{"src/acme/more.py": '"""M."""\n', "changelog.d/+it.fix.md": "Mended\n"})
    bad = repository.commit("Add it", **{"src/acme/new.py": '"""N."""\n'})
    ctx = here(repository, server)

    assert check(ctx, f"origin/{LINE}..{good}", status=True)
    assert not check(ctx, f"origin/{LINE}..{bad}", status=True)

    rows = [(row["sha"], row["state"], row["description"]) for row in server.state.table("statuses").values()]
    assert rows[0] == (good, "success", "every commit is allowed on 0.2, which is frozen")
    assert rows[1][:2] == (bad, "failure")
    assert rows[1][2].startswith(f"{bad[:7]} Add it: ")
