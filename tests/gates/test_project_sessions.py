"""Sessions of the project as gates; a project whose tests nobody knows is told so."""

from __future__ import annotations

from dataclasses import replace

from release.config.release_toml import Config
from release.config.stages import GateConfig
from release.engine.gate import Severity, Verdict
from release.gates.project_sessions import is_test, sessions
from tests.support.making import releasing
from tests.support.world import World


def test_where_no_test_is_known_a_gate_says_so(repository: World) -> None:
    ctx = releasing(repository)
    usual = replace(ctx, config=replace(ctx.config, quality=Config().quality, gates=()))
    assert "tests" not in [gate.name for gate in sessions(usual)]  # but tests-3.11 and the like
    assert any(is_test(gate.name) for gate in sessions(usual))
    (repository.project / "noxfile.py").unlink()

    (gate,) = sessions(usual)

    assert (gate.name, gate.severity) == ("tests", Severity.WARNING)
    assert gate.ask(usual) == Verdict(
        False,
        "no tests of acme were found, so none are run: there is no noxfile with sessions of the project",
        "$EDITOR release.toml      (quality: nox sessions; [[gates]] with run: a command such as pytest)",
    )
    assert sessions(ctx) == ()  # quality = [] says that it is meant so
    own = GateConfig("all", run=("python", "-m", "pytest"))
    assert sessions(replace(usual, config=replace(usual.config, gates=(own,)))) == ()


def test_which_sessions_are_tests() -> None:
    assert all(map(is_test, ("tests-3.12", "unit_tests", "pytest", "tox")))
    assert not any(map(is_test, ("lint", "latest", "preflight")))
