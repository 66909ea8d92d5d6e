"""What earlier releases say before the next one: warnings of the preflight, and nothing before the first final."""

from __future__ import annotations

import json
from pathlib import Path

from release.commands.preflight import preflight
from release.engine.gate import Severity
from release.gate_order import before_all
from release.gates.earlier_releases import BUILDS, EVERY, PLACES, concerning
from tests.commands.test_published import place
from tests.support.world import World

ONLY = ("--only", "earlier releases")


def test_nothing_is_asked_before_the_first_final(world: World) -> None:
    assert concerning(world.context()) == ()


def test_a_release_that_is_not_everywhere_warns_and_stops_nothing(noted: World, shelf: Path) -> None:
    """And its command shows the same; a release itself does not ask."""
    noted.note("fix", "Mend it")
    good = noted.inv("preflight", *ONLY, "--json")
    assert good.code == 0, good.text
    assert [each["fact"] for each in json.loads(good.out)["gates"]] == [
        "index, tag, forge and changelog agree on 0.1.0"
    ], good.text

    next(shelf.glob("*.tar.gz")).unlink()
    ran = noted.inv("preflight", *ONLY)

    assert ran.code == 0, ran.text
    assert "local: acme-0.1.0.tar.gz is not there" in ran.out
    assert "inv published --last 3" in ran.out
    assert noted.inv("published", "--last", "3").code == 1
    ctx = preflight(noted.context(), "auto", "production", [PLACES.name]).ctx
    assert not set(EVERY) & set(before_all(ctx))
    assert {each.severity for each in EVERY} == {Severity.WARNING}


def test_an_index_that_does_not_answer_is_a_warning(noted: World) -> None:
    path = noted.project / "release.toml"
    path.write_text(path.read_text().replace(noted.index, "http://127.0.0.1:9/"))

    assert concerning(noted.context()) == (PLACES,)
    assert PLACES.ask(noted.context()).met is None


def test_a_build_unlike_those_before_it_warns(noted: World, shelf: Path) -> None:
    assert concerning(noted.context()) == EVERY
    assert BUILDS.ask(noted.context()).fact == "too few releases to compare"
    for number in range(2, 6):
        place(shelf, f"0.{number}.0", 50_000 + 500 * number)
    assert BUILDS.ask(noted.context()).met
    place(shelf, "0.6.0", 500_000, 9)

    verdict = BUILDS.ask(noted.context())

    assert verdict.met is False
    assert verdict.fact.splitlines()[0].startswith("size of the wheel of 0.6.0: ")
    assert (verdict.run, noted.inv("builds").code) == ("inv builds", 0)
