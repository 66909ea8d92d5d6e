"""Seconds of a copy and of an update, beside the bare commands of Copier; rounds interleaved, projects fresh."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import ROOT
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.timing import NotReleased
from benchmarks.world import PROJECT, git

COPY, ADOPT = "copier copy, a new project", "copier copy, an existing project"
BARE, OURS, LOOK = "copier update", "inv update, without checks", "inv update --check"
_OLD, _NEW = "1.0.0", "1.1.0"


def time_updates(environments: Environments, place: Path, rounds: int) -> Mapping[str, list[Taken]]:
    """Return {what: what each round took}; one round before them is not counted.

    The update brings a line in three files, and merges with three of the owner's.
    """
    template = _template(place / "evolving")
    taken: dict[str, list[Taken]] = {name: [] for name in (COPY, ADOPT, BARE, OURS, LOOK)}
    for number in range(rounds + 1):
        folder = place / f"update {number}"
        folder.mkdir()
        seed = folder / "seed"
        once = {COPY: _command(environments, folder, "copier", *_copy(template, seed, _OLD, f"project_name={PROJECT}"))}
        _lived_in(seed)
        there = folder / "there"
        shutil.copytree(seed / "src", there / "src")
        once[ADOPT] = _command(environments, folder, "copier", *_copy(template, there, _OLD, "kind=existing"))
        updates: dict[str, tuple[str, ...]] = {
            LOOK: ("inv", "update", "--check"),
            BARE: ("copier", "update", "--defaults", "--quiet"),
            OURS: ("inv", "update", "--yes"),
        }
        for name, words in updates.items():
            project = folder / name.replace(" ", "-")
            shutil.copytree(seed, project)
            once[name] = _command(environments, project, *words, code=1 if name == LOOK else 0)
        if number:
            for name, each in once.items():
                taken[name].append(each)
        print(f"round {number} of {rounds}: inv update {once[OURS].wall:.1f} s", file=sys.stderr, flush=True)
    return taken


def _copy(template: Path, into: Path, version: str, answer: str) -> tuple[str, ...]:
    return ("copy", "--defaults", "--quiet", f"--vcs-ref={version}", f"--data={answer}", str(template), str(into))


def _command(environments: Environments, cwd: Path, *words: str, code: int = 0) -> Taken:
    log = cwd.parent / "update.log"
    ended, taken = timed(lambda: run(words, cwd=cwd, env=environments.variables("ours"), log=log))
    if ended.code != code:
        raise NotReleased(f"{' '.join(words)} ended with {ended.code}\n{ended.output[-3000:]}")
    return taken


def _template(folder: Path) -> Path:
    """Make a template of two versions out of the working tree's."""
    folder.mkdir()
    shutil.copy(ROOT / "copier.yml", folder)
    aside = shutil.ignore_patterns("__pycache__", ".*_cache")
    shutil.copytree(ROOT / "template", folder / "template", ignore=aside)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for version in (_OLD, _NEW):
        if version == _NEW:
            for name, old, new in (
                ("pyproject.toml.jinja", "fail_under = 90", "fail_under = 91"),
                ("RELEASING.md.jinja", "# How a release", "# How the release"),
                ("release/values/version_numbers.py", "ZERO = ", "# Where counting begins.\nZERO = "),
            ):
                path = folder / "template" / name
                path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", version)
        git(folder, "tag", version)
    return folder


def _lived_in(project: Path) -> None:
    edits: dict[str, Callable[[str], str]] = {
        "pyproject.toml": lambda text: text.replace("dependencies = []", 'dependencies = ["click"]'),
        "tasks.py": lambda text: f"{text}\n# Ours.\n",
        "release.toml": lambda text: f"quality = []\n{text}",
    }
    for name, edit in edits.items():
        path = project / name
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "start")
