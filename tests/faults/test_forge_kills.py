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


@pytest.mark.journey
@pytest.mark.parametrize(("kind", "number"), CASES, ids=[f"{kind}-{number}" for kind, number in CASES])
def test_killed_after_a_change_and_run_again_it_is_finished(
    kind: str, number: int, servers: dict[str, ForgeServer], moulds: dict[str, Mould], tmp_path: Path
) -> None:
    server = servers[kind]
    server.clear()
    world = moulds[kind].copy(tmp_path / "world")
    server.state.remote = world.remote
    server.hold(number)
    running = Running(world, tmp_path / "log", *PUBLISH, **token_for(server))

    came = running.until(lambda: server.holds)
    was_public = any(not each.draft for each in shown(server))
    running.kill(Kill.GROUP)
    server.release()
    again = world if number % 2 else elsewhere(world)
    ran = again.inv(*PUBLISH, cwd=None, **token_for(server))

    assert came, running.text()
    assert was_public == (number == CHANGES[kind])
    assert ran.code == 0, running.text() + ran.text
    assert_shown_once(server, world)


@pytest.mark.journey
def test_an_abort_takes_the_draft_back(
    servers: dict[str, ForgeServer], moulds: dict[str, Mould], tmp_path: Path
) -> None:
    server = servers["github"]
    server.clear()
    world = moulds["github"].copy(tmp_path / "world")
    server.state.remote = world.remote
    server.hold(3)
    running = Running(world, tmp_path / "log", *PUBLISH, **token_for(server))
    came = running.until(lambda: server.holds)
    running.kill(Kill.GROUP)
    server.release()

    ran = world.inv("abort", "--yes", cwd=None, **token_for(server))

    assert came, running.text()
    assert ran.code == 0, ran.text
    assert server.state.table("releases") == {}
    assert "refs/tags/v0.1.0" not in world.remote_refs()


@pytest.mark.journey
def test_what_is_public_is_not_aborted(
    servers: dict[str, ForgeServer], moulds: dict[str, Mould], tmp_path: Path
) -> None:
    server = servers["github"]
    server.clear()
    world = moulds["github"].copy(tmp_path / "world")
    server.state.remote = world.remote
    published = world.inv(*PUBLISH, cwd=None, **token_for(server))

    ran = world.inv("abort", "--yes", cwd=None, **token_for(server))

    assert published.code == 0, published.text
    assert ran.code == 1
    assert [each.draft for each in shown(server)] == [False]
