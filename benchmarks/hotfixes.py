"""Seconds of a hotfix, from a commit on main to the release on the index and back on main: ours, and by hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import HERE
from benchmarks.contenders import BARE, PROVEN, SAME, Contender, account
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.timing import NotReleased
from benchmarks.world import World, fresh_world, git, index_below

BY_HAND = "a hotfix by hand"
HOTFIX, HOTFIX_PROVEN = "inv hotfix, the same work", "inv hotfix, checked, proven"


@dataclass(frozen=True)
class Way:
    """One way to make a hotfix: the command before the commit, in the environment of a contender."""

    like: Contender
    words: tuple[str, ...]


_OURS = ("inv", "hotfix", "--reason", "outage", "--yes", "--pick")
WAYS = {
    BY_HAND: Way(BARE, ("bash", str(HERE / "hotfix_by_hand.sh"))),
    HOTFIX: Way(SAME, _OURS),
    HOTFIX_PROVEN: Way(PROVEN, _OURS),
}


def time_hotfixes(environments: Environments, rendered: Path, place: Path, rounds: int) -> Mapping[str, list[Taken]]:
    """Return {way: what each round took}; one round before is not counted."""
    taken: dict[str, list[Taken]] = {name: [] for name in WAYS}
    for number in range(rounds + 1):
        for name, way in WAYS.items():
            folder = place / f"{name} {number}"
            folder.mkdir()
            with index_below(folder) as address:
                once = _hotfix(environments, rendered, World(folder, address), way)
            print(f"round {number} of {rounds}: {name} {once.wall:.1f} s", file=sys.stderr, flush=True)
            if number:
                taken[name].append(once)
    return taken


def _hotfix(environments: Environments, rendered: Path, world: World, way: Way) -> Taken:
    """Release 0.1.0, let main move on, mend it there, and return what the hotfix took; it must be everywhere then."""
    fresh_world(rendered, world)
    (way.like if way.like.environment == "ours" else SAME).point(world.clone, world.address)
    git(world.clone, "commit", "--quiet", "--all", "--message", "configured")
    variables = environments.variables("ours", **account(world))
    _succeeds(world, variables, "inv", "release", "0.1.0", "--yes")
    (world.clone / "changelog.d" / "+mend.fix.md").write_text("It is mended.\n", encoding="utf-8")
    (world.clone / "src" / "acme" / "mended.py").write_text('"""Mended."""\n', encoding="utf-8")
    git(world.clone, "add", "changelog.d", "src")
    git(world.clone, "commit", "--quiet", "--message", "Mend it")
    fix = git(world.clone, "rev-parse", "HEAD")
    git(world.clone, "commit", "--quiet", "--all", "--allow-empty", "--message", "Go on")
    git(world.clone, "push", "--quiet", "origin", "main")
    here = environments.variables(way.like.environment, **account(world))
    ended, took = timed(lambda: run((*way.words, fix), cwd=world.clone, env=here, log=world.folder / "log"))
    merged = git(world.remote, "log", "-1", "--format=%s", "main")
    told = git(world.remote, "show", "main:CHANGELOG.md")
    there = len(list(world.packages.glob("acme-0.1.1*")))
    if ended.code or merged != "Merge acme 0.1.1 into main" or "0.1.1" not in told or there != 2:
        raise NotReleased(f"the hotfix did not end: {ended.code}, {merged}, {there} files\n{ended.output[-3000:]}")
    return took


def _succeeds(world: World, variables: Mapping[str, str], *words: str) -> None:
    ended = run(words, cwd=world.clone, env=variables, log=world.folder / "log")
    if ended.code:
        raise NotReleased(f"{words[0]} failed: {ended.output[-3000:]}")
