"""A repository of several projects: acme and acme-extra, which needs it, in packages/; release/ is above both."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.world import World

ABOVE = ("release", "tasks.py", "noxfile.py", "constraints.txt", ".gitignore", ".gitattributes")


def several(world: World) -> World:
    """Move the project of a world to packages/acme, put packages/acme-extra beside it, commit and push."""
    own = [path for path in world.project.iterdir() if path.name not in (*ABOVE, ".git")]
    acme, extra = world.project / "packages" / "acme", world.project / "packages" / "acme-extra"
    acme.mkdir(parents=True)
    for path in own:
        path.rename(acme / path.name)
    shutil.copytree(acme, extra)
    (extra / "src" / "acme").rename(extra / "src" / "acme_extra")
    _change(extra / "pyproject.toml", ('name = "acme"', 'name = "acme-extra"'), ("src/acme", "src/acme_extra"))
    _change(extra / "pyproject.toml", ('source = ["acme"]', 'source = ["acme_extra"]'))
    _change(extra / "pyproject.toml", ("dependencies = []", 'dependencies = ["acme>=0.1"]'))
    for folder in (acme, extra):
        path = folder / "release.toml"
        settings = f'tag = "{folder.name}-v{{version}}"\nlines = "{folder.name}/{{line}}"\n'
        path.write_text(settings + path.read_text(encoding="utf-8"), encoding="utf-8")
    world.commit("several projects")
    world.git("push", "--quiet", "origin", "main")
    return world


def _change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
