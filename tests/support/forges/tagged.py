"""A release that is tagged and built, with nothing left but its forge: cheap enough to be disturbed anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from release.config.forge_config import ForgeConfig
from release.context import Context
from release.engine.converge import converge
from release.steps.draft_forge_release import DRAFT
from release.steps.publish_forge_release import REVEAL
from tests.support.forges.kinds import PROJECT, QUICK, opened
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import Shown, shown, sums_of, table
from tests.support.making import clone_of, place_distributions, releasing, tag
from tests.support.world import OFF, World, make_world

SECTION = "\n## 0.1.0 (2026-11-27)\n\n- Something new\n"
MESSAGE = "Release acme 0.1.0\n\nRelease: 0.1.0"


def tagged_world(place: Path, rendered: Path, files: Iterable[Path], server: ForgeServer | None = None) -> World:
    """Return a world whose release commit, distributions and tag are made; without an index and a next version."""

    def edit(project: Path) -> None:
        text = f"index = []\nreopen = false\nquality = []\n\n{OFF}" + (table(server) if server else "")
        (project / "release.toml").write_text(text, encoding="utf-8")

    world = make_world(place, rendered, "", edit)
    pyproject = (world.project / "pyproject.toml").read_text(encoding="utf-8")
    world.write("CHANGELOG.md", (world.project / "CHANGELOG.md").read_text(encoding="utf-8") + SECTION)
    world.write("pyproject.toml", pyproject.replace('version = "0.1.0.dev0"', 'version = "0.1.0"'))
    world.commit(MESSAGE)
    files = list(files)
    place_distributions(world, files)
    world.git("push", "--quiet", "--atomic", "origin", "main", tag(world, files))
    if server:
        server.state.remote = world.remote
    return world


def elsewhere(world: World, name: str = "elsewhere") -> World:
    """Return the world as another machine has it, on which the same bytes were built again."""
    there = clone_of(world, name)
    shutil.copytree(world.project / "dist", there.project / "dist", ignore=shutil.ignore_patterns("evidence-*"))
    return there


def on(world: World, server: ForgeServer, api: str = "", **forge: object) -> Context:
    """Return a context of the release in hand, with our forge of a server, which knows the repository."""
    server.state.remote = world.remote
    ctx = releasing(world)
    kind = ForgeConfig(kind=server.kind.name, api=api or server.api, project=PROJECT, **forge)  # type: ignore[arg-type]
    config = replace(ctx.config, forge=kind, retry=QUICK)
    return replace(ctx, config=config, forge=opened(server, api, say=ctx.report.say))


def release(ctx: Context) -> None:
    """Draft the forge release and make it public."""
    converge(ctx, (DRAFT, REVEAL), lambda *_: None)


def wanted_files(world: World) -> dict[str, str]:
    """Return {name: sha256} of what the forge release is to have."""
    dist = world.project / "dist"
    return sums_of(next(dist.glob("0.1.0-*"))) | sums_of(next(dist.glob("evidence-*")))


def assert_shown_once(server: ForgeServer, world: World) -> None:
    """Fail unless the forge shows exactly one release, with every file, and nothing is left beside it."""
    commit = world.git("rev-parse", "v0.1.0^{commit}")
    body = f"- Something new\n\n<!-- Release: 0.1.0 ({commit}) -->"
    assert shown(server) == [Shown("v0.1.0", False, False, wanted_files(world), body)]
    state = server.state
    assert state.table("tags made") == {}
    assert len(state.table("assets")) + len(state.table("files")) == len(wanted_files(world))
