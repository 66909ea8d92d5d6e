"""The forge release made public: once, as the latest only where it is, and never without its files."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.engine.converge import converge
from release.engine.step import State
from release.steps.draft_forge_release import DRAFT
from release.steps.publish_forge_release import REVEAL
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import assert_shown_once, on, release
from tests.support.forges.worlds import shown
from tests.support.world import World


def test_absent_while_it_is_a_draft_and_done_when_it_is_shown(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    converge(ctx, (DRAFT,), lambda *_: None)
    before = REVEAL.observe(ctx)

    release(ctx)

    assert (before.state, before.fact) == (State.ABSENT, f"it is a draft on {ctx.forge and ctx.forge.name}")
    assert REVEAL.observe(ctx).fact.startswith(server.address)
    assert_shown_once(server, tagged)


def test_what_is_public_is_left_alone(server: ForgeServer, tagged: World) -> None:
    release(on(tagged, server))
    changes = server.changes

    release(on(tagged, server))

    assert server.changes == changes


def test_a_draft_that_lost_a_file_is_not_shown(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    converge(ctx, (DRAFT,), lambda *_: None)
    github.state.table("assets").popitem()

    with pytest.raises(ReleaseError) as refused:
        converge(ctx, (REVEAL,), lambda *_: None)

    assert refused.value.why.startswith("3 of 4 files are in the draft on github")
    assert [each.draft for each in shown(github)] == [True]


def test_after_an_immutable_release_nothing_is_tried(github: ForgeServer, tagged: World) -> None:
    github.state.settings["immutable"] = True
    release(on(tagged, github))
    github.state.table("assets").popitem()  # as if the forge had lost one
    changes = github.changes

    release(on(tagged, github))

    assert github.changes == changes


def test_the_newest_final_is_the_latest(github: ForgeServer, tagged: World) -> None:
    release(on(tagged, github))

    assert github.state.settings["latest"] == next(iter(github.state.table("releases")))


def test_a_patch_of_an_older_line_is_not_the_latest(github: ForgeServer, tagged: World) -> None:
    tagged.git("tag", "v1.0.0", cwd=tagged.remote)
    try:
        release(on(tagged, github))
    finally:
        tagged.git("tag", "--delete", "v1.0.0", cwd=tagged.remote)

    assert "latest" not in github.state.settings
    assert [each.draft for each in shown(github)] == [False]


def test_a_candidate_of_the_next_version_takes_nothing_from_the_latest(github: ForgeServer, tagged: World) -> None:
    tagged.git("tag", "v1.0.0rc1", cwd=tagged.remote)
    try:
        release(on(tagged, github))
    finally:
        tagged.git("tag", "--delete", "v1.0.0rc1", cwd=tagged.remote)

    assert "latest" in github.state.settings
