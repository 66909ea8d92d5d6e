"""Worlds for the suites of faults: quick to copy, behind a proxy, and started from any stage of a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.mould import Mould, mould_of
from tests.support.proxy import Proxy
from tests.support.world import OFF, World, make_world

RELEASE = ("release", "minor", "--yes")
BUILT = (("bump", "minor"), ("build",))  # what comes before anything is public
PUBLISH = ("publish", "--yes")  # the same from the release commit on


def quickly(project: Path) -> None:
    """Let the releases of a project go without the checks of the distributions, which no index takes part in."""
    _switch(project, "check = false\n")


def unproven(project: Path) -> None:
    """Let the releases of a project go without any gate that tries the distributions, before or after the upload."""
    _switch(project, "check = false\nverify = false\n")


def wholly(project: Path) -> None:
    """Leave everything on that release.toml can switch off."""


def _switch(project: Path, keys: str) -> None:
    path = project / "release.toml"
    path.write_text(keys + path.read_text(encoding="utf-8"), encoding="utf-8")


def without_index(project: Path) -> None:
    """Let the releases of a project be a tag only."""
    (project / "release.toml").write_text(f"index = []\nquality = []\n\n{OFF}", encoding="utf-8")


def only_the_tag(project: Path) -> None:
    """Let the releases of a project be a tag only, with no commit after it."""
    (project / "release.toml").write_text(f"index = []\nreopen = false\nquality = []\n\n{OFF}", encoding="utf-8")


@dataclass(frozen=True)
class Behind:
    """A real index at `index`, the proxy before it, and the folder in which it keeps its files."""

    index: str
    proxy: Proxy
    folder: Path

    def clear(self) -> None:
        """Take every file off the index, and every fault out of the way."""
        self.proxy.clear()
        self.proxy.requests.clear()
        for path in self.folder.iterdir():
            path.unlink()


def mould(
    place: Path, rendered: Path, index: str, edit: Callable[[Path], None] = quickly, *commands: tuple[str, ...]
) -> Mould:
    """Return the mould of a world with one fragment, after the Invoke `commands` have run in it."""
    place.mkdir(parents=True)
    world = make_world(place, rendered, index, edit)
    world.note("feature", "Something new")
    world.git("push", "--quiet", "origin", "main")
    for words in commands:
        ran = world.inv(*words)
        assert ran.code == 0, ran.text
    return mould_of(world)


def elsewhere(world: World, name: str = "elsewhere") -> World:
    """Return the world as another machine has it: a fresh clone and an empty home, but the same name and password."""
    return replace(world, project=world.clone(name), home=world.home.parent / f"home-{name}")
