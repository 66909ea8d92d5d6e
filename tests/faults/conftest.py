"""Fixtures of the fault suites: one index behind one proxy for all tests of a worker, emptied for each of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.adapters.index.local_index import embedded_index
from tests.faults.moments import Start
from tests.faults.worlds import BUILT, RELEASE, Behind, mould, only_the_tag, quickly, unproven, wholly, without_index
from tests.support.ended import End, end_of
from tests.support.mould import Mould
from tests.support.proxy import Proxy
from tests.support.secrets import PASSWORD, USER


@pytest.fixture(scope="session")
def session_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """pypiserver, which takes uploads of one user, and a proxy before it."""
    place = tmp_path_factory.mktemp("behind")
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    (place / "htpasswd").write_text(f"{USER}:{{SHA}}{digest}\n")
    with embedded_index(place / "index", place / "htpasswd") as address, Proxy(address) as proxy:
        yield Behind(address, proxy, place / "index")


@pytest.fixture
def behind(session_index: Behind) -> Behind:
    """An empty index behind a proxy that lets everything through."""
    session_index.clear()
    return session_index


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory, rendered: Path, session_index: Behind) -> Mould:
    """A project in which nothing of the release has been done; its index is behind the proxy."""
    return mould(tmp_path_factory.mktemp("mould") / "fresh", rendered, session_index.proxy.url)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, rendered: Path, session_index: Behind) -> Mould:
    """The same project when the release commit is made and the distributions are built."""
    session_index.clear()
    return mould(tmp_path_factory.mktemp("mould") / "built", rendered, session_index.proxy.url, quickly, *BUILT)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, rendered: Path, session_index: Behind) -> Mould:
    """A project like `fresh` whose releases leave nothing out."""
    return mould(tmp_path_factory.mktemp("mould") / "whole", rendered, session_index.proxy.url, wholly)


@pytest.fixture(scope="session")
def unproven_fresh(tmp_path_factory: pytest.TempPathFactory, rendered: Path, session_index: Behind) -> Mould:
    """A project like `fresh` whose releases are nothing but changes of the world."""
    return mould(tmp_path_factory.mktemp("mould") / "unproven", rendered, session_index.proxy.url, unproven)


@pytest.fixture(scope="session")
def unproven_built(tmp_path_factory: pytest.TempPathFactory, rendered: Path, session_index: Behind) -> Mould:
    """That project when the release commit is made and the distributions are built."""
    session_index.clear()
    place = tmp_path_factory.mktemp("mould") / "unproven-built"
    return mould(place, rendered, session_index.proxy.url, unproven, *BUILT)


@pytest.fixture
def start(unproven_fresh: Mould, unproven_built: Mould) -> Start:
    """Where a release is killed: its releases are nothing but changes of the world."""
    return Start(unproven_fresh, unproven_built)


@pytest.fixture(scope="session")
def tagged_only(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Mould:
    """A project that publishes to no index: its releases are tags."""
    return mould(tmp_path_factory.mktemp("mould") / "tagged", rendered, "", without_index)


@pytest.fixture(scope="session")
def tag_and_no_more(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Mould:
    """A project whose releases end with the tag: no index, and no next version."""
    return mould(tmp_path_factory.mktemp("mould") / "tag", rendered, "", only_the_tag)


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory, fresh: Mould, session_index: Behind) -> End:
    """How a release ends that nothing disturbed."""
    session_index.clear()
    world = fresh.copy(tmp_path_factory.mktemp("unbroken") / "world", session_index.index)
    world.released(*RELEASE[1:2])
    end = end_of(world)
    session_index.clear()
    return end
