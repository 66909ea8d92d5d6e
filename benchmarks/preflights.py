"""Seconds of a preflight: cold, warm, gate by gate one after the other, and the same checks typed by hand."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import HERE
from benchmarks.contenders import account
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.timing import NotReleased
from benchmarks.world import World, fresh_world, git, index_below

COLD, WARM = "inv preflight, cold", "inv preflight, nothing changed"
ACT = "until a release acts, after it"
SINGLE, BY_HAND = "its gates one after the other", "the same checks by hand"
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def time_preflights(environments: Environments, rendered: Path, place: Path, rounds: int) -> Mapping[str, list[Taken]]:
    """Return {what: what each round took}; "one after the other" is the sum of the seconds of the single gates.

    Downloads are not counted: one round before fills uv's cache. Every round starts without `.nox` and memory.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in (COLD, WARM, ACT, SINGLE, BY_HAND)}
    for number in range(rounds + 1):
        folder = place / f"preflight {number}"
        folder.mkdir()
        with index_below(folder) as address:
            world = _world(rendered, folder, address)
            variables = environments.variables("ours", **account(world))
            variables.pop("TWINE_REPOSITORY_URL")
            cold, single = _look(world, variables)
            warm, _ = _look(world, variables)
            acted = _until_it_acts(world, variables)
            shutil.rmtree(world.clone / ".nox")
            # uv, called by hand, asks pyenv's shims, which answer for selected versions only
            selected = {"PYENV_VERSION": ":".join(path.name for path in PYENV.glob("3.*"))} if PYENV.is_dir() else {}
            by_hand = _succeeds(world, {**variables, **selected}, "bash", str(HERE / "by_hand.sh"), *PYTHONS)[1]
        print(f"round {number} of {rounds}: preflight {cold.wall:.1f} s", file=sys.stderr, flush=True)
        if number:
            for name, once in zip(taken, (cold, warm, acted, single, by_hand), strict=True):
                taken[name].append(once)
    return taken


def _look(world: World, variables: Mapping[str, str]) -> tuple[Taken, Taken]:
    """Return what a preflight took, and the sum of its gates; raise NotReleased when a gate refuses."""
    told, taken = _succeeds(world, variables, "inv", "preflight", "--json")
    gates = json.loads(told)["gates"]
    return taken, Taken(sum(gate["seconds"] for gate in gates), taken.cpu)


def _until_it_acts(world: World, variables: Mapping[str, str]) -> Taken:
    """Return what a release takes until its first step begins, by its journal; there it is killed."""
    journal = world.clone / ".release" / "journal.jsonl"
    words, log = ("inv", "release", "auto", "--yes"), world.folder / "log"

    moments = [time.perf_counter()]

    def acted() -> bool:
        begun = journal.exists() and '"event": "begin"' in journal.read_text(encoding="utf-8")
        if begun:
            moments.append(time.perf_counter())
        return begun

    ended, taken = timed(lambda: run(words, cwd=world.clone, env=variables, log=log, kill_when=acted))
    if len(moments) < 2:
        raise NotReleased(f"the release did not act: {ended.output[-3000:]}")
    return Taken(moments[1] - moments[0], taken.cpu)


def _succeeds(world: World, variables: Mapping[str, str], *words: str) -> tuple[str, Taken]:
    """Return what a command printed and what it took; raise NotReleased when it fails."""
    ended, taken = timed(lambda: run(words, cwd=world.clone, env=variables, log=world.folder / "log"))
    if ended.code:
        raise NotReleased(f"{words[0]} failed: {ended.output[-3000:]}")
    return ended.output, taken


def _world(rendered: Path, folder: Path, address: str) -> World:
    """Make a fresh project with everything on: all sessions, all Pythons, all gates."""
    world = World(folder, address)
    fresh_world(rendered, world)
    with (world.clone / "release.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[index]]\nname = "local"\nupload = "{address}"\nsimple = "{address}simple/"\n')
    git(world.clone, "add", "--all")
    git(world.clone, "commit", "--quiet", "--message", "everything on")
    git(world.clone, "push", "--quiet", "origin", "main")
    return world
