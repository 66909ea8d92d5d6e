"""Freeze, candidate, approval, hotfix and merge-back killed at any moment: the same command again finishes them."""

from __future__ import annotations

import random
import re
import shutil
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import without_index
from tests.faults.killing import Kill, Running, told
from tests.faults.test_kills import HALF_WAY, LEFT_AT_MOST
from tests.support.lines import configured, fix, frozen, released
from tests.support.mould import Mould, mould_of
from tests.support.seed import MORE, SEED
from tests.support.world import World, make_world

pytestmark = pytest.mark.journey

MOMENTS = 3 * MORE  # other ones in each run
APPROVALS = '\n[[stages]]\nname = "production"\npeople = 1\n'


def start(world: World) -> None:
    """0.1.0 released; a freeze pins nothing, which would ask the network."""
    configured(world, f"\n[freeze]\nlock = false\n{APPROVALS if 'approve' in world.project.parts[-2] else ''}")
    released(world)


def on_a_line(world: World) -> None:
    start(world)
    world.note()
    frozen(world)
    fix(world, "ONE = 1", "ONE = 11", "One is eleven")


def with_a_debt(world: World) -> None:
    on_a_line(world)
    world.git("switch", "--quiet", "main")


def with_a_fix_on_main(world: World) -> None:
    start(world)
    frozen(world)
    world.git("switch", "--quiet", "main")
    fix(world, "ONE = 1", "ONE = 11", "One is eleven")
    world.git("tag", "fixed")


COMMANDS: dict[str, tuple[Callable[[World], None], tuple[str, ...]]] = {
    "freeze": (start, ("freeze", "minor", "--yes")),
    "candidate": (on_a_line, ("release", "--pre", "rc", "--yes")),
    "final": (on_a_line, ("release", "--yes")),
    "approve": (start, ("approve", "production")),
    "hotfix": (with_a_fix_on_main, ("hotfix", "--reason", "outage", "--pick", "fixed", "--yes")),
    "merge-back": (with_a_debt, ("merge-back", "--yes")),
}
State = dict[str, object]


def state_of(world: World) -> State:
    """Return what the remote shows of it, without what differs between two worlds (commits, times)."""

    def git(*words: str) -> str:
        return world.git(*words, cwd=world.remote)

    found: State = {}
    for ref in git("for-each-ref", "--format=%(refname)").splitlines():
        name = re.sub(r"[0-9a-f]{12}", "COMMIT", ref)
        found[name] = (
            git("log", "--topo-order", "--format=%s", ref).splitlines(),
            tomllib.loads(git("show", f"{ref}^{{commit}}:pyproject.toml"))["project"]["version"],
            git("ls-tree", "-r", "--name-only", f"{ref}^{{commit}}").splitlines(),
        )
    return found


@dataclass(frozen=True)
class Case:
    """A command, the world it starts in, how it ends there undisturbed, and how long that takes in seconds."""

    mould: Mould
    words: tuple[str, ...]
    end: State
    seconds: float


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Callable[[str], Case]:
    """Give the case of a command, made when it is first asked for."""
    made: dict[str, Case] = {}

    def case(name: str) -> Case:
        if name not in made:
            prepare, words = COMMANDS[name]
            place = tmp_path_factory.mktemp("process") / name
            place.mkdir()
            world = make_world(place, rendered, "", without_index)
            prepare(world)
            mould = mould_of(world)
            undisturbed = mould.copy(tmp_path_factory.mktemp("undisturbed") / name)
            begin = time.monotonic()
            ran = undisturbed.inv(*words)
            assert ran.code == 0, ran.text
            made[name] = Case(mould, words, state_of(undisturbed), time.monotonic() - begin)
        return made[name]

    return case


KILLS = [(name, number) for name in COMMANDS for number in range(MOMENTS)]


@pytest.mark.parametrize(("name", "number"), KILLS, ids=[f"seed{SEED}-{name}-{number}" for name, number in KILLS])
def test_killed_at_any_moment_and_run_again_it_is_finished(
    name: str, number: int, cases: Callable[[str], Case], tmp_path: Path
) -> None:
    case = cases(name)
    how = [Kill.POWER, Kill.GROUP][number % 2]
    world = case.mould.copy(tmp_path / name)
    share = 0.15 + 0.85 * (number + random.Random(f"{SEED}-{name}-{number}").random()) / MOMENTS
    moment = time.monotonic() + share * case.seconds
    running = Running(world, tmp_path / "log", *case.words)
    running.until(lambda: time.monotonic() >= moment)
    running.kill(how)
    killed = f"KEELWAY_SEED={SEED}: killed at {share:.2f} of {case.seconds:.1f} s\n{running.text()}"

    temporary = str(world.home / "tmp")
    ran = world.inv(*case.words, TMPDIR=temporary)
    for _ in range(LEFT_AT_MOST):
        if ran.code == 1 and any(text in ran.text for text in HALF_WAY):
            if how is Kill.POWER:
                world.run("bash", "-c", told(ran.text))
            killed += ran.text
            ran = world.inv(*case.words, TMPDIR=temporary)

    assert ran.code == 0, killed + ran.text
    assert state_of(world) == case.end, killed + ran.text
    shutil.rmtree(temporary, ignore_errors=True)
    world.git("worktree", "prune")
    assert len(world.git("worktree", "list").splitlines()) == 1, killed + ran.text
    assert world.git("status", "--porcelain") == "", killed + ran.text
    assert "refs/heads/hotfix" not in world.git("for-each-ref"), killed + ran.text
