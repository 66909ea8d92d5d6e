"""Releasing from end to end, asked of git and of the index."""

from __future__ import annotations

import json

from tests.support.world import World


def test_a_release_reaches_the_remote_and_the_index(world: World) -> None:
    world.note("feature", "Something new")

    text = world.released("minor")

    refs, head = world.remote_refs(), world.git("rev-parse", "HEAD")
    assert refs["refs/heads/main"] == head, text
    assert refs["refs/tags/v0.1.0^{}"] == world.git("rev-parse", "HEAD^")
    tagged = world.git("for-each-ref", "--format=%(contents)", "refs/tags/v0.1.0").splitlines()[2:]
    assert {name: sha for sha, name in (row.split() for row in tagged if row)} == world.files()
    assert sorted(world.files()) == ["acme-0.1.0-py3-none-any.whl", "acme-0.1.0.tar.gz"]
    assert world.git("status", "--porcelain") == ""


def test_a_release_commit_that_nobody_saw_is_in_hand_although_the_remote_has_a_later_version(world: World) -> None:
    world.note("feature", "Something new")
    world.released("minor")
    world.note("fix", "Something mended")

    bumped = world.inv("bump", "patch")
    status = world.inv("status", "--json")

    assert bumped.code == 0, bumped.text
    steps = {step["name"]: step["state"] for step in json.loads(status.out)["steps"]}
    assert steps["open the line again"] == "to do"
    assert not json.loads(status.out)["complete"]
