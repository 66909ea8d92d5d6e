"""The changes that a release makes in the world, by which a moment to kill it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.killing import Kill, Running
from tests.faults.worlds import Behind
from tests.support.mould import Mould
from tests.support.world import World

Moment = Callable[["Places"], Callable[[], bool]]


def _moves(path: Path, times: int) -> Callable[[], bool]:
    """Return what tells whether the branch in the file `path` has moved so many times since now."""
    values = [path.read_text()]

    def moved() -> bool:
        value = path.read_text()
        if value and value != values[-1]:
            values.append(value)
        return len(values) > times

    return moved


def _main(repository: Path) -> Path:
    return repository / "refs" / "heads" / "main"


def _tag(repository: Path) -> Callable[[], bool]:
    return (repository / "refs" / "tags" / "v0.1.0").exists


def _some(folder: Path, pattern: str, count: int = 1) -> Callable[[], bool]:
    return lambda: len(list(folder.glob(pattern))) >= count


@dataclass(frozen=True)
class Places:
    """Where a release changes the world: the folders of a clone, of its remote and of its index."""

    clone: Path
    remote: Path
    index: Path


PREPARING: dict[str, Moment] = {
    "the first line of the journal": lambda at: (at.clone / ".release" / "journal.jsonl").exists,
    "a checkout to commit from": lambda at: _some(at.clone / ".git" / "worktrees", "*"),
    "the release commit": lambda at: _moves(_main(at.clone / ".git"), 1),
    "a build that has begun": lambda at: _some(at.clone / "dist", ".building-*"),
    "the distributions": lambda at: _some(at.clone / "dist", "0.1.0-*"),
}
PUBLISHING: dict[str, Moment] = {  # counted from there on
    "the tag here": lambda at: _tag(at.clone / ".git"),
    "the branch on the remote": lambda at: _moves(_main(at.remote), 1),
    "the tag on the remote": lambda at: _tag(at.remote),
    "the first file on the index": lambda at: _some(at.index, "*"),
    "the second file on the index": lambda at: _some(at.index, "*", 2),
    "the next version here": lambda at: _moves(_main(at.clone / ".git"), 1),
    "the next version on the remote": lambda at: _moves(_main(at.remote), 2),
}


@dataclass(frozen=True)
class Start:
    """The worlds that a release is killed in: it prepares in the one, and publishes from the other on."""

    fresh: Mould
    built: Mould

    def killed_after(self, change: str, how: Kill, behind: Behind, place: Path, hook: str = "") -> tuple[World, str]:
        """Kill a release right after a change; return its world, and what it printed. `hook` is its pre-push hook."""
        start, changes = (self.fresh, PREPARING) if change in PREPARING else (self.built, PUBLISHING)
        world = start.copy(place / "world", behind.index)
        pre_push = world.project / ".git" / "hooks" / "pre-push"
        if hook:
            pre_push.write_text(f"#!/bin/sh\n{hook}\nexit 0\n")
            pre_push.chmod(0o755)
        moment = changes[change](Places(world.project, world.remote, behind.folder))
        running = Running(world, place / "log")
        came = running.until(moment)
        running.kill(how)
        pre_push.unlink(missing_ok=True)
        assert came, f"{change} never came\n{running.text()}"
        return world, running.text()
