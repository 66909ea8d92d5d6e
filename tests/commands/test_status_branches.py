"""The cockpit: every release branch with what comes next and who has to act; each next command is let through."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.support.lines import as_somebody, configured
from tests.support.world import World

RULES = (
    '[[roles]]\nname = "qa"\nmembers = ["ada@example.org"]\n[[roles]]\nname = "rm"\nmembers = ["bo@example.org"]\n'
    '[[stages]]\nname = "production"\nroles = ["qa", "rm"]\n'
    '[[types]]\nname = "minor"\nstages = ["feature-complete", "candidate", "production"]\n'
)


@pytest.fixture
def planned(repository: World) -> World:
    """0.1.0 released; a minor release is frozen, then a candidate, then approved by two roles."""
    repository.note()
    repository.git("push", "--quiet", "origin", "main")
    repository.released("minor")
    configured(repository, f"\n[freeze]\nlock = false\n{RULES}")
    repository.commit("rules")
    repository.note("feature", "More of it")
    repository.git("push", "--quiet", "origin", "main")
    return repository


def freeze(world: World) -> None:
    """Freeze release/0.2; main stays checked out."""
    ran = world.inv("freeze", "minor", "--yes")
    assert ran.code == 0, ran.text


def told(world: World, branch: str) -> list[str]:
    """Return what `inv status` says of a release branch."""
    rows = world.inv("status").out.splitlines()
    first = next(number for number, row in enumerate(rows) if row.startswith("  branch ") and branch in row)
    found = [rows[first].split(branch)[1].strip()]
    for row in rows[first + 1 :]:
        if not row.startswith(" " * 40):
            break
        found.append(row.strip())
    return found


def follow(world: World, command: str) -> None:
    """Run a command that was printed, as whoever is asked for, and agree to all."""
    for part in command.split(" && "):
        words = shlex.split(part)
        agree = ["--yes"] if words[:2] in (["inv", "release"], ["inv", "freeze"]) else []
        if words == ["nox", "-s", "release"]:
            ran = world.inv("release", "--yes")  # as that session does
        else:
            ran = world.inv(*words[1:], *agree) if words[0] == "inv" else world.run(*words)
        assert ran.code == 0, ran.text


def test_each_command_is_let_through_until_the_final_is_released(planned: World) -> None:
    freeze(planned)

    first = told(planned, "release/0.2")
    follow(planned, first[-1])
    planned.git("switch", "--quiet", "main")
    second = told(planned, "release/0.2")
    follow(planned, second[-1])
    third = told(planned, "release/0.2")
    as_somebody(planned, "Bo", "bo@example.org")
    follow(planned, third[-1])
    last = told(planned, "release/0.2")
    follow(planned, last[-1])

    assert first == [
        "frozen, no final yet",
        "next: 0.2.0rc1 (candidate)",
        "git switch release/0.2 && inv release 0.2.0 --pre rc",
    ]
    assert second[:2] == ["frozen, newest candidate 0.2.0rc1, no final yet", "next: 0.2.0 (production)"]
    assert second[2].endswith("UTC for the approval of qa (ada@example.org); rm (bo@example.org)")
    assert second[3] == "git switch release/0.2 && inv approve production --as qa"
    assert third[2].startswith("approved as qa: Ada Lovelace <ada@example.org>, ")
    assert third[3].endswith("UTC for the approval of rm (bo@example.org)")
    assert last[-1] == "git switch release/0.2 && nox -s release"
    assert "refs/tags/v0.2.0" in planned.remote_refs()
    assert told(planned, "release/0.2") == [
        "frozen, newest candidate 0.2.0rc1, newest final 0.2.0",
        "nothing was added since",
    ]


def test_for_machines(planned: World) -> None:
    freeze(planned)

    [branch] = json.loads(planned.inv("status", "--json").out)["branches"]

    assert (branch["branch"], branch["frozen"], branch["next"]) == ("release/0.2", True, "0.2.0rc1")
    assert (branch["stage"], branch["candidate"], branch["final"]) == ("candidate", None, None)
    assert branch["run"] == "git switch release/0.2 && inv release 0.2.0 --pre rc"


def test_what_a_release_branch_will_tell_is_not_counted_for_main(planned: World) -> None:
    freeze(planned)

    last = planned.inv("status").out.splitlines()[-1]
    assert last == 'next: nothing to release; inv note fix "what changed" records a change'


def test_next_is_the_freeze_where_a_release_of_this_type_needs_one(planned: World) -> None:
    rows = planned.inv("status").out.splitlines()

    assert rows[-2:] == [
        "next: inv freeze minor",
        "      (a minor release is made from a frozen release branch, and main is not one)",
    ]


def test_next_is_the_hotfix_that_is_in_progress(planned: World) -> None:
    planned.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    planned.note("fix", "An outage")
    planned.git("push", "--quiet", "origin", "HEAD")
    planned.git("switch", "--quiet", "main")

    assert planned.inv("status").out.splitlines()[-1] == "next: inv hotfix --continue"
