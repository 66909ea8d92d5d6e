"""Whether the distributions that were built are what should be published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from release.context import Context
from release.distributions import built, packages, top_level, wheel_of
from release.shell import CommandFailed, Completed
from release.step import Gate, Verdict
from release.trial import try_out

OURS = ("release", "tasks.py", "noxfile.py", "release.toml")  # the release process itself; it belongs into no wheel


def _names(ctx: Context) -> Verdict:
    files = built(ctx)
    for file in files:
        try:
            parts = parse_wheel_filename(file.name) if file.suffix == ".whl" else parse_sdist_filename(file.name)
        except (InvalidWheelFilename, InvalidSdistFilename) as error:
            return Verdict(False, str(error), "$EDITOR pyproject.toml")
        if (parts[0], parts[1]) != (ctx.project.canonical, ctx.release.version):
            return Verdict(False, f"{file.name} is not of {ctx.release}", "$EDITOR pyproject.toml")
    if wheel_of(files) is None or len(files) < 2:
        return Verdict(
            False, f"built: {', '.join(file.name for file in files)}; a wheel and an sdist are needed", "nox -s build"
        )
    return Verdict(True, " and ".join(file.name for file in files))


def _metadata(ctx: Context) -> Verdict:
    completed = ctx.tools.check_metadata(built(ctx))
    return _judged(completed, "name, version and long description are fit for an index")


def _contents(ctx: Context) -> Verdict:
    wheel = wheel_of(built(ctx))
    if wheel is None:
        return Verdict(False, "there is no wheel", "nox -s build")
    stray = sorted(top_level(wheel) & set(OURS))
    if stray:
        return Verdict(False, f"{wheel.name} holds {', '.join(stray)}", "$EDITOR pyproject.toml")
    return _judged(ctx.tools.check_wheel(wheel, ctx.root), f"{wheel.name} holds {', '.join(sorted(packages(wheel)))}")


def _installs(ctx: Context) -> Verdict:
    files = built(ctx)
    wheel = wheel_of(files)
    pythons = ctx.config.python or ctx.project.pythons or ("3",)
    if wheel is None:
        return Verdict(False, "there is no wheel", "nox -s build")
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = list(pool.map(lambda python: try_out(ctx, python, [str(wheel)], packages(wheel)), pythons))
    refusal = next((verdict for verdict in verdicts if not verdict.met), None)
    return refusal or Verdict(True, f"the wheel installs and runs on Python {', '.join(pythons)}")


def _judged(completed: Completed, fact: str) -> Verdict:
    return (
        Verdict(True, fact)
        if completed.code == 0
        else Verdict(False, CommandFailed(completed).why, "$EDITOR pyproject.toml")
    )


NAMES = Gate("file names", _names)
METADATA = Gate("metadata", _metadata)
CONTENTS = Gate("contents", _contents)
INSTALLS = Gate("installs", _installs)
