"""The draft of a forge release: what is ours, missing, half-sent, foreign, or left of another attempt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from release.adapters.forge.protocols import Page
from release.artifacts.forge_page import page_of
from release.base.errors import ReleaseError
from release.context import Context
from release.engine.converge import converge
from release.engine.step import State
from release.steps.draft_forge_release import DRAFT
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import assert_shown_once, on, release
from tests.support.forges.worlds import shown
from tests.support.world import World

FILES = ["SHA256SUMS", "acme-0.1.0-py3-none-any.whl", "acme-0.1.0.cdx.json", "acme-0.1.0.tar.gz"]
EMPTY = Page("v0.1.0", "0" * 40, "", "mine", prerelease=False)


def draft(ctx: Context) -> None:
    converge(ctx, (DRAFT,), lambda *_: None)


def commit_of(ctx: Context) -> str:
    return str(ctx.release_commit())


def test_without_a_tag_on_the_remote_the_forge_is_not_asked(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    later = ctx.taking(replace(ctx.release, tag="v0.2.0"))

    assert DRAFT.observe(later).fact == "v0.2.0 is not on origin"
    assert github.requests == []


def test_absent_and_then_done(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    before = DRAFT.observe(ctx)

    draft(ctx)

    assert before.state is State.ABSENT
    assert DRAFT.observe(ctx).fact == f"a draft with 4 files on {ctx.forge and ctx.forge.name}"
    if server.kind.name != "gitlab":
        assert [(each.draft, sorted(each.files)) for each in shown(server)] == [(True, FILES)]


def test_a_draft_without_files_has_begun(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    assert ctx.forge
    ctx.forge.releases.draft(page_of(ctx, commit_of(ctx)))

    seen = DRAFT.observe(ctx)

    assert (seen.state, seen.begun) == (State.ABSENT, True)
    assert seen.fact.startswith("0 of 4 files are in the draft on github")


def test_where_somebody_else_was_faster_no_second_draft_is_made(server: ForgeServer, tagged: World) -> None:
    release(on(tagged, server))
    changes = server.changes

    DRAFT.do(on(tagged, server))

    assert server.changes == changes


def test_done_is_not_done_again(server: ForgeServer, tagged: World) -> None:
    draft(on(tagged, server))
    changes = server.changes

    draft(on(tagged, server))

    assert server.changes == changes


def test_a_file_that_was_cut_off_is_sent_again(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    draft(ctx)
    asset = next(iter(github.state.table("assets").values()))
    asset.update(state="open", digest=None, size=0)

    assert DRAFT.observe(ctx).fact.startswith("3 of 4 files are in the draft on github")
    release(ctx)
    assert_shown_once(github, tagged)


def test_a_file_with_other_bytes_is_sent_again_while_nobody_has_seen_it(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    draft(ctx)
    rows = server.state.table("files" if server.kind.name == "gitlab" else "assets")
    row = next(iter(rows.values()))
    server.state.contents[row["id"]] = b"other bytes"
    row.update({name: value for name, value in (("digest", "sha256:0"), ("file_sha256", "0")) if name in row})

    release(ctx)

    assert_shown_once(server, tagged)


@pytest.mark.parametrize("server", ["gitlab"], indirect=True)
def test_a_file_that_is_there_twice_is_there_once_at_the_end(server: ForgeServer, tagged: World) -> None:
    """GitLab keeps both when a file is sent again."""
    ctx = on(tagged, server)
    draft(ctx)
    assert ctx.forge
    (there,) = ctx.forge.releases.find("v0.1.0")
    ctx.forge.releases.attach(there, next((tagged.project / "dist").glob("0.1.0-*/*.whl")))

    release(ctx)

    assert_shown_once(server, tagged)


def test_a_draft_of_somebody_else_is_a_conflict(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    assert ctx.forge
    ctx.forge.releases.draft(EMPTY)

    seen = DRAFT.observe(ctx)

    assert seen.state is State.CONFLICT
    assert "has a draft of v0.1.0 that is not from this release: http" in seen.fact
    assert seen.run.startswith("python -m webbrowser http")


def test_a_public_release_of_somebody_else_is_a_conflict(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    assert ctx.forge
    ctx.forge.releases.draft(EMPTY)
    ctx.forge.releases.publish(ctx.forge.releases.find("v0.1.0")[0], EMPTY, latest=True)

    seen = DRAFT.observe(ctx)

    assert seen.state is State.CONFLICT
    assert "shows a release of v0.1.0 that is not from this release" in seen.fact


def test_two_drafts_of_ours_become_one(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    assert ctx.forge
    for _ in range(2):
        ctx.forge.releases.draft(page_of(ctx, commit_of(ctx)))

    release(ctx)

    assert_shown_once(github, tagged)


def test_the_draft_of_an_attempt_that_was_taken_back_makes_room(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github)
    assert ctx.forge
    page = page_of(ctx, commit_of(ctx))
    ctx.forge.releases.draft(replace(page, body=page.body.replace(commit_of(ctx), "0" * 40)))

    release(ctx)

    assert_shown_once(github, tagged)


def test_undone_nothing_of_it_is_left(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    draft(ctx)

    assert DRAFT.undo
    DRAFT.undo(ctx)

    assert [server.state.table(name) for name in ("releases", "assets", "packages", "files")] == [{}, {}, {}, {}]


def test_where_nothing_is_built_the_tag_says_what_a_draft_has(
    server: ForgeServer, tagged: World, tmp_path: Path
) -> None:
    """A fresh clone of a release whose uploads are done: a build is not needed again for it."""
    draft(on(tagged, server))
    (tagged.project / "dist").rename(tmp_path / "dist")
    try:
        release(on(tagged, server))
    finally:
        (tmp_path / "dist").rename(tagged.project / "dist")

    assert_shown_once(server, tagged)


def test_a_draft_that_lacks_what_is_not_here_is_not_filled_by_chance(
    github: ForgeServer, tagged: World, tmp_path: Path
) -> None:
    draft(on(tagged, github))
    number = next(key for key, row in github.state.table("assets").items() if row["name"].endswith(".whl"))
    del github.state.table("assets")[number]
    (tagged.project / "dist").rename(tmp_path / "dist")
    try:
        with pytest.raises(ReleaseError) as refused:
            release(on(tagged, github))
    finally:
        (tmp_path / "dist").rename(tagged.project / "dist")

    assert refused.value.what == "cannot attach acme-0.1.0-py3-none-any.whl"
