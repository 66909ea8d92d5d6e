"""Whether this machine is fit to release from: its tools, its clock, its disk, and where its settings point."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import tempfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from packaging.requirements import Requirement

from release.config.constraints import pinned
from release.config.engine_place import engine_place, in_repository, wanted_engine
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict

_LATE = 300  # seconds that a clock may be wrong: a commit's time is what a build is dated with
_SPACE = 500_000_000  # bytes: two builds and an environment for each Python
_INSTALLING = re.compile(r"^(PIP_(EXTRA_)?INDEX_URL|UV_((EXTRA_)?INDEX_URL|DEFAULT_INDEX|INDEX))$")
_PROXY = re.compile(r"^(https?_proxy|all_proxy)$", re.IGNORECASE)


def _tools(ctx: Context) -> Verdict:
    """Compare what is installed where this runs with what constraints.txt holds."""
    held = _held(ctx)
    wrong = []
    names = needed()
    engine, pinned_to = engine_place(), "" if in_repository(ctx.root) else wanted_engine(ctx.root)
    if pinned_to and not engine.meets(pinned_to):
        wrong.append(f"the release process here is {engine}, this project requires {pinned_to}")
    for name in names:
        here, wanted = installed(name), held.get(name)
        if here is None:
            wrong.append(f"{name} is not installed")
        elif wanted and here not in wanted.specifier:
            wrong.append(f"{name} is {here}, constraints.txt has {wanted.specifier}")
    if wrong:
        return Verdict(False, "\n".join(wrong), "nox -s dev && . .venv/bin/activate")
    return Verdict(True, f"{len(names)} tools, in the versions of constraints.txt" if held else "all are installed")


def needed() -> list[str]:
    """Return the names of what release/ needs where it runs: release/requirements.txt, which is installed."""
    text = files("release").joinpath("requirements.txt").read_text(encoding="utf-8")
    return [Requirement(line).name for line in text.splitlines() if line and not line.startswith("#")]


def installed(name: str) -> str | None:
    """Return the version of a distribution in the environment that runs this, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _held(ctx: Context) -> dict[str, Requirement]:
    rows = (Requirement(row) for row in pinned(ctx.root).splitlines() if row and not row.startswith(("#", " ", "-")))
    return {each.name: each for each in rows if each.marker is None or each.marker.evaluate()}


def _clock(ctx: Context) -> Verdict:
    """Compare the clock with those of the indexes, and with the last commit."""
    now = datetime.now(UTC)
    for index in ctx.indexes:
        there = index.clock()
        if there and abs((now - there).total_seconds()) > _LATE:
            fact = f"it is {now:%Y-%m-%d %H:%M} here and {there:%Y-%m-%d %H:%M} (UTC) on {index.name}"
            return Verdict(False, fact, "timedatectl set-ntp true")
    last = datetime.fromtimestamp(ctx.git.time_of("HEAD"), UTC)
    if (last - now).total_seconds() > _LATE:
        fact = f"it is {now:%Y-%m-%d %H:%M} (UTC) here, and the last commit is dated {last:%Y-%m-%d %H:%M}"
        return Verdict(False, fact, "timedatectl set-ntp true")
    return Verdict(True, f"{now:%Y-%m-%d %H:%M} (UTC)")


def _disk(ctx: Context) -> Verdict:
    temporary = Path(tempfile.gettempdir())
    left = {place: shutil.disk_usage(place).free for place in (ctx.root, temporary)}
    place = min(left, key=lambda each: left[each])
    fact = f"{left[place] / 1e9:.1f} GB are free"
    if left[place] > _SPACE:
        return Verdict(True, fact)
    run = f"df -h {shlex.quote(str(place))}"
    if place == temporary and left[ctx.root] > _SPACE:
        return Verdict(False, f"{fact} in {place}; builds need 0.5 GB", f"{run}      (or export TMPDIR=...)")
    return Verdict(False, f"{fact}; builds need 0.5 GB", run)


def _uploads_arrive(ctx: Context) -> Verdict:
    """Look for settings that would send an upload elsewhere than release.toml says."""
    for index in ctx.indexes:
        there, meant = ctx.tools.upload_address(index.twine_options), index.upload_address
        if meant and there.rstrip("/") != meant.rstrip("/"):
            by_variable = bool(ctx.environment.get("TWINE_REPOSITORY_URL"))
            run = "unset TWINE_REPOSITORY_URL" if by_variable else "$EDITOR ~/.pypirc"
            fact = f"uploads to {index.name} would go to {there}, not to {meant}"
            return Verdict(False, fact, run, severity=Severity.BLOCKING)
    proxies = sorted(name for name, value in ctx.environment.items() if value and _PROXY.match(name))
    if ctx.indexes and proxies:
        return Verdict(False, f"uploads go through a proxy: {', '.join(proxies)}", f"unset {' '.join(proxies)}")
    others = sorted(name for name, value in ctx.environment.items() if value and _INSTALLING.match(name))
    if others:
        return Verdict(
            False, f"installers use another index because of {', '.join(others)}", f"unset {' '.join(others)}"
        )
    for path in _pip_files(ctx):
        told = sorted(_pip_settings(path))
        if told:
            fact = f"{path} sets {', '.join(told)}: pip uses another index or a proxy"
            return Verdict(False, fact, f"$EDITOR {shlex.quote(str(path))}")
    return Verdict(True, "no proxy, no other index")


def _pip_files(ctx: Context) -> list[Path]:
    """Return where this person and the project's environment configure pip (https://pip.pypa.io: Configuration)."""
    home = Path(ctx.environment.get("HOME") or "~").expanduser()
    settings = Path(ctx.environment.get("XDG_CONFIG_HOME") or home / ".config")
    named = ctx.environment.get("PIP_CONFIG_FILE")
    return [*([Path(named)] if named else []), settings / "pip" / "pip.conf", home / ".pip" / "pip.conf"]


def _pip_settings(path: Path) -> set[str]:
    """Return which settings of a pip.conf point it elsewhere; none where there is no file that can be read."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return set()  # pip will say what is wrong with it
    keys = {key.replace("_", "-") for section in parser.sections() for key, _ in parser.items(section)}
    return keys & {"index-url", "extra-index-url", "proxy"}


TOOLS = Gate("tools", _tools)
CLOCK = Gate("clock", _clock, severity=Severity.WARNING, asked_after=("version free",))
DISK = Gate("disk", _disk)
UPLOADS_ARRIVE = Gate("upload target", _uploads_arrive, severity=Severity.WARNING)
