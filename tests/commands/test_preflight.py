"""A preflight: it changes nothing, asks nothing twice, and is read by people and by machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.commands.healthy import OF_DISTRIBUTIONS, facts, looked
from tests.support.traces import bytes_below
from tests.support.world import World


def test_a_version_that_is_taken_is_found_and_the_next_one_is_advised(healthy: World, healthy_shelf: Path) -> None:
    taken = healthy_shelf / "acme-0.2.0.tar.gz"
    taken.write_bytes(b"somebody else's")

    found = facts(looked(healthy, distributions=False))

    fact = "local has acme-0.2.0.tar.gz; an uploaded file cannot be replaced"
    assert found == {"version free": (fact, "inv release 0.3.0", True)}


def test_a_preflight_changes_nothing(healthy: World, healthy_shelf: Path) -> None:
    """But for its own memory, logs and caches, which git does not see."""
    healthy.git("status")
    places = (healthy.project, healthy.remote, healthy.home, healthy_shelf)
    before = [others(place) for place in places]

    findings = looked(healthy)

    assert findings.blocking == []
    assert [others(place) for place in places] == before


def others(place: Path) -> dict[str, str]:
    return {path: what for path, what in bytes_below(place).items() if not path.startswith(".release/")}


def test_a_warm_preflight_asks_only_the_world_outside(healthy: World) -> None:
    looked(healthy)
    findings = looked(healthy)

    asked = {answer.gate.name for answer in findings.answers if not answer.remembered}
    assert asked == {
        *(
            "working tree",
            "merge or rebase",
            "branch",
            "in sync",
            "git identity",
            "signing",
            "tag free",
            "version order",
            "bump size",
        ),
        *("changelog", "unreleased", "fragments", "tools", "disk"),
        *("version free", "project name", "index account", "clock", "upload target", "upload deadline"),
        *("earlier releases", "earlier builds"),
    }


def test_a_release_after_a_preflight_asks_nothing_twice(healthy: World) -> None:
    looked(healthy)

    text = healthy.released("auto", "--verbose")

    rows = {row[10:44].strip(): row for row in text.splitlines() if row.startswith("  ok ")}
    for name in ("secrets", "api", "audit", "installs", "sdist installs", "reproducible", "upgrade", "metadata"):
        assert rows[name].endswith("(known)"), rows[name]


def test_preflight_for_machines_is_json_and_nothing_else(healthy: World) -> None:
    healthy.write("new.txt", "new\n")

    ran = healthy.inv("preflight", "--json", "--skip", ",".join(OF_DISTRIBUTIONS))

    assert (ran.code, ran.err) == (1, "")
    told = json.loads(ran.out)
    assert (told["release"], told["line"], told["go"]) == ("0.2.0", "main", False)
    clean = next(gate for gate in told["gates"] if gate["name"] == "working tree")
    assert (clean["standing"], clean["blocks"], clean["run"]) == (
        "no",
        True,
        "git stash --include-untracked      (git stash pop --index restores it)",
    )


def test_a_person_reads_the_rows_the_problems_and_the_sum(healthy: World) -> None:
    healthy.write("new.txt", "new\n")

    ran = healthy.inv("preflight", "--only", "working tree,branch")

    assert ran.code == 1
    rows = re.sub(r"  [\d.]+ s$", "", ran.out, flags=re.MULTILINE)  # which only some have, by the machine's load
    assert re.sub(r"[\d.]+ s", "_ s", rows) == (
        "acme 0.2.0 from main: what could stop it\n\n"
        "  no      working tree                        uncommitted changes:\n"
        "  ok      branch                              on main\n\n"
        "cannot release: working tree\n"
        "  why: uncommitted changes:\n"
        "       ?? new.txt\n"
        "  run: git stash --include-untracked      (git stash pop --index restores it)\n\n"
        "2 gates: 1 met, 1 refusing; _ s; one after the other _ s\n"
        "no go\n"
    )


def test_what_is_left_out_is_told_at_the_confirmation(healthy: World) -> None:
    text = healthy.released("auto", "--skip", "secrets,api,installs")

    assert "\nskipping gates: api, installs, secrets\n" in text


def test_a_change_of_a_gate_that_is_not_there_is_refused(healthy: World) -> None:
    path = healthy.project / "release.toml"
    path.write_text(path.read_text() + '\n[[gates]]\nname = "secret"\nseverity = "off"\n')

    ran = healthy.inv("preflight")

    assert (ran.code, ran.err) == (
        1,
        "\ncannot use release.toml: gates\n"
        '  why: there is no gate "secret", and it has no command of its own (run); did you mean secrets?\n'
        "  run: $EDITOR release.toml\n",
    )


def test_a_gate_of_the_project_cannot_have_the_name_of_one_of_ours(healthy: World) -> None:
    """Its answer would hide that of ours."""
    path = healthy.project / "release.toml"
    path.write_text(path.read_text() + '\n[[gates]]\nname = "contents"\nrun = ["true"]\n')

    ran = healthy.inv("preflight")

    assert (ran.code, ran.err) == (
        1,
        "\ncannot use release.toml: gates\n"
        '  why: the release process has a gate "contents"; a gate of your own needs another name\n'
        "  run: $EDITOR release.toml      (or tasks.py)\n",
    )


def test_old_names_of_gates_work_and_a_warning_says_how_they_are_written_now(healthy: World) -> None:
    healthy.write("new.txt", "new\n")
    path = healthy.project / "release.toml"
    path.write_text(path.read_text() + '\n[[gates]]\nname = "one version"\nseverity = "warning"\n')

    ran = healthy.inv("preflight", "--json", "--only", "clean,line")

    assert [gate["name"] for gate in json.loads(ran.out)["gates"]] == ["working tree", "branch"]
    assert ran.err == (
        "warning: release.toml uses old names of gates\n"
        '  why: "one version" is now "matching versions" (gates); the old names work until version 0.5\n'
        '  run: $EDITOR release.toml      (write "matching versions")\n'
        'warning: the gate "clean" is now called "working tree"\n'
        "  why: the old name works until version 0.5\n"
        '  run: the same command with "working tree"\n'
        'warning: the gate "line" is now called "branch"\n'
        "  why: the old name works until version 0.5\n"
        '  run: the same command with "branch"\n'
    )
