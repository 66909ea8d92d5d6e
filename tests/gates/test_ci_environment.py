"""The environment that CI publishes from: whether it is there, and asks anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from release.config.release_toml import parse_config
from release.context import Context
from release.context_loader import load_context
from release.engine.gate import Severity
from release.gate_order import before_all
from release.gates.ci_environment import ENVIRONMENT
from tests.support.forges.branches import branch_server, knows, variable
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.making import releasing
from tests.support.world import World


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, repository: World) -> Iterator[ForgeServer]:
    with branch_server(request.param) as server:
        knows(repository, server)
        yield server


def asked(world: World, server: ForgeServer) -> Context:
    return load_context(world.project, world.environment(**variable(server)), write=False)


def test_it_is_met_by_an_environment_with_reviewers(repository: World, server: ForgeServer) -> None:
    server.state.settings["environments"] = {"release": ["grace"]}

    verdict = ENVIRONMENT.ask(asked(repository, server))

    assert verdict.met
    gitea = verdict.fact.startswith("gitea (127.0.0.1:") and verdict.fact.endswith(") has no environments")
    assert gitea if server.kind.name == "gitea" else verdict.fact == "release requires a review by grace"


@pytest.mark.parametrize("server", ["github", "gitlab"], indirect=True)
def test_it_refuses_one_that_is_not_there(repository: World, server: ForgeServer) -> None:
    verdict = ENVIRONMENT.ask(asked(repository, server))

    assert verdict.met is False
    assert verdict.severity is None
    assert verdict.fact.endswith(' has no environment "release": the first job would create it without reviewers')
    assert verdict.run.startswith("g")


@pytest.mark.parametrize("server", ["github", "gitlab"], indirect=True)
def test_it_warns_of_one_that_asks_nobody(repository: World, server: ForgeServer) -> None:
    server.state.settings["environments"] = {"release": []}

    verdict = ENVIRONMENT.ask(asked(repository, server))

    assert (verdict.met, verdict.severity) == (False, Severity.WARNING)
    assert verdict.fact == 'no reviewers are required for the environment "release"'


@pytest.mark.parametrize(
    ("text", "named"),
    [('publish = "ci"', True), ("", False), ('publish = "ci"\n[forge]\nenvironment = ""', False)],
)
def test_it_is_asked_where_ci_publishes_from_an_environment(repository: World, text: str, named: bool) -> None:
    ctx = replace(releasing(repository), config=parse_config(f"quality = []\n{text}"))

    assert (ENVIRONMENT.name in {gate.name for gate in before_all(ctx)}) is named
