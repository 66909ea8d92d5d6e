"""`python -m benchmarks.faults`: what each contender leaves behind when a release goes wrong, written to docs/peers.md.

Each contender meets each mishap in a world of its own; then the mishap is over and the same command is run once more.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from benchmarks import ROOT
from benchmarks.contenders import DISTURBED, Contender, account
from benchmarks.environments import Environments, build_environments
from benchmarks.mishaps import MISHAPS, Mishap, Scene
from benchmarks.outcome import Moment, Outcome, finished, judge
from benchmarks.peers_page import PAGE, page
from benchmarks.running import run
from benchmarks.truth import look, missing
from benchmarks.world import OLD, a_place, git, grow, index_below, plant, render
from tests.support.proxy import Proxy


def main() -> None:
    """Disturb everybody in every way, and write the table."""
    options = _options()
    warnings.filterwarnings("ignore", message="Dirty template changes")
    mishaps = {key: MISHAPS[key] for key in options.only or MISHAPS}
    contenders = [each for each in DISTURBED if not options.contender or each.environment in options.contender]
    logs = options.cache.resolve() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with a_place() as place:
        rendered = render(place / "rendered")
        environments = build_environments(options.cache.resolve(), rendered / "pyproject.toml")
        seeds = {each.name: _seed(each, environments, rendered, place) for each in contenders}

        def cell(names: tuple[str, Contender]) -> tuple[tuple[str, str], Outcome]:
            key, contender = names
            log = logs / f"{key}-{contender.environment}.log"
            folder = place / f"{key} {contender.environment}"
            outcome = _meet(contender, mishaps[key], environments, seeds[contender.name], folder, log)
            print(f"{key}: {contender.name}: {outcome}", file=sys.stderr, flush=True)
            return (key, contender.name), outcome

        with ThreadPoolExecutor(options.jobs) as pool:
            cells = dict(pool.map(cell, product(mishaps, contenders)))
    text = page(mishaps, contenders, cells)
    if options.only or options.contender:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        print(f"{PAGE.relative_to(ROOT)} is written; what the contenders said lies in {os.path.relpath(logs)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(MISHAPS), help="these mishaps; the page is printed instead")
    parser.add_argument("--contender", nargs="*", help="these (ours, zest, semantic, bare, nox); printed as well")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many worlds at once")
    parser.add_argument("--cache", type=Path, default=ROOT / ".nox" / "bench", help="where environments are kept")
    return parser.parse_args()


def _seed(contender: Contender, environments: Environments, rendered: Path, place: Path) -> Path:
    """Return the seed of a contender's worlds; its index has the files of the version before."""
    folder = place / f"seed {contender.environment}"
    folder.mkdir()
    plant(folder, rendered, contender.configure)
    before = place / f"before {contender.environment}"
    git(place, "clone", "--quiet", str(folder / "remote.git"), str(before))
    pyproject = before / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{OLD}"', text), encoding="utf-8")
    command = ["python", "-m", "build", "--installer=uv", "--outdir", str(folder / "packages"), str(before)]
    subprocess.run(command, env=environments.variables("bare"), check=True, capture_output=True)
    (folder / "packages" / ".gitignore").unlink(missing_ok=True)
    return folder


def _meet(
    contender: Contender, mishap: Mishap, environments: Environments, seed: Path, folder: Path, log: Path
) -> Outcome:
    """Return what became of one contender's release after one mishap."""
    folder.mkdir()
    with index_below(folder) as address, Proxy(address) as proxy:
        world = grow(seed, folder, proxy.url, contender.point)
        scene = Scene(contender, environments, seed, world, proxy)
        mishap.arrange(scene)
        before = look(world)
        first = _run(scene, scene.variables | scene.always, first=True)
        proxy.clear()
        scene.over.close()
        between = look(world)
        second = None if finished(first) else _run(scene, scene.always, first=False)
        outcome = judge(before, first, between, second)
    log.write_text(_story(first, second, outcome), encoding="utf-8")
    return outcome


def _run(scene: Scene, variables: Mapping[str, str], *, first: bool) -> Moment:
    common = scene.environments.variables(scene.contender.environment, **account(scene.world))
    ended = run(
        scene.contender.command,
        cwd=scene.world.clone,
        env=common | dict(variables),
        log=scene.world.folder / "log",
        kill_when=scene.kill_when if first else None,
    )
    truth = look(scene.world)
    return Moment(ended, truth, tuple(missing(scene.world, truth)))


def _story(first: Moment, second: Moment | None, outcome: Outcome) -> str:
    told = []
    for name, moment in (("first run", first), ("second run", second)):
        if moment is not None:
            lacks = ", ".join(moment.lacking) or "nothing"
            told.append(f"== {name}: exit code {moment.ended.code}, {moment.ended.seconds:.1f} s; lacks: {lacks}\n")
            told.append(moment.ended.output + "\n")
    return "".join([*told, f"== {outcome}\n"])


if __name__ == "__main__":
    main()
