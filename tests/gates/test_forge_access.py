"""What is asked of a forge before a release begins, and how each gate refuses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from packaging.version import Version

from release.adapters.forge.protocols import Page
from release.adapters.retry import Unavailable
from release.engine.gate import Verdict
from release.gate_order import before_all, before_tag
from release.gates import forge_access
from tests.support.forges.kinds import forge_server, opened
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import on, release
from tests.support.world import World


def account(world: World, server: ForgeServer, token: str) -> Verdict:
    return forge_access.ACCOUNT.ask(replace(on(world, server), forge=opened(server, token=token)))


def test_an_account_that_may_release_is_named_with_where_its_token_is_from(server: ForgeServer, tagged: World) -> None:
    verdict = forge_access.ACCOUNT.ask(on(tagged, server))

    assert verdict.met
    assert " accepts ada, by the token from G" in verdict.fact


def test_no_token_is_refused_with_where_it_was_looked_for(github: ForgeServer, tagged: World) -> None:
    verdict = account(tagged, github, "")

    assert verdict.met is False
    assert verdict.fact == (
        f"cannot make a release on github ({github.address.removeprefix('http://')}): "
        "no token in GH_ENTERPRISE_TOKEN, GITHUB_ENTERPRISE_TOKEN, GH_TOKEN, GITHUB_TOKEN, the keyring or gh"
    )
    assert verdict.run.startswith("export GH_ENTERPRISE_TOKEN=...")


def test_a_token_that_is_not_accepted_is_refused(server: ForgeServer, tagged: World) -> None:
    verdict = account(tagged, server, "expired")

    assert verdict.met is False
    source = re.search(r" answered 401 .*, to the token from (G\w+_TOKEN)$", verdict.fact)
    assert source
    assert verdict.run.startswith(f"export {source[1]}=...")


def test_a_reader_is_refused(server: ForgeServer, tagged: World) -> None:
    server.account("a-reader", "eve")

    verdict = account(tagged, server, "a-reader")

    assert verdict.met is False
    lacking = verdict.fact.partition(" (eve) lacks ")[2]
    assert lacking
    assert re.fullmatch(rf"export G\w+_TOKEN=\.\.\.      \(a token with {re.escape(lacking)}\)", verdict.run)


def test_a_project_that_moved_is_refused(github: ForgeServer, tagged: World) -> None:
    github.state.settings["renamed"] = "octo/acme-new"

    verdict = forge_access.ACCOUNT.ask(on(tagged, github))

    assert (verdict.met, verdict.fact) == (False, "octo/acme is octo/acme-new now")


def test_a_remote_that_names_no_project_is_refused(github: ForgeServer, tagged: World) -> None:
    verdict = forge_access.ACCOUNT.ask(replace(on(tagged, github), forge=None))

    assert verdict.met is False
    assert f"the address of origin ({tagged.remote}) contains no project" in verdict.fact
    assert verdict.run == "$EDITOR release.toml      (forge: api and project)"


def test_a_forge_that_does_not_answer_has_not_refused(tagged: World) -> None:
    with forge_server("github") as server:
        ctx = on(tagged, server)

    with pytest.raises(Unavailable):
        forge_access.ACCOUNT.ask(ctx)


def test_a_page_that_is_free_or_ours_is_fine(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    before = forge_access.PAGE.ask(ctx)
    release(ctx)

    assert before.met
    assert forge_access.PAGE.ask(ctx).met


def test_a_page_of_somebody_else_is_refused(server: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, server)
    assert ctx.forge
    page = Page("v0.1.0", "0" * 40, "", "mine", prerelease=False)
    ctx.forge.releases.draft(page)
    ctx.forge.releases.publish(ctx.forge.releases.find("v0.1.0")[0], page, latest=True)

    verdict = forge_access.PAGE.ask(ctx)

    assert verdict.met is False
    assert " already has a release of v0.1.0 from elsewhere: http" in verdict.fact


def test_a_pattern_that_means_no_file_is_refused_before_the_tag(github: ForgeServer, tagged: World) -> None:
    """What is made from the release commit is asked for when that is there; all else before anything changes."""
    ctx = on(tagged, github, assets=("dist-executable/*-{version}-*", "manual.pdf"))
    before = ctx.taking(replace(ctx.release, version=Version("0.2.0"), tag="v0.2.0"))

    made, first = forge_access.FILES.ask(ctx), forge_access.FILES.ask(before)

    ending = " (forge.assets); the release would stop after its tag is public"
    assert (made.met, made.fact) == (False, f"nothing matches dist-executable/*-0.1.0-*, manual.pdf{ending}")
    assert made.run.startswith("nox -s executable ")
    assert (first.met, first.fact) == (False, f"nothing matches manual.pdf{ending}")
    assert first.run.startswith("$EDITOR release.toml ")
    (tagged.project / "manual.pdf").write_text("read it")
    try:
        assert forge_access.FILES.ask(before) == Verdict(True, "checked again before the tag")
        assert forge_access.FILES.ask(on(tagged, github, assets=("manual.pdf",))).met
        assert forge_access.FILES.ask(ctx).met is False
        (tagged.project / "odd name").touch()
        odd = forge_access.FILES.ask(on(tagged, github, assets=("odd*",)))
        assert (odd.met, "characters that a forge would replace" in odd.fact) == (False, True)
    finally:
        (tagged.project / "manual.pdf").unlink()
        (tagged.project / "odd name").unlink(missing_ok=True)


def test_they_are_asked_before_anything_changes_and_before_the_tag(github: ForgeServer, tagged: World) -> None:
    ctx = on(tagged, github, assets=("manual.pdf",))

    assert forge_access.FILES.name in [gate.name for gate in before_all(ctx)]
    assert forge_access.FILES in before_tag(ctx.config)
    assert before_tag(on(tagged, github).config) == ()
