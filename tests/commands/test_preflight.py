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
        *("clean", "finished", "line", "in sync", "identity", "signing", "tag free", "higher", "large enough"),
        *("changelog", "unreleased", "fragments", "tools", "disk"),
        *("version free", "name", "account", "clock", "way to the index", "age"),
        *("earlier releases", "earlier builds"),
    }


def test_a_release_after_a_preflight_asks_nothing_twice(healthy: World) -> None:
    looked(healthy)

    text = healthy.released("auto")

    rows = {row[10:44].strip(): row for row in text.splitlines() if row.startswith("  ok ")}
    for name in ("secrets", "api", "audit", "installs", "sdist installs", "reproducible", "upgrade", "metadata"):
        assert rows[name].endswith("(known)"), rows[name]


def test_preflight_for_machines_is_json_and_nothing_else(healthy: World) -> None:
    healthy.write("new.txt", "new\n")

    ran = healthy.inv("preflight", "--json", "--skip", ",".join(OF_DISTRIBUTIONS))

    assert (ran.code, ran.err) == (1, "")
    told = json.loads(ran.out)
    assert (told["release"], told["line"], told["go"]) == ("0.2.0", "main", False)
    clean = next(gate for gate in told["gates"] if gate["name"] == "clean")
    assert (clean["standing"], clean["blocks"], clean["run"]) == (
        "no",
        True,
        "git stash --include-untracked      (git stash pop --index restores it)",
    )


def test_a_person_reads_the_rows_the_problems_and_the_sum(healthy: World) -> None:
    healthy.write("new.txt", "new\n")

    ran = healthy.inv("preflight", "--only", "clean,line")

    assert ran.code == 1
    assert re.sub(r"[\d.]+ s", "_ s", ran.out) == (
        "acme 0.2.0 from main: what could stop it\n\n"
        "  no      clean                               uncommitted changes:\n"
        "  ok      line                                on main\n\n"
        "cannot release: clean\n"
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
