"""Files in the root of the project with the names of tools: none of them is run in a tool's place."""

from __future__ import annotations

import pytest

from tests.support.making import releasing
from tests.support.world import World


@pytest.mark.parametrize("name", ["ruff", "nox", "json", "zizmor"])
def test_a_file_in_the_root_stands_in_for_no_tool(repository: World, name: str) -> None:
    repository.write(f"{name}.py", "open('stand-in-ran', 'w').close()\nraise SystemExit(0)\n")
    ctx = releasing(repository)

    ctx.scanners.risky_code(repository.project)
    ctx.sessions.names()

    assert not (repository.project / "stand-in-ran").exists()
