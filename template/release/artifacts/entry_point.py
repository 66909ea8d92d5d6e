"""The command that a wheel brings, as executables and images run it; its entry points and metadata say which."""

from __future__ import annotations

import configparser
import zipfile
from dataclasses import dataclass
from pathlib import Path

from release.artifacts.distribution_files import wheel_of
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed
from release.context import Context


@dataclass(frozen=True)
class Command:
    """A command line tool: `name` is typed, `target` ("acme.cli:main") is called."""

    name: str
    target: str


def pack(ctx: Context, into: Path) -> Path:
    """Build the wheel of the working tree, the same bytes as a release of this commit has, and return it."""
    ctx.tools.build(ctx.root, into, ctx.git.time_of("HEAD"))
    wheel = wheel_of(into.iterdir())
    if wheel is None:
        raise ReleaseError("cannot pack the project", why="its build backend made no wheel", run="nox -s build")
    return wheel


def command_of(wheel: Path, project: str) -> Command:
    """Return the command of a wheel: the one named as the project, else its first."""
    scripts = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    scripts.optionxform = str  # type: ignore[assignment,method-assign]  # names of commands keep their case
    scripts.read_string(_entry_points(wheel))
    found = dict(scripts["console_scripts"]) if scripts.has_section("console_scripts") else {}
    if not found:
        why = "it has no [project.scripts] in pyproject.toml"
        raise ReleaseError("there is no command to pack", why=why, run="$EDITOR pyproject.toml")
    name = project if project in found else next(iter(found))
    return Command(name, found[name].partition("[")[0].strip())


def require_version(completed: Completed, version: str, what: str, run: str) -> None:
    """Raise ReleaseError unless a command ran and said `version` as a word of its own."""
    said = completed.printed
    if completed.code != 0:
        failed = CommandFailed(completed)
        raise ReleaseError(f"{what} does not run", why=failed.why, run=run, log=failed.log)
    if version not in {word.strip("(),;:").removeprefix("v") for word in said.split()}:
        why = f"it says {said.strip()!r}, and the version is {version}"
        raise ReleaseError(f"{what} says another version", why=why, run=run)


def _entry_points(wheel: Path) -> str:
    """Return the text of a wheel's entry points, empty where it has none."""
    with zipfile.ZipFile(wheel) as archive:
        found = [each for each in archive.namelist() if each.endswith(".dist-info/entry_points.txt")]
        return archive.read(found[0]).decode() if found else ""
