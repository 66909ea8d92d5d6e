"""Whether the distributions that were built are what should be published."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from release.adapters.git.project_folder import projects_below
from release.artifacts.distribution_build import build_distributions
from release.artifacts.distribution_files import packages, read_distribution, top_level, wheel_of
from release.artifacts.distributions import checked
from release.artifacts.index_rules import refused_entry_points, refused_metadata, refused_names
from release.artifacts.install_check import try_out
from release.artifacts.promised_wheels import built_here
from release.base.shell import CommandFailed, Completed
from release.base.temporary_folders import temporary_folder
from release.config.engine_place import in_repository
from release.config.pyproject import load_project
from release.context import Context
from release.engine.gate import Gate, Reads, Severity, Verdict
from release.gates.known_findings import beyond, built_before, judged
from release.repository.build_tree import holds_process
from release.repository.exported_tree import exported
from release.versioning.version_writer import pretended

OURS = ("release", "tasks.py", "noxfile.py", "release.toml")  # the release process itself; it belongs into no wheel
_STRAY = re.compile(
    r"(^|/)(\.git|\.venv|\.nox|\.tox|\.release|node_modules|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|dist)/"
    r"|(^|/)(\.env|\.pypirc|\.netrc|\.DS_Store|Thumbs\.db|\.coverage[^/]*|id_(rsa|ed25519|ecdsa))$"
    r"|\.(pyc|pyo|rej|orig|swp|pem|key|whl|log)$"
)
_COMPILED = re.compile(r"\.(so|pyd|dylib|dll)$")
_COMPLAINT = re.compile(r"\.whl: (W\d+: .*(?:\n  .*)*)")


def _names(ctx: Context) -> Verdict:
    files = checked(ctx)
    for file in files:
        try:
            parts = parse_wheel_filename(file.name) if file.suffix == ".whl" else parse_sdist_filename(file.name)
        except (InvalidWheelFilename, InvalidSdistFilename) as error:
            return Verdict(False, str(error), "$EDITOR pyproject.toml")
        if (parts[0], parts[1]) != (ctx.project.canonical, ctx.release.version):
            return Verdict(False, f"{file.name} is not a file of {ctx.release}", "$EDITOR pyproject.toml")
    if wheel_of(files) is None or len(files) < 2:
        return Verdict(
            False, f"built: {', '.join(file.name for file in files)}; a wheel and an sdist are required", "nox -s build"
        )
    return _refused(ctx, lambda file, _: refused_names(file)) or Verdict(
        True, " and ".join(file.name for file in files)
    )


def _metadata(ctx: Context) -> Verdict:
    completed = ctx.tools.check_metadata(checked(ctx))
    if completed.code != 0:
        return _judged(completed, "")
    return _refused(ctx, _reasons) or Verdict(True, "name, version and long description are valid")


def _reasons(file: Path, public: bool) -> list[str]:
    found = [*refused_metadata(file, public=public)]
    return [*found, *refused_entry_points(file)] if file.suffix == ".whl" else found


def _refused(ctx: Context, ask: Callable[[Path, bool], Iterable[str]]) -> Verdict | None:
    """Return a refusal where an index would refuse a file at the upload; None where every index takes them."""
    for index in ctx.indexes:
        files = checked(ctx) if index.rules != "none" else []
        found = [reason for file in files for reason in ask(file, index.rules == "pypi")]
        if found:
            fact = "\n".join([f"{index.name} would refuse:", *dict.fromkeys(found)])
            run = f'$EDITOR pyproject.toml      (or, if {index.name} accepts it, rules = "none" in its [[index]])'
            return Verdict(False, fact, run)
    return None


def _contents(ctx: Context) -> Verdict:
    wheel = wheel_of(checked(ctx))
    if wheel is None:
        return Verdict(False, "there is no wheel", "nox -s build")
    ours = OURS if in_repository(ctx.root) else OURS[1:]  # else a package called release is the project's own
    stray = sorted(top_level(wheel) & set(ours))
    if stray:
        return Verdict(False, f"{wheel.name} contains {', '.join(stray)}", "$EDITOR pyproject.toml")
    with exported(ctx.git, ctx.commit_made()) as place:
        _add_generated(ctx, place, wheel)
        said = ctx.tools.check_wheel(wheel, place)
        complaints = _complaints(said)
        if not complaints:
            return _judged(said, f"{wheel.name} contains {', '.join(sorted(packages(wheel)))}")
        with built_before(ctx) as files:
            older = wheel_of(files)
            known = _complaints(ctx.tools.check_wheel(older, place)) if older else []
    new = beyond(complaints, complaints, known)
    return judged(complaints, new, "$EDITOR pyproject.toml", f"check-wheel-contents of {wheel.name}:")


def _complaints(checked: Completed) -> list[str]:
    """Return what check-wheel-contents said of a wheel, a rule each: "W009: Wheel contains multiple toplevel ..."."""
    return [found[1] for found in _COMPLAINT.finditer(checked.printed)] if checked.code else []


def _add_generated(ctx: Context, place: Path, wheel: Path) -> None:
    """Add to the files of the release commit those that its build makes: in the sdist, ignored by git, or compiled.

    A build starts from a clean checkout, so what is packed and is none of these was put there on purpose or by mistake.
    """
    sdist = next((file for file in checked(ctx) if file.name.endswith(".tar.gz")), None)
    packed = {name for name in _members(wheel) if ".dist-info/" not in name and ".data/" not in name}
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    sources = (path.removesuffix(name) for name in sorted(packed) for path in files if f"/{path}".endswith(f"/{name}"))
    folder = next(sources, "")
    missing = {f"{folder}{name}" for name in packed if not name.endswith("/")} - files
    said = ctx.git.ask("check-ignore", "--no-index", "-z", "--stdin", given="\0".join(missing)) if missing else None
    ignored = set(said.out.split("\0")) if said else set()
    made = {*ignored, *(_members(sdist) if sdist else ()), *filter(_COMPILED.search, missing)}
    for path in missing & made:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).touch()


def _stray(ctx: Context) -> Verdict:
    """Look for what a build packs by accident: caches, keys, rejects, other distributions."""
    found = _strays(ctx, checked(ctx))
    if not found:
        return Verdict(True, "no caches, keys or rejects in the distributions")
    with built_before(ctx) as files:
        known = [(file.suffix, name) for file, name in _strays(ctx, files)]
    new = beyond(found, [(file.suffix, name) for file, name in found], known)
    shown = [[f"{file.name}: {name}" for file, name in each] for each in (found, new)]
    return judged(shown[0], shown[1], "$EDITOR pyproject.toml", "probably packed by accident:")


def _strays(ctx: Context, files: Sequence[Path]) -> list[tuple[Path, str]]:
    found = [(file, name) for file in files for name in _members(file) if _is_stray(name)]
    process = [file for file in files if holds_process(set(_members(file)))] if in_repository(ctx.root) else ()
    return found + [(file, "release/, the release process") for file in process]


def _is_stray(name: str) -> bool:
    """Return whether nobody meant to pack a member; uv_build packs the pyproject.toml it was given, too."""
    return name != "pyproject.toml.orig" and bool(_STRAY.search(name))


def _members(file: Path) -> list[str]:
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            return wheel.namelist()
    with tarfile.open(file) as sdist:
        return [name.partition("/")[2] for name in sdist.getnames()]


def _reproducible(ctx: Context) -> Verdict:
    """Build once more: only what can be built again can be finished where dist/ is lost."""
    commit = ctx.commit_made()
    with temporary_folder() as place:
        build_distributions(ctx, commit, Path(place) / "out", built_here(ctx), **pretended(ctx))
        again = {read_distribution(file) for file in (Path(place) / "out").iterdir()}
    other = sorted(each.name for each in again - set(map(read_distribution, checked(ctx))))
    if not other:
        return Verdict(True, "built twice, byte for byte the same")
    fact = f"built twice with different bytes: {', '.join(other)}; keep dist/ until the release is complete"
    return Verdict(
        False, fact, "$EDITOR pyproject.toml      (builds with hatchling, flit and uv_build are reproducible)"
    )


def _installs(ctx: Context) -> Verdict:
    return _on_each_python(ctx, lambda python: wheel_of(checked(ctx), python), "the wheel")


def _sdist_installs(ctx: Context) -> Verdict:
    """Install the sdist, as those do for whom no wheel fits; its build requirements come from the index."""
    sdist = next((file for file in checked(ctx) if file.name.endswith(".tar.gz")), None)
    return _on_each_python(ctx, lambda _: sdist, "the sdist")


def _on_each_python(ctx: Context, file_for: Callable[[str], Path | None], kind: str) -> Verdict:
    wheel, files = wheel_of(checked(ctx)), {python: file_for(python) for python in ctx.pythons}
    if wheel is None or (lacking := [python for python, file in files.items() if file is None]):
        of = f" for Python {', '.join(lacking)}" if wheel else ""
        return Verdict(False, f"{kind}{of} was not built", "nox -s build")
    before = _from_our_index(ctx)
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = list(
            pool.map(lambda each: try_out(ctx, each[0], [[*before, str(each[1])]], packages(wheel)), files.items())
        )
    refusal = next((verdict for verdict in verdicts if not verdict.met), None)
    left = next((f"; {more}" for verdict in verdicts if (more := verdict.fact.partition("; ")[2])), "")
    return refusal or Verdict(True, f"{kind} installs and runs on Python {', '.join(ctx.pythons)}{left}")


def _from_our_index(ctx: Context) -> tuple[str, ...]:
    """Return the options that let an installer find another project of the same repository, if this one needs it.

    That one is released first, to the index of both.
    """
    needed = {canonicalize_name(Requirement(each).name) for each in ctx.project.dependencies}
    others = [folder for folder in projects_below(ctx.git.top) if needed and folder != ctx.root]
    beside = {load_project(folder).canonical for folder in others}
    return ctx.indexes[-1].installer_options if ctx.indexes and beside & needed else ()


def _judged(completed: Completed, fact: str) -> Verdict:
    return (
        Verdict(True, fact)
        if completed.code == 0
        else Verdict(False, CommandFailed(completed).why, "$EDITOR pyproject.toml")
    )


def _reads(*tools: str, keys: tuple[str, ...] = ()) -> Reads:
    """Return what a distribution is made of: the commit that the release starts from, and its version."""
    return Reads(tools=("build", *tools), keys=keys, version=True, committed=True)


NAMES = Gate("file names", _names, reads=_reads(keys=("index",)))
METADATA = Gate("metadata", _metadata, reads=_reads("twine", "trove-classifiers", keys=("index",)))
CONTENTS = Gate("contents", _contents, reads=_reads("check-wheel-contents"))
STRAY = Gate("stray files", _stray, reads=_reads())
REPRODUCIBLE = Gate("reproducible", _reproducible, severity=Severity.WARNING, reads=_reads("uv"), heavy=True)
INSTALLS = Gate("installs", _installs, reads=_reads("uv", keys=("python", "smoke")), heavy=True)
SDIST_INSTALLS = Gate("sdist installs", _sdist_installs, reads=_reads("uv", keys=("python", "smoke")), heavy=True)
