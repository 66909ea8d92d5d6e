"""Releases that are shown on a forge: drafted with their files, and made public when the index has proven them."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown, sums_of, token_for, with_forge
from tests.support.making import ready
from tests.support.world import World


@pytest.mark.journey
@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_release_is_shown_with_its_files(world: World, server: ForgeServer) -> None:
    ready(with_forge(world, server))

    text = world.released("minor", "--verbose", cwd=None, **token_for(server))

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
    page = {"gitlab": "-/releases/v0.1.0"}.get(server.kind.name, "releases/tag/v0.1.0")
    assert re.search(rf"^acme 0\.1\.0 is released.*\nhttp\S+/octo/acme/{page}$", text, re.MULTILINE)


@pytest.mark.journey
def test_the_draft_stays_one_while_an_index_refuses(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))

    refused = world.inv("release", "minor", "--yes", cwd=None, TWINE_PASSWORD="wrong", **token_for(github))
    while_refused = shown(github)
    status = world.inv("status", cwd=None, **token_for(github))
    text = world.released("minor", cwd=None, **token_for(github))

    assert refused.code == 1, refused.text
    assert [each.draft for each in while_refused] == [True]
    assert re.findall(r"(to do|done) +(?:draft the forge release|upload to local|make the forge)", status.out) == [
        "done",
        "to do",
        "to do",
    ]
    assert [each.draft for each in shown(github)] == [False]
    assert text.index("install from index") < text.index("make the forge release public")


@pytest.mark.journey
def test_a_release_that_is_given_up_leaves_no_draft(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))
    refused = world.inv("release", "minor", "--yes", cwd=None, TWINE_PASSWORD="wrong", **token_for(github))

    given_up = world.inv("abort", "--spent", "--yes", cwd=None, **token_for(github))

    assert refused.code == 1, refused.text
    assert given_up.code == 0, given_up.text
    assert shown(github) == []


@pytest.mark.journey
def test_a_candidate_is_shown_as_one(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))

    world.released("minor", "--pre", "rc", cwd=None, **token_for(github))

    (release,) = shown(github)
    assert (release.tag, release.draft, release.prerelease) == ("v0.1.0rc1", False, True)
    assert release.body.startswith("### Features\n\n- Something new\n\n<!-- Release: 0.1.0rc1 (")
    assert "latest" not in github.state.settings


@pytest.mark.journey
def test_a_rehearsal_asks_no_forge_and_says_so(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))

    ran = world.run(sys.executable, "-m", "invoke", "rehearse", "minor", env=token_for(github))

    assert ran.code == 0, ran.text
    assert "github is not part of a rehearsal: it would show the draft to others" in ran.out
    assert github.requests == []


@pytest.mark.journey
def test_a_dry_run_asks_and_changes_nothing(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))

    ran = world.inv("release", "minor", "--dry-run", cwd=None, **token_for(github))

    assert ran.code == 0, ran.text
    assert github.changes == 0
    assert re.search(r"to do +draft the forge release +there is no release commit|v0.1.0 is not on origin", ran.out)
    assert "  the release on github (127.0.0.1:" in ran.out


@pytest.mark.journey
def test_without_a_token_nothing_is_begun(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))
    before = world.remote_refs()

    ran = world.inv("release", "minor", "--yes")

    assert ran.code == 1, ran.text
    assert ": no token in GH_ENTERPRISE_TOKEN, " in ran.err
    assert world.remote_refs() == before


@pytest.mark.journey
def test_the_page_of_a_candidate_may_be_removed(world: World, github: ForgeServer) -> None:
    ready(with_forge(world, github))
    world.released("minor", "--pre", "rc", cwd=None, **token_for(github))
    github.state.table("releases").clear()
    github.state.table("assets").clear()
    shutil.rmtree(world.project / "dist")

    status = world.inv("status", cwd=None, **token_for(github))
    world.released("minor", cwd=None, **token_for(github))

    assert "acme 0.1.0rc1 is released\n" in status.out
    assert [each.tag for each in shown(github)] == ["v0.1.0"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_release_to_a_folder_is_made_and_told_that_no_forge_shows_it(repository: World, kind: str) -> None:
    repository.write("release.toml", f'index = []\ncheck = false\nquality = []\n\n[forge]\nkind = "{kind}"\n')
    repository.git("commit", "--quiet", "--all", "--message=a forge")
    repository.note()
    skip = "--skip=secrets,risky code,audit,api,tools"

    text = repository.released("minor", skip)

    told = f"origin ({repository.remote}) is a folder: {kind} will not show the release"
    assert re.search(rf"^  warn    forge +{re.escape(told)}$", text, re.MULTILINE)
    assert "forge account" not in text
    assert "draft the forge release" not in text
    assert "\nignoring warnings: forge\n" in text
    assert f"  {kind}: shows no releases, because the remote is a folder\n" in repository.inv("doctor").out
