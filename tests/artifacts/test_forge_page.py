"""The page of a forge release: notes, mark and limits, and which release is the latest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.version import Version

from release.adapters.forge.protocols import ForgeRelease
from release.artifacts.forge_page import forge_of, is_current, is_latest, is_ours, noticed, page_of
from release.base.errors import ReleaseError
from release.context import Context
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import on
from tests.support.world import World


@pytest.fixture
def ctx(tagged: World, github: ForgeServer) -> Context:
    return on(tagged, github)


def commit_of(ctx: Context) -> str:
    return str(ctx.release_commit())


def test_the_page_has_the_section_of_the_version_and_the_mark(ctx: Context) -> None:
    page = page_of(ctx, commit_of(ctx))

    assert (page.tag, page.title, page.prerelease) == ("v0.1.0", "acme 0.1.0", False)
    assert page.body == f"- Something new\n\n<!-- Release: 0.1.0 ({commit_of(ctx)}) -->"


def test_the_page_of_a_candidate_has_the_fragments_that_it_was_made_with(ctx: Context, tagged: World) -> None:
    tagged.write("changelog.d/+one.fix.md", "One thing works.\n")
    tagged.write("changelog.d/+two.feature.md", "Another is new.\n")
    commit = tagged.commit("Release acme 0.2.0rc1\n\nRelease: 0.2.0rc1")
    tagged.git("reset", "--quiet", "--hard", "HEAD^")
    candidate = ctx.taking(replace(ctx.release, version=Version("0.2.0rc1"), tag="v0.2.0rc1"))

    page = page_of(candidate, commit)

    assert page.prerelease
    notes = "### Features\n\n- Another is new.\n\n### Fixes\n\n- One thing works.\n\n"
    assert page.body.startswith(f"{notes}<!-- Release: 0.2.0rc1 (")


def test_a_body_that_is_too_long_is_cut_with_the_address_of_the_rest(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    limit = forge_of(ctx).releases.largest_body
    tagged.write(
        "CHANGELOG.md", "# Changelog\n\n## 0.1.0 (2026-11-27)\n\n" + "- one of many lines\n" * (limit // 20 + 1)
    )
    commit = tagged.commit("a long one")
    tagged.git("reset", "--quiet", "--hard", "HEAD^")

    body = page_of(ctx, commit).body

    folder = {"github": "blob", "gitlab": "-/blob", "gitea": "src/tag"}[server.kind.name]
    rest = f"The rest: {server.address}/octo/acme/{folder}/v0.1.0/CHANGELOG.md\n\n<!-- Release: 0.1.0 ({commit}) -->"
    assert limit - 100 < len(body) <= limit
    assert body.endswith(f"- one of many lines\n\n{rest}")


def test_a_notice_on_a_page_that_is_full_leaves_its_mark(ctx: Context) -> None:
    body = page_of(ctx, commit_of(ctx)).body
    full = "- one of many lines\n" * 100 + body

    told = noticed(full, "**Yanked:** it deletes files", len(full))

    assert told.startswith("**Yanked:** it deletes files\n\n- one of many lines\n")
    assert len(told) == len(full)
    assert is_ours(ctx, found(told))
    assert noticed(body, "**Yanked:** soon", len(full)) == f"**Yanked:** soon\n\n{body}"


def found(body: str, *, draft: bool = True) -> ForgeRelease:
    return ForgeRelease("1", "v0.1.0", "", body, draft, (), "")


def test_a_page_is_ours_by_its_mark_alone(ctx: Context) -> None:
    mark = "<!-- Release: 0.1.0 (0123456789012345678901234567890123456789) -->"

    assert is_ours(ctx, found(f"edited by hand\n{mark}\nand below"))
    assert not is_current(ctx.git, found(mark), commit_of(ctx))
    assert is_current(ctx.git, found(page_of(ctx, commit_of(ctx)).body), commit_of(ctx))
    for body in ("", "Something new", mark.replace("0.1.0", "0.1.1")):
        assert not is_ours(ctx, found(body))


def test_the_latest_is_the_newest_final_whatever_the_order_of_releases(ctx: Context, tagged: World) -> None:
    def with_tag(name: str) -> bool:
        tagged.git("tag", name, cwd=tagged.remote)
        ctx.git.ask_remote_again()
        try:
            return is_latest(ctx)
        finally:
            tagged.git("tag", "--delete", name, cwd=tagged.remote)
            ctx.git.ask_remote_again()

    assert is_latest(ctx)
    assert not with_tag("v0.1.1")
    assert with_tag("v0.2.0a1")
    assert with_tag("nightly")
    assert not is_latest(ctx.taking(replace(ctx.release, version=Version("9.0rc1"))))


def test_without_a_place_it_is_said_what_is_missing(ctx: Context, tagged: World) -> None:
    nowhere = replace(ctx, forge=None)

    with pytest.raises(ReleaseError) as refused:
        forge_of(nowhere)
    assert refused.value.why == f"the address of origin ({tagged.remote}) contains no project"
    with pytest.raises(ReleaseError) as refused:
        forge_of(replace(nowhere, config=replace(ctx.config, remote="hub")))
    assert (refused.value.why, refused.value.run) == ("there is no remote hub", "git remote add hub URL")
