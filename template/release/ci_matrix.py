"""What CI runs where: the sessions that nox lists become the jobs of a forge.

`nox --list --json | python -m release.ci_matrix github`, in a workflow, where nothing but nox is installed yet.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.config.pyproject import load_project
from release.config.release_toml import Config, load_config

AFTER = "coverage"  # the session that reads what the others left
_RUNS_NOX = "3.13"  # the Python of CI that runs nox, for sessions that name none
_LINUX = "ubuntu-latest"
# Where GitHub builds the wheels of a platform, and what cibuildwheel calls the machine; the rest is linux on _LINUX.
_BUILDERS = {
    "manylinux_aarch64": ("ubuntu-24.04-arm", "aarch64"),
    "musllinux_aarch64": ("ubuntu-24.04-arm", "aarch64"),
    "macosx_arm64": ("macos-latest", "arm64"),
    "macosx_x86_64": ("macos-15-intel", "x86_64"),
    "win_amd64": ("windows-latest", "AMD64"),
    "win_arm64": ("windows-11-arm", "ARM64"),
    "win32": ("windows-latest", "x86"),
}
_LISTED = re.compile(r"^[*-] (?P<session>\S+)", re.MULTILINE)  # a row of `nox --list`
_END = "END_OF_PYTHONS"


@dataclass(frozen=True)
class SessionJob:
    """One session on one system (a runner's label on GitHub, its tag on GitLab; empty: any)."""

    session: str
    python: str
    system: str


def jobs_of(listing: str, systems: Iterable[str]) -> list[SessionJob]:
    """Return a job for each session of `nox --list --json`, apart from the one that comes after all.

    A session that runs on a list of Pythons runs on every system, too; any other on the first one.
    """
    every = tuple(systems) or ("",)
    found = []
    for row in json.loads(listing):
        session, python = str(row["session"]), str(row.get("python") or _RUNS_NOX)
        if session != AFTER:
            several = session != row["name"]  # nox adds the Python to the name where there is a list of them
            found += [SessionJob(session, python, system) for system in (every if several else every[:1])]
    return found


def after(listing: str) -> str:
    """Return the session that comes after all others; empty where the project has none."""
    return next((AFTER for row in json.loads(listing) if row["session"] == AFTER), "")


def for_github(listing: str, systems: Iterable[str]) -> str:
    """Return the outputs of a step: the jobs as a matrix to include, and the session after them."""
    found = jobs_of(listing, tuple(systems) or (_LINUX,))
    return f"jobs={json.dumps([vars(job) for job in found])}\nafter={after(listing)}\n"


def for_gitlab(listing: str, systems: Iterable[str], *, newest: bool) -> str:
    """Return a pipeline with the jobs (YAML, of which JSON is a part)."""
    found = jobs_of(listing, systems)
    last = after(listing)
    stages = {"sessions": found, "after": [SessionJob(last, _RUNS_NOX, found[0].system)] if last and found else []}
    pipeline: dict[str, Any] = {
        "workflow": {"rules": [{"when": "always"}]},
        "stages": list(stages),
        "variables": {"GIT_DEPTH": "0", "UV_CACHE_DIR": "$CI_PROJECT_DIR/.cache/uv"} | _constrained(newest=newest),
    }
    for stage, jobs in stages.items():
        for job in jobs:
            where = f" ({job.system})" if job.system else ""
            pipeline[f"nox -s {job.session}{where}"] = _gitlab_job(job, stage)
    return json.dumps(pipeline, indent=2) + "\n"


def _constrained(*, newest: bool) -> dict[str, str]:
    return {"NEWEST_TOOLS": "1"} if newest else {"PIP_CONSTRAINT": "constraints.txt"}


def _gitlab_job(job: SessionJob, stage: str) -> dict[str, Any]:
    """Return one job; its image has the session's Python, so that none is fetched from elsewhere."""
    return {
        "stage": stage,
        "image": f"python:{job.python}",
        **({"tags": [job.system]} if job.system else {}),
        "timeout": "30 minutes",
        "variables": {"SESSION": job.session},
        "cache": {
            "key": {"prefix": job.session, "files": ["constraints.txt", "pyproject.toml"]},
            "paths": [".cache/uv"],
        },
        "script": ['python -m pip install "nox[uv]"', 'nox --session "$SESSION"'],
        "artifacts": {"paths": [".coverage.*"], "expire_in": "1 day"},
    }


def wheels_of(config: Config, pythons: Iterable[str]) -> list[dict[str, str]]:
    """Return a job of cibuildwheel for each platform with promised wheels: its runner, machine and builds."""
    wanted = sorted(config.wheels.pythons or pythons, key=lambda python: int(python.partition(".")[2] or 0))
    jobs = []
    for platform in config.wheels.platforms if config.publish == "ci" else ():
        system, machine = _BUILDERS.get(platform, (_LINUX, platform.partition("_")[2]))
        builds = [f"cp{each.replace('.', '')}-{platform}" for each in wanted[: 1 if config.wheels.abi3 else None]]
        jobs.append({"system": system, "platform": platform, "machine": machine, "build": " ".join(builds)})
    return jobs


def for_release(listing: str, tag: str, *, config: Config, pythons: Iterable[str]) -> str:
    """Return the outputs of a step that say what a pushed tag is to start.

    `publish` is empty for a tag that is no release's, and without an index. `listing` is what `nox --list` prints:
    sessions that do not run by default are only in there.
    """
    sessions = {row["session"] for row in _LISTED.finditer(listing)}
    systems = (config.systems or (_LINUX,)) if "executable" in sessions else ()
    rows = {
        "publish": config.publish if config.version_of(tag) and config.index else "",
        "environment": config.forge.environment,
        "executables": json.dumps(systems),
        "image": json.dumps("image" in sessions),
        "wheels": json.dumps(wheels_of(config, pythons)),
    }
    told = "".join(f"{name}={value}\n" for name, value in rows.items())
    return told + "\n".join([f"pythons<<{_END}", *pythons, _END, ""])


def main(form: str, *words: str) -> None:
    """Print the jobs of the project in the current folder in one of the forms."""
    root = Path.cwd()
    config = load_config(root) or Config()
    pythons = config.python or load_project(root).pythons
    match form:
        case "github":
            print(for_github(sys.stdin.read(), config.systems), end="")
        case "gitlab":
            print(for_gitlab(sys.stdin.read(), config.systems, newest=any(words)), end="")
        case "release":
            print(for_release(sys.stdin.read(), *words, config=config, pythons=pythons), end="")
        case "pythons":
            print("\n".join(pythons))
        case _:
            sys.exit(f'there is no form "{form}"; forms: github, gitlab [NEWEST], release TAG, pythons')


if __name__ == "__main__":
    main(*sys.argv[1:])
