"""Several indexes: each converges by itself, in the order of release.toml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from release.adapters.index.local_index import embedded_index
from tests.support.making import clone_of, ready, tagged
from tests.support.serving import Answer, Request, serving
from tests.support.world import World, make_world

SECOND = """
[[index]]
name = "second-one"
upload = "{address}"
simple = "{address}simple/"
"""


def adding(address: str, world: World) -> World:
    """Add another index to the project's release.toml."""
    path = world.project / "release.toml"
    first, tail = path.read_text(encoding="utf-8").split("\n[retry]")
    world.commit("a second index", **{"release.toml": first + SECOND.format(address=address) + "\n[retry]" + tail})
    world.git("push", "--quiet", "origin", "main")
    return world


@pytest.fixture
def second(tmp_path: Path) -> Iterator[str]:
    """The address of another index, which takes uploads of anybody."""
    with embedded_index(tmp_path / "second") as address:
        yield address


def test_a_release_reaches_every_index(world: World, second: str) -> None:
    adding(second, ready(world))

    text = world.released("minor")

    assert len(world.files()) == 2
    assert replace(world, index=second).files() == world.files()
    rows = [row for row in text.splitlines() if "upload to" in row]
    assert [row.split()[3] for row in rows] == ["local", "second-one"]
    assert f"pip install --index-url {second}simple/ acme==0.1.0" in text


def test_an_index_that_fails_is_finished_by_the_same_command_elsewhere(
    world: World, second: str, distributions: list[Path]
) -> None:
    def answer(request: Request) -> Answer:
        if request.method == "POST":
            return Answer(403)
        return Answer(200 if request.path == "/simple/" else 404)

    with serving(answer) as bad:
        adding(bad, ready(world))
        refused = world.inv("release", "minor", "--yes")
        assert refused.code == 1
        assert refused.err.strip("\n").splitlines()[0] == "cannot upload acme 0.1.0 to second-one"
    uploaded = world.files()
    elsewhere = clone_of(world)
    path = elsewhere.project / "release.toml"
    elsewhere.commit("mend the address", **{"release.toml": path.read_text().replace(bad, second)})
    elsewhere.git("push", "--quiet", "origin", "main")

    elsewhere.released("minor")

    assert world.files() == uploaded
    assert replace(world, index=second).files() == uploaded
    assert "refs/tags/v0.1.0" in world.remote_refs()


def test_nothing_is_begun_while_one_of_the_indexes_has_the_version(
    world: World, shelf: Path, second: str, tmp_path: Path
) -> None:
    adding(second, ready(world))
    (tmp_path / "second" / "acme-0.1.0.tar.gz").write_bytes(b"theirs")

    ran = world.inv("release", "minor", "--yes")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot release: version free\n"
        "  why: second-one has acme-0.1.0.tar.gz; an uploaded file cannot be replaced\n"
        "  run: inv release 0.2.0",
    )
    assert world.files() == {}


def test_every_index_has_its_own_user(world: World, distributions: list[Path]) -> None:
    ready(world)
    tagged(world, distributions)

    refused = world.inv("publish", "--yes", RELEASE_LOCAL_USERNAME="ada", RELEASE_LOCAL_PASSWORD="not the password")
    accepted = world.inv(
        "publish",
        "--yes",
        TWINE_PASSWORD="not the password",
        RELEASE_LOCAL_USERNAME="ada",
        RELEASE_LOCAL_PASSWORD=world.environment()["TWINE_PASSWORD"],
    )

    assert refused.code == 1
    assert refused.err.strip("\n") == (
        "cannot upload acme 0.1.0 to local\n"
        "  why: it answered 403 Forbidden to ada, by the password from RELEASE_LOCAL_PASSWORD\n"
        "  run: export RELEASE_LOCAL_USERNAME=... RELEASE_LOCAL_PASSWORD=...      (then the same command again)"
    )
    assert accepted.code == 0, accepted.text


def test_an_index_that_is_added_later_does_not_open_old_releases_again(world: World, second: str) -> None:
    ready(world)
    world.released("minor")

    adding(second, world)

    assert world.inv("status").out.splitlines()[0] == "acme 0.1.0 is released"


def test_an_address_may_change_its_host(tmp_path: Path, rendered: Path, index: str, distributions: list[Path]) -> None:
    """What was released stays released when the index moves."""
    world = make_world(tmp_path, rendered, index)
    ready(world)
    world.released("minor")
    path = world.project / "release.toml"
    world.commit("moved", **{"release.toml": path.read_text().replace("127.0.0.1", "localhost")})

    assert world.inv("status").out.splitlines()[0] == "acme 0.1.0 is released"
