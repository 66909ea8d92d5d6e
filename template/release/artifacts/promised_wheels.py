"""The wheels that release.toml promises of a compiled package, and which of them are built here."""

from __future__ import annotations

from pathlib import Path

from release.config.release_toml import Config
from release.config.wheels_config import THIS
from release.context import Context
from release.values.wheel_promise import WheelPromise, this_platform

WHEELHOUSE = "dist-wheels"  # where the jobs of a workflow leave what they built, and find what others did


def promises(ctx: Context) -> tuple[WheelPromise, ...]:
    """Return the wheels that the release in progress has to have; none for a package that is not compiled."""
    wheels = ctx.config.wheels
    platforms = [this_platform() if each == THIS else each for each in wheels.platforms]
    return tuple(WheelPromise(python, platform, wheels.abi3) for platform in platforms for python in _pythons(ctx))


def by_workflow(config: Config) -> bool:
    """Return whether the promised wheels are built by the workflow that the tag starts."""
    return bool(config.publish == "ci" and config.wheels.platforms)


def built_here(ctx: Context) -> tuple[str, ...]:
    """Return the Pythons that this machine builds a wheel for; none for a package that is not compiled.

    Where a workflow builds what is published, only those that there are here: their wheels are for the checks.
    """
    if not ctx.config.wheels.platforms:
        return ()
    wanted = _pythons(ctx)
    here = tuple(each for each in wanted if Path(ctx.interpreters.where(each)).is_absolute())
    return (here or wanted[:1]) if by_workflow(ctx.config) else wanted


def _pythons(ctx: Context) -> tuple[str, ...]:
    found = ctx.config.wheels.pythons or ctx.pythons
    lowest = min(found, key=lambda python: int(python.partition(".")[2] or 0))
    return (lowest,) if ctx.config.wheels.abi3 else tuple(dict.fromkeys(found))
