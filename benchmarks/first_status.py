"""`python -m benchmarks.first_status`: seconds from a clone to its first `inv status`, with release/ and installed.

Each way three times: nothing is cached, all is, and all is without a network. The environment is that of `nox -s dev`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.support.installed import render_installed, template_repository
from tests.support.world import World

WAYS = ("repository", "installed")


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        template = template_repository(place)
        print(f"{'':12}{'cold':>10}{'cached':>10}{'offline':>10}   seconds; load {os.getloadavg()[0]:.1f}")
        for way in WAYS:
            project = render_installed(template.project, place / way, {"engine": way})
            world = World(project, place / "none.git", "", place / "home")
            world.git("init", "--quiet")
            world.commit("start")
            cache = place / f"cache-{way}"
            taken = [_taken(world, cache, number, offline=number == 2) for number in range(3)]
            print(f"{way:12}" + "".join(f"{each:10.1f}" for each in taken), flush=True)


def _taken(world: World, cache: Path, number: int, *, offline: bool) -> float:
    clone = world.project.with_name(f"{world.project.name}-{number}")
    env = world.environment(UV_CACHE_DIR=str(cache), **({"UV_OFFLINE": "1"} if offline else {}))
    start = time.monotonic()
    for words in (
        ["git", "clone", "--quiet", str(world.project), str(clone)],
        ["nox", "-s", "dev"],
        [str(clone / ".venv/bin/inv"), "status"],
    ):
        cwd = clone if clone.exists() else clone.parent
        ended = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        if ended.returncode:
            sys.exit(f"{' '.join(words)}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    seconds = time.monotonic() - start
    shutil.rmtree(clone)
    return seconds


if __name__ == "__main__":
    main()
