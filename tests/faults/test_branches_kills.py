"""Killed after the forge did what it was asked, and before its answer came: the same command goes on, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running
from tests.support.forges.branches import branch_server, knows, requests_on, rules_on
from tests.support.forges.kinds import KINDS, TOKEN, VARIABLES
from tests.support.forges.server import ForgeServer
from tests.support.lines import configured, released
from tests.support.making import ready
from tests.support.requests import by_request
from tests.support.world import World

pytestmark = pytest.mark.journey


class Trusted(World):
    """A world whose commands find a token for the forge."""

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment with the token, under each name that is looked for."""
        return super().environment(**dict.fromkeys(VARIABLES.values(), TOKEN), **more)


@pytest.fixture
def world(repository: World) -> World:
    return Trusted(repository.project, repository.remote, repository.index, repository.home)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, world: World) -> Iterator[ForgeServer]:
    """The forge of a project with a fragment, whose freezes pin nothing."""
    with branch_server(request.param) as server:
        configured(world, "\n[freeze]\nlock = false\n")
        knows(world, server)
        world.commit("the forge")
        yield server


def killed(world: World, server: ForgeServer, log: Path, *words: str) -> None:
    """Run a command, and kill it while the answer to its next change on the forge is on its way."""
    server.hold(1)
    running = Running(replace(world, home=world.home.parent / f"home-{log.stem}"), log, *words)
    assert running.until(lambda: server.holds), running.text()
    running.kill(Kill.POWER)
    server.release()


def test_a_rule_is_set_and_lifted_once(world: World, server: ForgeServer, tmp_path: Path) -> None:
    released(world)
    before = rules_on(server)

    killed(world, server, tmp_path / "freeze.log", "freeze", "minor", "--yes")
    again = world.inv("freeze", "minor", "--yes")
    assert again.code == 0, again.text
    assert len(rules_on(server)) == len(before) + 1

    killed(world, server, tmp_path / "thaw.log", "thaw", "0.2", "--yes")
    again = world.inv("thaw", "0.2", "--yes")
    assert again.code == 0, again.text
    assert rules_on(server) == before
    assert not [ref for ref in world.remote_refs() if re.search("keelway/rules", ref)]


def test_a_request_is_opened_once(world: World, server: ForgeServer, tmp_path: Path) -> None:
    ready(world)
    by_request(world)

    killed(world, server, tmp_path / "release.log", "release", "minor", "--yes")
    again = world.inv("release", "minor", "--yes")

    assert again.code == 0, again.text
    assert re.search(r"^next: merge http\S+ into main; then nox -s release continues$", again.out, re.MULTILINE)
    assert requests_on(server) == [("release-request/0.1.0", "main", "open")]
