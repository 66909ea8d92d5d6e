"""Yanking where a forge shows the release: its page tells of it, once, or nothing is yanked."""

from __future__ import annotations

from pathlib import Path

from release.adapters.forge.protocols import Page
from tests.commands.test_yank import showing
from tests.support.forges.kinds import forge_server, opened
from tests.support.forges.server import ForgeServer
from tests.support.forges.worlds import shown, token_for, with_forge
from tests.support.serving import serving
from tests.support.traces import traces
from tests.support.world import make_world


def show(forge: ForgeServer) -> None:
    """Let the forge show acme 0.1.0."""
    page = Page("v0.1.0", "0" * 40, "acme 0.1.0", "Something new", prerelease=False)
    releases = opened(forge).releases
    releases.draft(page)
    releases.publish(releases.find("v0.1.0")[0], page, latest=True)


def test_the_page_on_the_forge_tells_it_at_its_top_once(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(lambda: True)) as address, forge_server("github") as forge:
        world = with_forge(make_world(tmp_path, rendered, address), forge)
        show(forge)

        for state in ("to do", "done"):
            words = ("yank", "0.1.0", "--reason", "it deletes files")
            tried = world.inv(*words, "--dry-run", cwd=None, **token_for(forge))
            assert f"  {state:<7} tell it on the forge                http://127.0.0.1:" in tried.out
            ran = world.inv(*words, cwd=None, **token_for(forge))
            assert ran.code == 0, ran.text

        assert [each.body for each in shown(forge)] == ["**Yanked:** it deletes files\n\nSomething new"]
        assert "  done    tell it on the forge                http://127.0.0.1:" in ran.out


def test_a_page_that_cannot_be_written_is_told_before_the_yank(tmp_path: Path, rendered: Path) -> None:
    with serving(showing(lambda: True)) as address, forge_server("github") as forge:
        world = with_forge(make_world(tmp_path, rendered, address), forge)
        show(forge)
        forge.account("a-reader", "eve")
        before = traces(world)

        ran = world.inv("yank", "0.1.0", "--reason", "broken", GH_TOKEN="a-reader")

    assert (ran.code, ran.out, ran.err.strip("\n")) == (
        1,
        "",
        f"cannot add the yank to the release page of 0.1.0 on github ({forge.address.removeprefix('http://')})\n"
        "  why: the token from GH_TOKEN (eve) lacks contents: write\n"
        "  run: export GH_TOKEN=...      (a token with contents: write)",
    )
    assert traces(world) == before
