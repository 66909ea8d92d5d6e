"""Where a hotfix goes: as its own tree says, else as the main branch says, and a dry run says the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from packaging.version import Version

from release.base.errors import ReleaseError
from release.branches.hotfix_branches import foretold
from release.commands.hotfix import hotfix
from release.context_loader import load_context
from tests.support.lines import agreed, fix, here, wanted
from tests.support.making import set_version
from tests.support.world import World

OWN = 'index = [{ name = "team", upload = "http://127.0.0.1:9/", simple = "http://127.0.0.1:9/simple/" }]\n'


def adopted(world: World) -> str:
    """Let the last final have no release.toml, and main one with an index of its own; return a fix on main."""
    text = (world.project / "release.toml").read_text()
    (world.project / "release.toml").unlink()
    set_version(world, "0.1.1")
    world.commit("before")
    world.git("tag", "--annotate", "--message", "acme 0.1.1", "v0.1.1")
    world.git("push", "--quiet", "origin", "main", "v0.1.1")
    world.commit("adopt", **{"release.toml": text.replace("index = []\n", OWN)})
    return fix(world, "ONE = 1", "ONE = 11", "One is eleven")


def test_a_hotfix_from_before_the_adoption_goes_to_the_index_of_main(
    ready: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = adopted(ready)
    hotfix(here(ready, write=False), wanted(commit), agreed, dry_run=True)
    assert "acme 0.1.2 to team" in capsys.readouterr().out

    with pytest.raises(ReleaseError):  # no index answers there
        hotfix(here(ready), wanted(commit), agreed)

    assert "acme 0.1.2 from hotfix/0.1.2 to team (http://127.0.0.1:9/)" in capsys.readouterr().out
    there = load_context(ready.project / ".release/hotfix-0.1.2", ready.environment(), write=False)
    assert [index.name for index in there.indexes] == ["team"]


def test_a_hotfix_from_a_final_with_a_configuration_goes_where_that_says(
    ready: World, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ready.project / "release.toml").read_text()
    ready.commit("an index", **{"release.toml": text.replace("index = []\n", OWN)})
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")

    hotfix(here(ready, write=False), wanted(commit), agreed, dry_run=True)

    assert "acme 0.1.1 to no index" in capsys.readouterr().out


def test_without_a_configuration_on_any_branch_nothing_is_released(ready: World) -> None:
    commit = adopted(ready)
    (ready.project / "release.toml").unlink()
    ready.commit("none")
    ready.git("push", "--quiet", "origin", "main")

    for act in (
        lambda: foretold(here(ready), Version("0.1.2"), None),
        lambda: hotfix(here(ready), wanted(commit), agreed),
    ):
        refused(act)
    ran = ready.inv("release", "minor", "--yes")
    assert ran.code == 1
    assert ran.err.strip().splitlines()[1].startswith("  why: there is no release.toml in this tree")
    assert "refs/tags/v0.1.2" not in ready.remote_refs()


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(ReleaseError) as caught:
        act()
    assert caught.value.what == "cannot release"
    assert "no release.toml" in caught.value.why
