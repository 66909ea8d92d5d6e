"""How commands grow with what a project has: tags, commits, fragments, files, versions on the index, changelogs.

Each scale is a world of its own; its seconds are beside those of the same project without it. CPU seconds are compared:
on a busy machine they hardly grow.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.contenders import account
from benchmarks.environments import Environments
from benchmarks.running import run
from benchmarks.stopwatch import Taken, timed
from benchmarks.timing import NotReleased
from benchmarks.world import PROJECT, World, fresh_world, git, index_below

BASE = "a fresh project"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "status": ("inv", "status"),
    "notes": ("inv", "notes"),
    "preflight": ("inv", "preflight"),
    "release": ("inv", "release", "1.0.0", "--yes"),
}
GOALS = {("status", "5,000 tags, 100,000 commits"): 2.0}  # at most so many times the base
_COMMITS, _TAGS, _FRAGMENTS, _FILES, _VERSIONS = 100_000, 5_000, 10_000, 20_000, 2_000
_SINCE = 1_600_000_000  # seconds since 1970 of the first commit


def time_scales(
    environments: Environments, rendered: Path, place: Path, *, small: bool
) -> Mapping[str, dict[str, Taken]]:
    """Return {scale: {command: what it took}}; `small`: a hundredth of each, to see whether it works."""
    share = 100 if small else 1
    taken: dict[str, dict[str, Taken]] = {}
    for number, (name, grow) in enumerate({BASE: _as_it_is, **SCALES}.items()):
        folder = place / f"scale {number}"
        folder.mkdir()
        with index_below(folder) as address:
            world = World(folder, address)
            fresh_world(rendered, world)
            _configure(world)
            grow(world, share)
            git(world.clone, "push", "--quiet", "origin", "main", "--tags")
            variables = environments.variables("ours", **account(world))
            variables.pop("TWINE_REPOSITORY_URL", None)
            taken[name] = {command: _took(world, variables, words) for command, words in COMMANDS.items()}
        print(f"{name}: status {taken[name]['status'].cpu:.1f} s", file=sys.stderr, flush=True)
    return taken


def table(taken: Mapping[str, Mapping[str, Taken]]) -> Iterator[str]:
    """Yield the rows of the table: CPU seconds of the base, and how many times that each scale takes."""
    yield f"{'':30}" + "".join(f"{command:>12}" for command in COMMANDS)
    base = taken[BASE]
    yield f"{BASE:30}" + "".join(f"{base[command].cpu:10.1f} s" for command in COMMANDS)
    for name, found in taken.items():
        if name != BASE:
            yield f"{name:30}" + "".join(f"{found[command].cpu / base[command].cpu:12.1f}" for command in COMMANDS)
    for (command, name), most in GOALS.items():
        ratio = taken[name][command].cpu / base[command].cpu
        word = "reached" if ratio <= most else "missed"
        yield f"goal: {command} with {name} at most {most:g} times: {ratio:.1f}, {word}"


def _took(world: World, variables: Mapping[str, str], words: tuple[str, ...]) -> Taken:
    ended, taken = timed(lambda: run(words, cwd=world.clone, env=variables, log=world.folder / "log"))
    if ended.code:
        raise NotReleased(f"{' '.join(words)} failed: {ended.output[-3000:]}")
    return taken


def _configure(world: World) -> None:
    path = world.clone / "release.toml"
    text = f'quality = []\n{path.read_text(encoding="utf-8")}\n[[index]]\nname = "local"\n'
    path.write_text(f'{text}upload = "{world.address}"\nsimple = "{world.address}simple/"\n', encoding="utf-8")
    _commit(world, "name the index")


def _commit(world: World, message: str) -> None:
    git(world.clone, "add", "--all")
    git(world.clone, "commit", "--quiet", "--message", message)


def _as_it_is(world: World, share: int) -> None:
    """Leave the project as it is."""


def _history(world: World, share: int) -> None:
    """Put commits and tags of finals after the first commit."""
    commits, tags = _COMMITS // share, _TAGS // share
    each = commits // tags
    who = "Ada Lovelace <ada@example.org>"
    rows = []
    for number in range(1, commits + 1):
        when = f"{who} {_SINCE + number * 60} +0000"
        begun = f"from {git(world.clone, 'rev-parse', 'HEAD')}\n" if number == 1 else ""
        rows.append(f"commit refs/heads/main\nmark :{number}\ncommitter {when}\ndata 6\nchange\n{begun}\n")
        if number % each == 0:
            name = f"0.{number // each // 50}.{number // each % 50}"
            rows.append(f"tag v{name}\nfrom :{number}\ntagger {when}\ndata {len(name)}\n{name}\n")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=world.clone, input="".join(rows).encode(), check=True)
    git(world.clone, "reset", "--quiet", "--hard", "main")


def _fragments(world: World, share: int) -> None:
    for number in range(_FRAGMENTS // share):
        (world.clone / "changelog.d" / f"{number}.fix.md").write_text(f"What {number} mends.\n", encoding="utf-8")
    _commit(world, "fragments")


def _files(world: World, share: int) -> None:
    for number in range(_FILES // share):
        path = world.clone / "data" / f"{number % 100}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}\n", encoding="utf-8")
    _commit(world, "files")


def _versions(world: World, share: int) -> None:
    for number in range(_VERSIONS // share):
        (world.packages / f"{PROJECT}-0.{number // 50}.{number % 50}.tar.gz").write_bytes(b"of no interest")
    git(world.clone, "tag", "v0.0.0", "HEAD")


def _changelog(world: World, share: int) -> None:
    path = world.clone / "CHANGELOG.md"
    past = "".join(
        f"\n## 0.{number // 50}.{number % 50} (2020-01-01)\n\n### Fixes\n\n- One thing.\n- Another thing.\n"
        for number in reversed(range(_VERSIONS // share))
    )
    path.write_text(path.read_text(encoding="utf-8") + past, encoding="utf-8")
    _commit(world, "changelog")


SCALES: Mapping[str, Callable[[World, int], None]] = {
    "5,000 tags, 100,000 commits": _history,
    "10,000 fragments": _fragments,
    "20,000 files": _files,
    "2,000 versions on the index": _versions,
    "a changelog of 2,000 versions": _changelog,
}
