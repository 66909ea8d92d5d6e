"""Releases that are shown on a forge: drafted with their files, and made public when the index has proven them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.forges.kinds import KINDS, forge_server
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown, sums_of, token_for, with_forge
from tests.support.making import ready
from tests.support.world import World


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with forge_server(request.param) as server:
        yield server


@pytest.fixture
def github() -> Iterator[ForgeServer]:
    with forge_server("github") as server:
        yield server


@pytest.mark.journey
def test_a_release_is_shown_with_its_files(world: World, server: ForgeServer) -> None:
    ready(with_forge(world, server))

    text = world.released("minor", cwd=None, **token_for(server))

    (release,) = shown(server)
    commit = world.git("rev-parse", "v0.1.0^{commit}")
    files = sums_of(next((world.project / "dist").glob("0.1.0-*"))) | sums_of(
        next((world.project / "dist").glob("evidence-*"))
    )
    assert (release.tag, release.draft, release.prerelease) == ("v0.1.0", False, False)
    assert release.files == files
    assert sorted(files) == ["SHA256SUMS", "acme-0.1.0-py3-none-any.whl", "acme-0.1.0.cdx.json", "acme-0.1.0.tar.gz"]
    assert "Something new" in release.body
    assert release.body.endswith(f"<!-- Release: 0.1.0 ({commit}) -->")
    assert re.findall(r"(forge account|forge page|draft the forge release|make the forge release public) ", text) == [
        "forge account",
        "forge page",
        "draft the forge release",
        "make the forge release public",
    ]
    assert f"the release on {server.kind.name} (127.0.0.1:" in text
