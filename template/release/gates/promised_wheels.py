"""Whether every promised wheel of a compiled package is there, and whether its tags are true."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from release.artifacts.distributions import built, checked
from release.artifacts.promised_wheels import by_workflow, promises
from release.base.shell import CommandFailed
from release.context import Context
from release.engine.gate import Gate, Reads, Verdict
from release.values.wheel_promise import WheelPromise, not_kept, not_promised, tags_of

_AUDIT = "abi3audit==0.0.26"
_MODULE = re.compile(r"\.(?:cpython-3(\d+)[a-z]*-[\w-]+|cp3(\d+)-\w+|abi3)?\.?(?:so|pyd)$")


def unmet(promised: Sequence[WheelPromise], names: Sequence[str]) -> str:
    """Return which promised wheels are not among files of these names, and which of these are not promised."""
    lacking = ", ".join(map(str, not_kept(promised, names)))
    more = ", ".join(not_promised(promised, names))
    rows = [f"missing: {lacking}"] if lacking else []
    rows += [f"not promised in [wheels] of release.toml: {more}"] if more else []
    return "\n".join(rows)


def _promised(ctx: Context) -> Verdict:
    wanted, names = promises(ctx), [file.name for file in built(ctx)]
    if found := unmet(wanted, names):
        return Verdict(False, found, "nox -s build      (or change [wheels] in release.toml)")
    return Verdict(True, f"{len(wanted)} of {len(wanted)} promised wheels are built")


def _tags(ctx: Context) -> Verdict:
    """Compare the tags of each compiled wheel with the modules in it; those for a stable ABI are audited."""
    wheels = [file for file in checked(ctx) if file.suffix == ".whl"]
    if false := [reason for wheel in wheels for reason in false_tags(wheel)]:
        return Verdict(False, "\n".join(false), "$EDITOR pyproject.toml")
    stable = [wheel for wheel in wheels if any(tag.abi == "abi3" for tag in tags_of(wheel.name))]
    if not stable:
        return Verdict(True, "the compiled modules are for what the wheels are tagged for")
    words = ("tool", "run", "--from", _AUDIT, "abi3audit")
    ready = ctx.tools.uv(*words, "--version", cwd=stable[0].parent)
    if ready.code != 0:
        return Verdict(None, f"{_AUDIT} cannot be installed: {CommandFailed(ready).why}", "inv preflight")
    audited = ctx.tools.uv(*words, "--strict", *stable, cwd=stable[0].parent)
    if audited.code != 0:
        return Verdict(False, f"abi3audit: {CommandFailed(audited).why}", "$EDITOR pyproject.toml", log=audited.printed)
    return Verdict(True, f"abi3audit found no violation of the stable ABI in {len(stable)} wheels")


def false_tags(wheel: Path) -> Iterator[str]:
    """Yield why the tags of a wheel are not true of the compiled modules in it."""
    with zipfile.ZipFile(wheel) as archive:
        modules = {name: found for name in archive.namelist() if (found := _MODULE.search(name))}
    tags = tags_of(wheel.name)
    pure = all(tag.platform == "any" for tag in tags)
    if not modules and not pure:
        yield f"{wheel.name} is for one platform, and no compiled module is in it"
    for name, found in modules.items():
        minor = found[1] or found[2]
        if pure:
            yield f"{wheel.name} is for any platform, and has {name}"
        elif minor and not any(tag.interpreter == f"cp3{minor}" and tag.abi != "abi3" for tag in tags):
            yield f"{wheel.name} has {name}, which is for Python 3.{minor} alone"


def concerning(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked of the wheels before the tag, where release.toml promises any."""
    if not ctx.config.wheels.platforms:
        return ()
    return (TAGS,) if by_workflow(ctx.config) else (PROMISED, TAGS)


_READS = Reads(tools=("build",), keys=("wheels", "python"), version=True, committed=True)
PROMISED = Gate("promised wheels", _promised, reads=_READS, essential=True)
TAGS = Gate("wheel tags", _tags, reads=_READS)
EVERY = (PROMISED, TAGS)
