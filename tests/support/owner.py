"""An owner: types commands in a project of theirs, each of which must succeed."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import table, token_for
from tests.support.world import World, render


class Owner:
    """Types commands in a project, each of which must succeed, and looks at what became of it."""

    def __init__(self, world: World, forge: ForgeServer | None = None) -> None:
        self.world = world
        self._login = token_for(forge) if forge else {}

    def types(self, *argv: str | Path, **env: str) -> str:
        """Run a command and return all that it printed."""
        start = time.monotonic()
        ran = self.world.run(*argv, env=self.activated() | self._login | env)
        print(f"{time.monotonic() - start:5.1f} s  {' '.join(map(str, argv))}")
        assert ran.code == 0, ran.text
        return ran.text

    def activated(self) -> dict[str, str]:
        """Return what `. .venv/bin/activate` sets, once there is a .venv."""
        venv = self.world.project / ".venv"
        path = self.world.environment()["PATH"]
        return {"PATH": f"{venv / 'bin'}{os.pathsep}{path}", "VIRTUAL_ENV": str(venv)} if venv.exists() else {}

    def changes(self) -> str:
        """Return what git says is not committed."""
        return self.world.git("status", "--porcelain")


def succeeded(text: str) -> list[str]:
    """Return the sessions that a run of nox says were successful."""
    return re.findall(r"nox > Session (\S+) was successful", text)


def begin(place: Path, index: str, server: ForgeServer | None, **answers: str) -> Owner:
    """Do the first four lines of the README: a project, a repository, a first commit, a remote that has it."""
    project = render(place / "acme", index=index, **answers)
    world = World(project, place / "acme.git", index, place / "home")
    if server:
        there(server, world)
    world.git("init", "--quiet", "--bare", world.remote, cwd=place)
    owner = Owner(world, server)
    owner.types("git", "init", "--quiet", "--initial-branch=main")
    owner.types("git", "add", "--all")
    owner.types("git", "commit", "--quiet", "--message=start")
    owner.types("git", "remote", "add", "origin", world.remote)
    owner.types("git", "push", "--quiet", "--set-upstream", "origin", "main")
    return owner


def there(forge: ForgeServer, world: World) -> None:
    """Say where the forge is, which the address of a remote on this disk does not."""
    path, kind = world.project / "release.toml", f'[forge]\nkind = "{forge.kind.name}"\n'
    text = path.read_text(encoding="utf-8")
    assert kind in text
    path.write_text(text.replace(kind, table(forge).lstrip()), encoding="utf-8")
    forge.state.remote = world.remote
