"""Tests with other versions of the dependencies: the lowest that are declared, and the newest with pre-releases.

The rest of the environment stays as constraints.txt pins it, so that the versions of the dependencies alone differ.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from release.artifacts.install_check import Trial, Unfit, trial
from release.base.shell import Completed
from release.config.constraints import held, pinned
from release.context import Context

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;]+)", re.MULTILINE)
_SUMMARY = re.compile(r"\b\d+ (?:passed|failed|error|skipped)[^=\n]*")


class Resolution(Enum):
    """Which versions of the dependencies are chosen, as uv's options say it."""

    LOWEST = ("--resolution=lowest-direct",)
    NEWEST = ("--prerelease=allow",)

    @property
    def session(self) -> str:
        """The nox session that tries it."""
        return f"tests-{self.name.lower()}"


@dataclass(frozen=True)
class Tried:
    """What the tests ran with: {name: version} of the direct dependencies, and what they printed at their end.

    `declared` is {name: version} that the declaration alone allows; tools of the tests can need a higher one.
    """

    python: str
    versions: dict[str, Version]
    declared: dict[str, Version]
    summary: str

    @property
    def untried(self) -> dict[str, Version]:
        """{name: version} of the declared versions that the tests could not be run with."""
        return {name: version for name, version in self.declared.items() if self.versions[name] != version}

    def __str__(self) -> str:
        chosen = ", ".join(f"{name} {version}" for name, version in sorted(self.versions.items()))
        return f"{self.summary} with {chosen} on Python {self.python}"


def try_versions(ctx: Context, resolution: Resolution) -> Tried:
    """Run the tests (pytest) with these versions, on the lowest or the newest Python of the project.

    Raises Unfit where the versions cannot be installed together, or a test fails with them.
    """
    python = ctx.pythons[0] if resolution is Resolution.LOWEST else ctx.pythons[-1]
    with trial(ctx, python) as fresh:
        declared, together = _choose(fresh, resolution)
        fresh.install("--no-deps", *(f"{name}=={version}" for name, version in together.items()))
        constraints = held(ctx.root)
        env = {"UV_BUILD_CONSTRAINT": constraints.as_uri()} if constraints else {}
        fresh.install("--no-deps", f"--editable={ctx.root}", **env)
        lenient = ("-W", "default") if resolution is Resolution.LOWEST else ()  # old versions warn on a new Python
        words = ("python", "-m", "pytest", "-p", "no:cacheprovider", *lenient)
        ran = ctx.tools.python(fresh.interpreter, *words, cwd=ctx.root)
    named: set[str] = {canonicalize_name(Requirement(each).name) for each in ctx.project.dependencies}
    versions, lowest = ({name: Version(found[name]) for name in named & found.keys()} for found in (together, declared))
    tried = Tried(python, versions, lowest, _summary(ran))
    if ran.code != 0:
        raise Unfit(f"the tests fail: {tried}", ran, f"nox -s {resolution.session}")
    return tried


def _choose(fresh: Trial, resolution: Resolution) -> tuple[dict[str, str], dict[str, str]]:
    """Return {canonical name: version} of what the declaration alone gives, and of all that the tests run with."""
    ctx = fresh.ctx
    required = list(ctx.project.dependencies)
    declared = _resolve(fresh, "dependencies", required, resolution.value)
    pins = [row for row in pinned(ctx.root).splitlines() if _name(row) not in declared]
    tools = _resolve(fresh, "tools", _tools(ctx), (), pins)
    asked = [f"{name}=={version}" for name, version in tools.items() if name not in declared]
    return declared, _resolve(fresh, "dependencies and tools", [*required, *asked], resolution.value, pins)


def _tools(ctx: Context) -> list[str]:
    """Return what the tests need besides the project: the group `test` of pyproject.toml, else pytest."""
    table = tomllib.loads((ctx.root / "pyproject.toml").read_text(encoding="utf-8"))
    grouped = "test" in table.get("dependency-groups", {})
    return [f"--group={ctx.root / 'pyproject.toml'}:test"] if grouped else ["pytest"]


def _resolve(
    fresh: Trial, name: str, wanted: list[str], options: tuple[str, ...], constraints: list[str] | None = None
) -> dict[str, str]:
    """Return {canonical name: version} that uv chooses for `wanted` (requirements, or options) on this Python."""
    requirements, limits = fresh.folder / f"{name}.in", fresh.folder / f"{name}.txt"
    requirements.write_text("\n".join(each for each in wanted if not each.startswith("-")), encoding="utf-8")
    limits.write_text("\n".join(constraints or ()), encoding="utf-8")
    groups = [each for each in wanted if each.startswith("-")]
    words: list[str | Path] = ["pip", "compile", "--quiet", "--no-header", "--no-annotate", "--constraints", limits]
    words += ["--python", fresh.interpreter, *options, *groups, requirements]
    compiled = fresh.ctx.tools.uv(*words, cwd=fresh.folder)
    if compiled.code != 0:
        what = f"no versions go together on Python {fresh.python} ({name})"
        raise Unfit(what, compiled, "$EDITOR pyproject.toml      (dependencies)")
    return {canonicalize_name(each["name"]): each["version"] for each in _PIN.finditer(compiled.out)}


def _name(row: str) -> str:
    found = _PIN.match(row)
    return canonicalize_name(found["name"]) if found else ""


def _summary(ran: Completed) -> str:
    """Return pytest's last line: "5 passed in 0.02s"."""
    found = _SUMMARY.findall(ran.out)
    return found[-1].strip() if found else f"pytest ended with {ran.code}"


def without_lower_bound(ctx: Context) -> list[str]:
    """Return the dependencies whose declaration allows any old version."""
    bounds = (">=", ">", "==", "===", "~=")
    parsed = map(Requirement, ctx.project.dependencies)
    return [each.name for each in parsed if not each.url and not any(one.operator in bounds for one in each.specifier)]
