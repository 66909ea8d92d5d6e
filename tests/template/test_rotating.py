"""A part of all combinations of answers is run completely, as its owner would: another one each time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.choices import NAMESPACES, ROWS
from tests.support.seed import SEED
from tests.support.world import HERE, World, render_from


@pytest.mark.journey
@pytest.mark.parametrize("turn", range(2))
def test_a_combination_is_green_by_its_own_sessions(turn: int, template: Path, tmp_path: Path) -> None:
    row = ROWS[(SEED * 2 + turn) % len(ROWS)]
    answers = row | {"python_min": min(row["python_min"], HERE), "namespace": NAMESPACES[row["forge"]]}
    project = tmp_path / "acme"
    render_from(template, project, answers)
    world = World(project, tmp_path / "acme.git", "", tmp_path / "home")
    world.git("init", "--quiet")
    world.commit("start")

    documented = ["docs"] if answers["docs"] != "none" else []
    ran = world.run(
        sys.executable, "-m", "nox", "-s", "lint", "types", f"tests-{HERE}", "coverage", "build", *documented
    )

    assert ran.code == 0, f"{answers}\n{ran.text}"
    assert world.git("status", "--porcelain") == ""
