"""What the release before this one has to say: an upgrade from it, and its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from release.artifacts.distribution_files import packages, wheel_of
from release.artifacts.distributions import checked
from release.artifacts.install_check import login_for, try_out
from release.artifacts.last_release import last_published, which_published
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.values.wheel_promise import family, tags_of


def _upgrade(ctx: Context) -> Verdict:
    """Install the last release from the index, then this one over it, as most users will."""
    index, before = last_published(ctx, ctx.release.version)
    wheel = wheel_of(checked(ctx), ctx.pythons[-1])
    if index is None or before is None or wheel is None:
        return Verdict(True, "there is no release to upgrade from")
    name = ctx.project.canonical
    older = ["--refresh-package", name, *index.installer_options, f"{name}=={before}"]
    installs = [older, [str(wheel)]]
    login = login_for(index, name)
    verdict = try_out(ctx, ctx.pythons[-1], installs, packages(wheel), login)
    if verdict.met:
        return Verdict(True, f"from {before} on Python {ctx.pythons[-1]}")
    return replace(verdict, fact=f"from {before}: {verdict.fact}")


def _size(ctx: Context) -> Verdict:
    """Compare each file with that of the last release, and with the most that the index takes."""
    files = checked(ctx)
    index, before = last_published(ctx, ctx.release.version)
    told = ", ".join(f"{file.name} {_read(file.stat().st_size)}" for file in files)
    for each in ctx.indexes:
        for file in files:
            if each.largest and file.stat().st_size > each.largest:
                fact = f"{file.name} has {_read(file.stat().st_size)}; {each.name} accepts {_read(each.largest)} a file"
                return Verdict(False, fact, "$EDITOR pyproject.toml", severity=Severity.BLOCKING)
    if index is None or before is None:
        return Verdict(True, told)
    older = {name: index.size(file) for name, file in index.files(ctx.project.canonical, before).items()}
    for file in files:
        size, then = file.stat().st_size, _then(file.name, older)
        if then and not 1 / ctx.config.growth <= size / then <= ctx.config.growth:
            fact = f"{file.name} has {_read(size)}; in {before} it had {_read(then)}"
            tool = "tarfile" if _is_sdist(file.name) else "zipfile"
            return Verdict(False, fact, f"python -m {tool} --list {file.name}      (in dist/, after nox -s build)")
    return Verdict(True, told)


def _then(name: str, older: Mapping[str, int]) -> int:
    """Return the size of the file of the last release that this one replaces; 0 where none is known to."""
    if _is_sdist(name):
        return next((size for each, size in older.items() if _is_sdist(each)), 0)
    wheels = {each: size for each, size in older.items() if not _is_sdist(each)}
    alike = [size for each, size in wheels.items() if _for_whom(each) & _for_whom(name)]
    return alike[0] if alike else next(iter(wheels.values()), 0) if len(wheels) == 1 and _is_pure(name) else 0


def _for_whom(name: str) -> set[tuple[str, str]]:
    """Return the Pythons and the platforms, without the versions of these, that a wheel is for."""
    return {(tag.interpreter, family(tag.platform)) for tag in tags_of(name)}


def _is_pure(name: str) -> bool:
    return all(tag.platform == "any" for tag in tags_of(name))


def _is_sdist(name: str) -> bool:
    return name.endswith(".tar.gz")


def _read(size: float) -> str:
    """Return a size in bytes as a person reads it: "12.3 kB" (1 kB is 1,000 bytes)."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


UPGRADE = Gate(
    "upgrade",
    _upgrade,
    reads=Reads(tools=("uv",), keys=("python", "smoke", "index"), version=True, committed=True, beside=which_published),
    heavy=True,
)
SIZE = Gate(
    "size",
    _size,
    severity=Severity.WARNING,
    reads=Reads(tools=("build",), keys=("growth", "index"), version=True, committed=True, beside=which_published),
)
