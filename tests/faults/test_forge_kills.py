"""A release that is killed after any change of its forge: the same command finishes it, here or on another machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running
from tests.support.forges.kinds import forge_server
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import assert_shown_once, elsewhere, tagged_world
from tests.support.forges.worlds import shown, token_for
from tests.support.mould import Mould
from tests.support.world import World

CHANGES = {"github": 6, "gitlab": 5, "gitea": 6}  # the draft, four files, and what makes it public
CASES = [(kind, number) for kind, changes in CHANGES.items() for number in range(1, changes + 1)]
PUBLISH = ("publish", "--yes")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, ForgeServer]]:
    with forge_server("github") as github, forge_server("gitlab") as gitlab, forge_server("gitea") as gitea:
        yield {"github": github, "gitlab": gitlab, "gitea": gitea}


@pytest.fixture(scope="module")
def moulds(
    tmp_path_factory: pytest.TempPathFactory,
    rendered: Path,
    distributions: list[Path],
    servers: dict[str, ForgeServer],
) -> dict[str, Mould]:
    """Projects with nothing left to do but their forge."""
    place = tmp_path_factory.mktemp("tagged")
    return {
        kind: Mould(tagged_world(place / kind, rendered, distributions, server)) for kind, server in servers.items()
    }


@pytest.fixture
def kind() -> str:
    """The kind of forge of a test that names none."""
    return "github"


@pytest.fixture
def server(kind: str, servers: dict[str, ForgeServer]) -> ForgeServer:
    """That forge, empty."""
    servers[kind].clear()
    return servers[kind]


@pytest.fixture
def world(kind: str, server: ForgeServer, moulds: dict[str, Mould], tmp_path: Path) -> World:
    """A project of that forge."""
    world = moulds[kind].copy(tmp_path / "world")
    server.state.remote = world.remote
    return world


def killed(world: World, server: ForgeServer, number: int) -> str:
    """Publish until the forge has made that change; return what was printed."""
    server.hold(number)
    running = Running(world, world.project.parent / "log", *PUBLISH, **token_for(server))
    came = running.until(lambda: server.holds)
    running.kill(Kill.GROUP)
    server.release()
    assert came, running.text()
    return running.text()


@pytest.mark.journey
@pytest.mark.parametrize(("kind", "number"), CASES, ids=[f"{kind}-{number}" for kind, number in CASES])
def test_killed_after_a_change_and_run_again_it_is_finished(
    kind: str, number: int, server: ForgeServer, world: World
) -> None:
    text = killed(world, server, number)
    was_public = any(not each.draft for each in shown(server))

    again = world if number % 2 else elsewhere(world)
    ran = again.inv(*PUBLISH, cwd=None, **token_for(server))

    assert was_public == (number == CHANGES[kind])
    assert ran.code == 0, text + ran.text
    assert_shown_once(server, world)


@pytest.mark.journey
def test_an_abort_takes_the_draft_back(server: ForgeServer, world: World) -> None:
    killed(world, server, 3)

    ran = world.inv("abort", "--yes", cwd=None, **token_for(server))

    assert ran.code == 0, ran.text
    assert server.state.table("releases") == {}
    assert "refs/tags/v0.1.0" not in world.remote_refs()


@pytest.mark.journey
def test_what_is_public_is_not_aborted(server: ForgeServer, world: World) -> None:
    published = world.inv(*PUBLISH, cwd=None, **token_for(server))

    ran = world.inv("abort", "--yes", cwd=None, **token_for(server))

    assert published.code == 0, published.text
    assert ran.code == 1
    assert [each.draft for each in shown(server)] == [False]
