"""Fixtures of the steps on a forge: a release that is tagged and built, and a forge of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.forges.kinds import KINDS, forge_server
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import tagged_world
from tests.support.world import World


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory, rendered: Path, distributions: list[Path]) -> World:
    return tagged_world(tmp_path_factory.mktemp("tagged") / "world", rendered, distributions)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tagged: World) -> Iterator[ForgeServer]:
    with forge_server(request.param, tagged.remote) as server:
        yield server


@pytest.fixture
def github(tagged: World) -> Iterator[ForgeServer]:
    with forge_server("github", tagged.remote) as server:
        yield server
