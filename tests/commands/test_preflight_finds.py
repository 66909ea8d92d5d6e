"""A preflight finds what is wrong with a project: every way to break it, by the right gate, with what mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from release.engine import custom_gates
from tests.commands.broken import WAYS, Way
from tests.commands.healthy import facts, looked
from tests.faults.killing import told
from tests.support.world import World


@pytest.fixture(autouse=True)
def no_gates_of_others() -> Iterator[None]:
    """Functions of one project's tasks.py are not asked of another's."""
    yield
    custom_gates.GATES.clear()


def broken(world: World, way: Way) -> None:
    path = world.project / "release.toml"
    if way.settings:
        text = path.read_text()
        new = text + way.settings if way.settings.startswith("\n") else text.replace("quality = []\n", way.settings)
        world.commit("settings", **{"release.toml": new})
    way.do(world)
    if "@gate(" in (world.project / "tasks.py").read_text():
        body = (world.project / "tasks.py").read_text().partition("@gate(")
        exec(f"from release.engine.custom_gates import gate\n@gate({body[2]}")  # noqa: S102  (as Invoke loads it)


# What is wrong with 0.1.0 where tags, remote or changelog are; test_preflight_earlier_releases.py is about these.
WARNED_OF_BEFORE = {"earlier releases", "earlier builds"}


def _remedy(run: str) -> str:
    return re.split(r"   +\(", run)[0]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_broken_is_found_by_its_gate_with_what_mends_it(way: Way, healthy: World) -> None:
    broken(healthy, way)

    found = facts(looked(healthy, way.wanted, distributions=way.distributions, **way.env))

    assert set(found) - WARNED_OF_BEFORE == {way.gate, *way.also}, found
    fact, run, blocks = found[way.gate]
    assert way.fact in fact
    assert _remedy(run) == way.run or way.run in run
    assert blocks is not way.warns
    after = mended(healthy, way, run)
    assert after is None or way.gate not in after, after


def mended(world: World, way: Way, run: str) -> dict[str, tuple[str, str, bool]] | None:
    """Follow a remedy as far as it is a command, and return what is found then; None where it leaves it to a person."""
    words = _remedy(run).split()
    if way.mends:
        world.run("bash", "-c", told(f"  run: {run}"), env={"GIT_EDITOR": "true"})
        return facts(looked(world, way.wanted, distributions=False, **way.env))
    if words[:2] == ["inv", "release"]:
        return facts(looked(world, words[2], distributions=False, **way.env))
    if words[:1] == ["unset"]:
        kept = {name: value for name, value in way.env.items() if name not in words}
        return facts(looked(world, way.wanted, distributions=False, **kept))
    return None


def test_there_are_enough_ways() -> None:
    assert len(WAYS) >= 40
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_several_faults_are_all_reported_at_once(healthy: World) -> None:
    ways = {way.name: way for way in WAYS}
    names = ["a higher tag elsewhere", "a secret", "a heading in a fragment", "risky code", "a new file"]
    for name in names:
        ways[name].do(healthy)

    found = facts(looked(healthy, distributions=False, TWINE_PASSWORD="not-this-one"))

    assert set(found) - WARNED_OF_BEFORE == {ways[name].gate for name in names} | {"index account"}
