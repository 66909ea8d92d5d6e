"""Uploads to an index that takes the same bytes twice and other bytes never, as PyPI does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.faults.test_faults import FAULTS, Case
from tests.faults.worlds import BUILT, PUBLISH, RELEASE, mould, quickly
from tests.support.devpi import Devpi, devpi_server
from tests.support.ended import End, assert_clean, end_of, served
from tests.support.mould import Mould
from tests.support.proxy import Exchange, Fault, Proxy
from tests.support.secrets import PASSWORD, USER
from tests.support.world import World

WHEEL = "acme-0.1.0-py3-none-any.whl"


@pytest.fixture(scope="session")
def devpi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devpi]:
    """devpi-server."""
    with devpi_server(tmp_path_factory.mktemp("devpi")) as server:
        yield server


@pytest.fixture(scope="session")
def devpi_proxy(devpi: Devpi) -> Iterator[Proxy]:
    """The proxy before it."""
    with Proxy(devpi.address) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def devpi_built(tmp_path_factory: pytest.TempPathFactory, rendered: Path, devpi: Devpi, devpi_proxy: Proxy) -> Mould:
    """A project that publishes to devpi by way of the proxy; release commit and distributions are made."""

    def edit(project: Path) -> None:
        quickly(project)
        config = project / "release.toml"
        config.write_text(config.read_text().replace("simple/", "+simple/"))

    devpi.clear()
    place = tmp_path_factory.mktemp("mould") / "devpi"
    return mould(place, rendered, devpi_proxy.url + devpi.path, edit, *BUILT)


@dataclass(frozen=True)
class Strict:
    """A world whose distributions are built, and its empty index on devpi, behind a proxy."""

    world: World
    index: str
    proxy: Proxy

    @property
    def simple(self) -> str:
        """Where installers read."""
        return f"{self.index}+simple/"

    def lay(self, name: str, content: bytes) -> None:
        """Upload a file as somebody else who may."""
        form = {":action": "file_upload", "name": "acme", "version": "0.1.0", "metadata_version": "2.1"}
        answer = requests.post(
            self.index, data=form, files={"content": (name, content)}, auth=(USER, PASSWORD), timeout=30
        )
        answer.raise_for_status()


@pytest.fixture
def strict(devpi: Devpi, devpi_proxy: Proxy, devpi_built: Mould, tmp_path: Path) -> Strict:
    """A copy of that project, and the index as empty as it was."""
    devpi_proxy.clear()
    devpi.clear()
    return Strict(devpi_built.copy(tmp_path / "world"), devpi.index, devpi_proxy)


def test_a_release_reaches_devpi(strict: Strict, unbroken: End) -> None:
    strict.world.released("minor")

    assert end_of(strict.world, strict.simple) == unbroken


# Once at the first file, for good from the second on, when one is there; the other way round: test_faults.py.
UPLOADS = [Case(fault, number, number == 2) for number in (1, 2) for fault in FAULTS]


@pytest.mark.journey
@pytest.mark.parametrize("case", UPLOADS, ids=str)
def test_a_fault_at_an_upload_is_outlived(case: Case, strict: Strict, unbroken: End) -> None:
    fault = Fault(FAULTS[case.fault], "POST", skip=case.number - 1, times=None if case.for_good else 1)
    strict.proxy.plan(fault)

    first = strict.world.inv(*PUBLISH)

    assert fault.skip < 0, first.text
    strict.proxy.clear()
    if first.code != 0:
        assert case.for_good, first.text
        assert first.code == 1
        assert "  run: " in first.text
        second = strict.world.inv(*PUBLISH)
        assert second.code == 0, first.text + second.text
    assert end_of(strict.world, strict.simple) == unbroken
    assert_clean(strict.world)


def test_a_file_that_somebody_uploads_first_is_a_conflict(strict: Strict) -> None:
    """Between our look and our upload somebody else's file takes the name: nothing of it is called ours."""

    def taken(exchange: Exchange) -> None:
        strict.lay(WHEEL, b"not ours")
        exchange.forward(exchange.body())

    strict.proxy.plan(Fault(taken, "POST", times=1))

    ran = strict.world.inv(*RELEASE)

    record = strict.world.git("tag", "--list", "--format=%(contents)", "v0.1.0")
    ours = next(line.split()[0] for line in record.splitlines() if line.endswith(WHEEL))
    theirs = served(strict.simple)[WHEEL]
    assert ran.code == 1
    assert ran.text.endswith(
        "cannot upload to local for acme 0.1.0\n"
        f"  why: {WHEEL} is on local with sha256 {theirs[:8]}.., the built file has {ours[:8]}..; "
        "an uploaded file cannot be replaced\n"
        "  run: inv abort --spent && inv release patch      (abandons 0.1.0; what is published stays)\n"
    ), ran.text
    assert list(served(strict.simple)) == [WHEEL]

    assert strict.world.inv("abort", "--spent", "--yes").code == 0
    strict.world.released("patch")

    assert sorted(served(strict.simple)) == [WHEEL, "acme-0.1.1-py3-none-any.whl", "acme-0.1.1.tar.gz"]


def test_a_file_that_reaches_the_index_twice_is_one_file(strict: Strict, unbroken: End) -> None:
    """A machine on the way that sends a request again is not noticed."""

    def twice(exchange: Exchange) -> None:
        body = exchange.body()
        exchange.ask(body)
        exchange.forward(body)

    strict.proxy.plan(Fault(twice, "POST"))

    strict.world.released("minor")

    assert end_of(strict.world, strict.simple) == unbroken
