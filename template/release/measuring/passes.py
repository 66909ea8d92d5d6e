"""The passes of a comparison: the last release as users install it from the index, and the wheel of this one.

A pass is the import time and every benchmark of one side, each measured in a fresh process. pytest-benchmark is the
recorder; of what it records, the minimum of a benchmark counts.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from release.artifacts.distribution_files import packages
from release.artifacts.install_check import Trial, Unfit, login_for, trial
from release.artifacts.last_release import last_published
from release.base.errors import ReleaseError
from release.config.constraints import held
from release.context import Context
from release.measuring.slowdown import PASSES, Comparison, Speed, passes_wanted

IMPORT = "import"  # how the name of the import's number begins
_IMPORTS = 5  # processes of a pass that import the package
_TIMED = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
_SAME = ("node", "processor", "python_implementation", "python_version")  # of pytest-benchmark's machine_info
_RECORD = ("--benchmark-only", "--benchmark-quiet", "--benchmark-json=pass.json")
PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "python_files=test_*.py *_test.py bench_*.py")
_PATTERNS = ("test_*.py", "*_test.py", "bench_*.py")


@dataclass(frozen=True)
class Sides:
    """Both environments, of the same Python; `before` is None where there is no earlier release to compare with."""

    ctx: Context
    now: Trial
    before: Trial | None
    version: Version | None
    modules: tuple[str, ...]
    benchmarks: bool  # whether there are any; then each environment has its copy of them beside it

    @property
    def each(self) -> tuple[Trial, ...]:
        """The environments in the order of a pass: the last release, then this one."""
        return (self.before, self.now) if self.before else (self.now,)


def has_benchmarks(ctx: Context) -> bool:
    """Return whether the project has benchmarks, by the names of files."""
    folder = ctx.root / ctx.config.performance.folder
    return any(next(folder.rglob(pattern), None) for pattern in _PATTERNS)


def measured_python(ctx: Context) -> str:
    """Return the Python that a project is measured on: the one that runs this, if the project supports it."""
    here = "{}.{}".format(*sys.version_info)
    return here if here in ctx.pythons else ctx.pythons[-1]


@contextmanager
def sides(ctx: Context, wheel: Path, below: Version | None = None) -> Iterator[Sides]:
    """Install a wheel and the last release below a version, each into an environment; raise Unfit where that fails."""
    python = measured_python(ctx)
    index, version = last_published(ctx, below)
    measured = has_benchmarks(ctx)
    with trial(ctx, python) as now, trial(ctx, python) as before:
        now.install(str(wheel))
        if index and version:
            name = ctx.project.canonical  # anew: what an installer has cached may be of another index
            what = ("--refresh-package", name, *index.installer_options, f"{name}=={version}")
            login = login_for(index, ctx.project.canonical)
            if login:
                before.fetch(login, *what)
            else:
                before.install(*what)
        found = Sides(ctx, now, before if version else None, version, tuple(sorted(packages(wheel))), measured)
        for each in found.each if measured else ():
            install_group(each, "benchmark", "pytest", "pytest-benchmark")
            shutil.copytree(ctx.root / ctx.config.performance.folder, each.folder / "benchmarks")
            (each.folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # the settings of the tests are not
        yield found


def install_group(fresh: Trial, group: str, *otherwise: str) -> None:
    """Install a dependency group of the project, held to its constraints; `otherwise` where it has none."""
    pyproject = fresh.ctx.root / "pyproject.toml"
    groups = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("dependency-groups", {})
    words: Sequence[str] = ["--group", f"{pyproject}:{group}"] if group in groups else otherwise
    constraints = held(fresh.ctx.root)
    fresh.install(*words, **({"UV_CONSTRAINT": constraints.as_uri()} if constraints else {}))


def one_pass(both: Sides, side: Trial) -> tuple[dict[str, float], dict[str, Any]]:
    """Return {name: seconds} of a pass on one side, and the machine that recorded it."""
    code = _TIMED.format(", ".join(both.modules))
    ended = [side.run("python", "-I", "-c", code) for _ in range(_IMPORTS)]
    for each in ended:
        if each.code != 0:
            raise Unfit(f"{', '.join(both.modules)} cannot be imported", each, "nox -s tests")
    seconds = {f"{IMPORT} {', '.join(both.modules)}": min(float(each.out) for each in ended)}
    machine: dict[str, Any] = {}
    if both.benchmarks:
        recorded = side.folder / "pass.json"
        recorded.unlink(missing_ok=True)
        ran = side.run(*PYTEST, *_RECORD, "benchmarks")
        if ran.code not in (0, 1, 5) or (ran.code and side is both.now):
            raise Unfit(f"the benchmarks fail (pytest ended with {ran.code})", ran, "nox -s benchmarks")
        if recorded.exists() and recorded.stat().st_size:
            record = json.loads(recorded.read_text(encoding="utf-8"))
            machine = {name: record["machine_info"].get(name) for name in _SAME}
            seconds |= {
                each["fullname"].removeprefix("benchmarks/"): each["stats"]["min"] for each in record["benchmarks"]
            }
    return seconds, machine


def measure(both: Sides) -> tuple[list[tuple[Comparison, Speed]], dict[str, float]]:
    """Return the judged comparisons, and {name: seconds} of what there is nothing to compare with.

    Raises ReleaseError where the project has benchmarks and none was recorded, or two passes ran on other machines.
    """
    passes: dict[Path, list[dict[str, float]]] = {side.folder: [] for side in both.each}
    machines: list[dict[str, Any]] = []
    for side in both.each:
        one_pass(both, side)  # the first pass compiles, and fills the caches of the system
    wanted = PASSES if both.before else 1
    judged: list[tuple[Comparison, Speed]] = []
    while wanted:
        for _ in range(wanted):
            for side in both.each:
                seconds, machine = one_pass(both, side)
                passes[side.folder].append(seconds)
                machines += [machine] if machine else []
        require_one_machine(machines)
        judged = _judged(both, passes)
        made = len(passes[both.now.folder])
        wanted = passes_wanted([speed for _, speed in judged], made) if both.before else 0
    if both.benchmarks and all(name.startswith(f"{IMPORT} ") for name in passes[both.now.folder][0]):
        folder = both.ctx.config.performance.folder
        why = f"no test in {folder}/ uses the fixture `benchmark`"
        raise ReleaseError("nothing was measured", why=why, run=f"$EDITOR {folder}")
    compared = {each.name for each, _ in judged}
    now = passes[both.now.folder]
    alone = {name: min(each[name] for each in now if name in each) for name in now[0] if name not in compared}
    return judged, alone


def require_one_machine(machines: list[dict[str, Any]]) -> None:
    """Raise ReleaseError where passes were recorded on different machines or interpreters."""
    other = next((each for each in machines if each != machines[0]), None)
    if other is not None:
        name = next(name for name in _SAME if other[name] != machines[0][name])
        why = f"{name} is {machines[0][name]} in one pass and {other[name]} in another"
        raise ReleaseError("cannot compare the passes", why=why, run="nox -s benchmarks")


def _judged(both: Sides, passes: dict[Path, list[dict[str, float]]]) -> list[tuple[Comparison, Speed]]:
    if both.before is None:
        return []
    rules = both.ctx.config.performance
    before, now = passes[both.before.folder], passes[both.now.folder]
    names = [name for name in now[0] if all(name in each for each in (*before, *now))]
    found = [Comparison(name, [each[name] for each in before], [each[name] for each in now]) for name in names]
    floors = {True: rules.import_floor, False: rules.floor}
    return [(each, each.judge(rules.factor, floors[each.name.startswith(f"{IMPORT} ")])) for each in found]
