"""Fixtures of the steps on a forge: a release that is tagged and built, and a forge of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.forges.kinds import KINDS, forge_server
from tests.support.forges.server import ForgeServer
from tests.support.world import World


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tagged: World) -> Iterator[ForgeServer]:
    with forge_server(request.param, tagged.remote) as server:
        yield server


@pytest.fixture
def github(tagged: World) -> Iterator[ForgeServer]:
    with forge_server("github", tagged.remote) as server:
        yield server
