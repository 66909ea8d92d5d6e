"""Fixtures of flows: a release that is public, one that CI publishes, a main that takes only requests, a forge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.healthy import healthy_world
from tests.conftest import emptied
from tests.support.by_ci import by_ci, started
from tests.support.forges.branches import branch_server
from tests.support.forges.server import ForgeServer
from tests.support.lines import frozen, moved_on
from tests.support.lines import released as released_by_hand
from tests.support.making import ready, release_commit, releasing, tag, tagged, told
from tests.support.mould import Mould, mould_of
from tests.support.requests import by_request
from tests.support.world import World, make_world


@pytest.fixture(scope="session")
def _released(tmp_path_factory: pytest.TempPathFactory, _with_index: Mould) -> tuple[Mould, list[Path]]:
    """A release that was built as ours are, up to the tag on the remote, and its files."""
    world = _with_index.copy(tmp_path_factory.mktemp("released") / "world")
    with (world.project / "release.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forge]\nkind = "github"\n')  # where it is, each test says
    commit = release_commit(world)
    ctx = releasing(world)
    folder = ctx.distributions_folder(commit)
    with ctx.git.checkout(commit) as path:
        ctx.tools.build(path, folder, epoch=ctx.git.time_of(commit))
    built = sorted(folder.glob("acme-*"))
    world.git("push", "--quiet", "--atomic", "origin", "main", tag(world, built))
    return mould_of(world), built


@pytest.fixture
def released(_released: tuple[Mould, list[Path]], tmp_path: Path, index: str, shelf: Path) -> World:
    """A world with acme 0.1.0: commit, tag, files on the index."""
    for path in _released[1]:
        shutil.copy(path, shelf)
    return _released[0].copy(tmp_path / "released", index)


@pytest.fixture
def files(_released: tuple[Mould, list[Path]]) -> list[Path]:
    """The files of that release."""
    return _released[1]


@pytest.fixture
def noted(world: World, shelf: Path, distributions: list[Path]) -> World:
    """A world with acme 0.1.0 and its notes: commit, tag, files on the index."""
    told(world, "0.1.0")
    tagged(world, distributions)
    for path in distributions:
        shutil.copy(path, shelf)
    return world


@pytest.fixture(scope="session")
def _laptop(tmp_path_factory: pytest.TempPathFactory, rendered: Path, _server: tuple[str, Path]) -> Mould:
    return mould_of(ready(make_world(tmp_path_factory.mktemp("laptop"), rendered, _server[0], by_ci)))


@pytest.fixture
def laptop(tmp_path: Path, _laptop: Mould, index: str) -> World:
    """A world with publish = "ci"."""
    return _laptop.copy(tmp_path)


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory, _laptop: Mould, _server: tuple[str, Path]) -> Mould:
    emptied(_server[1])
    world = _laptop.copy(tmp_path_factory.mktemp("begun") / "world")
    started(world)
    return mould_of(world)


@pytest.fixture
def begun(tmp_path: Path, _begun: Mould, index: str) -> World:
    """That world when the laptop has released 0.1.0: the tag is on the remote, nothing on the index."""
    return _begun.copy(tmp_path)


@pytest.fixture
def guarded(repository: World) -> World:
    """A project with one fragment, whose main takes only requests."""
    ready(repository)
    by_request(repository)
    return repository


@pytest.fixture(params=["github"])
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    """A forge with rules of the owner's own; of another kind where a test asks for it."""
    with branch_server(request.param) as server:
        yield server


@pytest.fixture(scope="session")
def _healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mould]:
    with healthy_world(tmp_path_factory.mktemp("healthy")) as world:
        yield mould_of(world)


@pytest.fixture
def healthy_shelf(_healthy: Mould) -> Iterator[Path]:
    """The folder of the index of the healthy project; what a test leaves there of its next version is removed."""
    shelf = _healthy.place / "index"
    yield shelf
    for path in shelf.glob("acme-0.2.0*"):
        path.unlink()


@pytest.fixture
def healthy(_healthy: Mould, healthy_shelf: Path, tmp_path: Path) -> World:
    """A project with everything on, which a preflight lets pass."""
    return _healthy.copy(tmp_path)


@pytest.fixture(scope="session")
def _moved_on(tmp_path_factory: pytest.TempPathFactory, _without_index: Mould) -> Mould:
    return mould_of(moved_on(_without_index.copy(tmp_path_factory.mktemp("moved-on"))))


@pytest.fixture(name="ready")
def moved_on_from_0_1_0(_moved_on: Mould, tmp_path: Path) -> World:
    """0.1.0 released; main has moved on."""
    return _moved_on.copy(tmp_path)


@pytest.fixture
def lined(repository: World) -> World:
    """The line 0.2 frozen; main is checked out and has moved on."""
    released_by_hand(repository)
    frozen(repository)
    repository.git("switch", "--quiet", "main")
    return repository
