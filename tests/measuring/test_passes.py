"""Passes of two releases, each installed as users have it: what is slower, new, broken or not comparable."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from release.artifacts.install_check import Unfit
from release.base.errors import ReleaseError
from release.commands.measuring.speed import show_profile
from release.gates.measured_project import PERFORMANCE, of_distributions
from release.measuring.passes import measure, require_one_machine, sides
from release.measuring.slowdown import Speed
from tests.support.versions import make_wheel
from tests.support.world import World

WORKS = """
def work():
    return sum(range({size}))
{more}
"""
BENCHMARKS = """
import acme


def test_work(benchmark):
    benchmark.pedantic(acme.work, rounds=50, warmup_rounds=3)
"""
NEWER = """

def test_newer(benchmark):
    benchmark.pedantic(acme.newer, rounds=3)
"""


@pytest.fixture(autouse=True)
def apart_from_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-benchmark measures nothing where it sees that tests run side by side, as these do."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)


def wheel_of(folder: Path, version: str, size: int, more: str = "") -> Path:
    return make_wheel(folder, "acme", version, {"acme/__init__.py": WORKS.format(size=size, more=more)})


@pytest.mark.journey
def test_a_release_that_is_three_times_slower_is_seen_and_profiled(
    world: World, shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against the newest final on the index; a benchmark of something new has nothing to compare with."""
    wheel_of(shelf, "0.1.0", 30_000)
    now = wheel_of(tmp_path / "now", "0.2.0", 90_000, "def newer(): pass")
    world.write("benchmarks/test_work.py", BENCHMARKS + NEWER)
    ctx = world.context()

    with sides(ctx, now, Version("0.2.0")) as both:
        judged, alone = measure(both)

    speeds = {comparison.name: speed for comparison, speed in judged}
    assert both.version == Version("0.1.0")
    assert speeds["test_work.py::test_work"] is Speed.SLOWER
    assert speeds["import acme"] is not Speed.SLOWER
    assert list(alone) == ["test_work.py::test_newer"]
    assert of_distributions(ctx) == (PERFORMANCE,)

    world.write("src/acme/__init__.py", WORKS.format(size=90_000, more="def newer(): pass"))
    show_profile(world.context())
    shown = capsys.readouterr().out
    assert "import time by module: own time now, and in 0.1.0" in shown
    assert "functions of acme, while the benchmarks run: own time now, and in 0.1.0" in shown
    assert "acme/__init__.py work" in shown


def test_without_a_release_the_import_is_measured_alone(world: World, tmp_path: Path) -> None:
    ctx = world.context()

    with sides(ctx, wheel_of(tmp_path, "0.1.0", 10)) as both:
        judged, alone = measure(both)

    assert judged == []
    assert list(alone) == ["import acme"]
    assert of_distributions(ctx) == ()


def test_benchmarks_that_measure_nothing_are_refused(repository: World, tmp_path: Path) -> None:
    """An empty answer is none: neither a folder whose tests use no fixture, nor a benchmark that fails."""
    repository.write("benchmarks/test_work.py", "def test_work():\n    pass\n")
    now = wheel_of(tmp_path, "0.1.0", 10)
    with sides(repository.context(), now) as both, pytest.raises(ReleaseError) as nothing:
        measure(both)
    assert nothing.value.what == "nothing was measured"
    assert nothing.value.run == "$EDITOR benchmarks"

    repository.write("benchmarks/test_work.py", BENCHMARKS.replace("acme.work", "acme.gone"))
    with sides(repository.context(), now) as both, pytest.raises(Unfit, match="the benchmarks fail"):
        measure(both)


def test_passes_of_another_machine_or_interpreter_are_refused() -> None:
    here = {"node": "a", "processor": "x86_64", "python_implementation": "CPython", "python_version": "3.13.1"}

    require_one_machine([here, dict(here)])
    with pytest.raises(ReleaseError, match=r"python_version is 3\.13\.1 in one pass and 3\.12\.0 in another"):
        require_one_machine([here, here | {"python_version": "3.12.0"}])
