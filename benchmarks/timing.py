"""Seconds of one release by each contender: rounds interleaved, every run in a fresh world and proven by it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.contenders import Contender, account
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.truth import look, missing
from benchmarks.world import grow, index_below, plant


class NotReleased(Exception):
    """A contender did not do what was to be measured."""


def time_releases(
    contenders: Sequence[Contender], environments: Environments, rendered: Path, place: Path, rounds: int
) -> Mapping[str, list[Taken]]:
    """Return {contender: what each round took}; one round before them warms all caches and is not counted.

    Raises NotReleased for a run after which the release is not really there.
    """
    seeds = {each.name: plant(_made(place / f"seed {each.name}"), rendered, each.configure) for each in contenders}
    taken: dict[str, list[Taken]] = {each.name: [] for each in contenders}
    for number in range(rounds + 1):
        turned = number % len(contenders)
        for each in (*contenders[turned:], *contenders[:turned]):
            once = _once(each, environments, seeds[each.name], _made(place / f"{number} {each.name}"))
            print(f"round {number} of {rounds}: {each.name} {once.wall:.2f} s", file=sys.stderr, flush=True)
            if number:
                taken[each.name].append(once)
    return taken


def _once(contender: Contender, environments: Environments, seed: Path, folder: Path) -> Taken:
    with index_below(folder) as address:
        world = grow(seed, folder, address, contender.point)
        variables = environments.variables(contender.environment, **account(world))
        ended, taken = timed(lambda: run(contender.command, cwd=world.clone, env=variables, log=folder / "log"))
        lacking = missing(world, look(world))
    if ended.code != 0 or lacking:
        why = f"exit code {ended.code}; {', '.join(lacking) or 'complete'}"
        raise NotReleased(f"{contender.name} did not release: {why}\n{ended.output[-3000:]}")
    return taken


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
