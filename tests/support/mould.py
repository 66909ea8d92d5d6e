"""Moulds: a world is made once and copied for every test that starts in it, since copying takes a tenth of the time."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.world import World


@dataclass(frozen=True)
class Mould:
    """A folder with a world in it, of which any number of copies can be made."""

    world: World

    @property
    def place(self) -> Path:
        """The folder that holds project, remote and home."""
        return self.world.project.parent

    def copy(self, into: Path, index: str | None = None) -> World:
        """Return a copy of the world in the folder `into`, which is asked for its index at `index`."""
        into.mkdir(exist_ok=True)
        parts = [self.world.project, self.world.remote, self.world.home]
        subprocess.run(["cp", "-pPR", *parts, into], check=True)
        project, remote, home = (into / part.name for part in parts)
        copied = World(project, remote, self.world.index if index is None else index, home)
        copied.git("remote", "set-url", "origin", copied.remote)
        copied.git("update-index", "--refresh")  # what it knows of the files is known of other files now
        return copied


def mould_of(world: World) -> Mould:
    """Return the mould of a world; its repositories become a few files each."""
    for repository in (world.project, world.remote):
        world.git("repack", "--quiet", "-a", "-d", cwd=repository)
        for sample in repository.glob("**/hooks/*.sample"):
            sample.unlink()
    return Mould(world)
