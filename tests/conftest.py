"""Fixtures: a rendered project, an index, a world made of both, and forges."""

from __future__ import annotations

import base64
import hashlib
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.adapters.index.local_index import embedded_index
from release.adapters.workers.copier_worker import hasten
from release.base import redact
from tests.support.forges.kinds import KINDS, forge_server
from tests.support.forges.server import ForgeServer
from tests.support.installed import install, render_installed, requirement, template_repository
from tests.support.making import release_commit
from tests.support.memory import work_in_memory
from tests.support.mould import Mould, mould_of
from tests.support.secrets import PASSWORD, USER, refuse_leaks_below
from tests.support.seed import SEED
from tests.support.world import OFF, World, compiled, make_world, render

work_in_memory()
hasten()


def pytest_configure() -> None:
    """Heed SIGINT and SIGHUP where the tests were started with them ignored (in the background, nohup): they send both.

    What is ignored stays ignored in each command that a process starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_report_header() -> str:
    """Tell what repeats a run that chose its moments by chance."""
    return f"KEELWAY_SEED={SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests tell of the template, such as how many files it gives."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "told":
                terminalreporter.write_line(str(value))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no processor is idle at the end: the folder with minutes a test first."""
    items.sort(key=lambda item: (item.path.parent.name != "journeys", item.get_closest_marker("journey") is None))


@pytest.fixture(autouse=True)
def secrets_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each test: what it hid for being a secret, such as the password "wrong", the next one may print."""
    monkeypatch.setattr(redact, "_known", set(redact._known))


@pytest.fixture(autouse=True)
def no_secret_is_written(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: nothing that it left on disk holds the password."""
    yield
    place = getattr(request.node, "funcargs", {}).get("tmp_path")
    if place is not None:
        refuse_leaks_below(place)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with its default answers, rendered once; its bytecode goes with it into every world."""
    return compiled(render(tmp_path_factory.mktemp("rendered") / "acme"))


@pytest.fixture(scope="session")
def template_tagged(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The template of the working tree in a git repository of its own, tagged."""
    return template_repository(tmp_path_factory.mktemp("tagged-template"))


@pytest.fixture(scope="session")
def rendered_installed(tmp_path_factory: pytest.TempPathFactory, template_tagged: World) -> Path:
    """A project that installs the release process; beside it, in engine/, lies what an installer made of that."""
    place = tmp_path_factory.mktemp("rendered-installed")
    project = render_installed(template_tagged.project, place / "acme")
    install(requirement(project), place / "engine")
    return project


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An index that takes uploads of one user: its address, and the folder that it keeps its files in."""
    place = tmp_path_factory.mktemp("served")
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    (place / "htpasswd").write_text(f"{USER}:{{SHA}}{digest}\n")
    with embedded_index(place / "index", place / "htpasswd") as address:
        yield address, place / "index"


@pytest.fixture
def shelf(_server: tuple[str, Path]) -> Path:
    """The folder of the index, empty; a file that is laid into it is on the index."""
    return emptied(_server[1])


def emptied(shelf: Path) -> Path:
    """Take every file off the index; for worlds that are made once, since then the index has those of a test before."""
    for path in shelf.iterdir():
        path.unlink()
    return shelf


@pytest.fixture
def index(_server: tuple[str, Path], shelf: Path) -> str:
    """The address of an empty index that takes uploads of one user."""
    return _server[0]


@pytest.fixture(scope="session")
def _with_index(tmp_path_factory: pytest.TempPathFactory, rendered: Path, _server: tuple[str, Path]) -> Mould:
    return mould_of(make_world(tmp_path_factory.mktemp("mould"), rendered, _server[0]))


@pytest.fixture
def world(tmp_path: Path, _with_index: Mould, index: str) -> World:
    """A fresh project with its remote and its index."""
    return _with_index.copy(tmp_path)


@pytest.fixture(scope="session")
def _without_index(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Mould:
    return mould_of(make_world(tmp_path_factory.mktemp("mould"), rendered, "", without_index))


@pytest.fixture
def repository(tmp_path: Path, _without_index: Mould) -> World:
    """A fresh project with its remote, that publishes to no index: its releases are tags."""
    return _without_index.copy(tmp_path)


def without_index(project: Path) -> None:
    """Let the releases of a project be a tag only."""
    (project / "release.toml").write_text(f"index = []\nquality = []\n\n{OFF}", encoding="utf-8")


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> list[Path]:
    """The wheel and the sdist of acme 0.1.0, built by `uv build`; for worlds that are past the build."""
    place = tmp_path_factory.mktemp("distributions")
    world = make_world(place, rendered, "", without_index)
    release_commit(world)
    ran = world.run(sys.executable, "-m", "uv", "build", "--quiet", "--out-dir", place / "built")
    assert ran.code == 0, ran.text
    return sorted((place / "built").glob("acme-*"))


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory, rendered: Path, distributions: list[Path]) -> World:
    """A release that has nothing left to do but its forge, which nothing here changes but on the forge."""
    from tests.support.forges.tagged import tagged_world

    return tagged_world(tmp_path_factory.mktemp("tagged") / "world", rendered, distributions)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    """A forge of each kind."""
    with forge_server(request.param) as server:
        yield server


@pytest.fixture
def github() -> Iterator[ForgeServer]:
    """A forge like GitHub, where the kind makes no difference."""
    with forge_server("github") as server:
        yield server


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder for a journey; what others' packages left there is removed before the rest is looked through."""
    yield tmp_path
    for folder in ("acme/.nox", "acme/.venv", "fresh"):
        shutil.rmtree(tmp_path / folder, ignore_errors=True)
