"""Freezes where main and its lines take only requests: the line is made, the rest is asked for."""

from __future__ import annotations

import pytest

from release.commands.freeze import freeze, thaw
from release.engine.step import Waiting
from tests.support.lines import Told, agreed, configured, here, released, there
from tests.support.requests import by_request, protect, squash
from tests.support.world import World


@pytest.fixture
def guarded(repository: World) -> World:
    """0.1.0 released; main and its lines take only requests, and a freeze pins nothing."""
    configured(repository, "\n[freeze]\nlock = false\n")
    released(repository)
    by_request(repository)
    return repository


def test_a_freeze_makes_the_line_and_asks_for_the_opening_of_main(
    guarded: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before, told = guarded.remote_refs(), Told()

    freeze(here(guarded), "minor", told)

    refs = guarded.remote_refs()
    assert refs["refs/heads/main"] == before["refs/heads/main"]
    assert set(refs) - set(before) == {"refs/heads/release/0.2", "refs/heads/freeze-request/0.2"}
    assert "  main continues as 0.3.0.dev0, by a pull request" in told.text
    assert "main is opened by freeze-request/0.2 (open a pull request into main for it)" in capsys.readouterr().out
    freeze(here(guarded), "minor", agreed)
    assert guarded.remote_refs() == refs
    squash(guarded, "freeze-request/0.2")
    guarded.git("pull", "--quiet")
    freeze(here(guarded), "minor", agreed)
    assert "refs/heads/release/0.3" not in guarded.remote_refs()
    assert 'version = "0.3.0.dev0"' in there(guarded, "main", "pyproject.toml")


def test_a_thaw_is_asked_for_and_counts_once_it_is_merged(guarded: World) -> None:
    freeze(here(guarded), "minor", agreed)
    protect(guarded, "main", "release/*")

    with pytest.raises(Waiting, match=r"release/0\.2 is thawed once this is merged: thaw-request/0\.2"):
        thaw(here(guarded), "0.2", agreed)
    squash(guarded, "thaw-request/0.2", onto="release/0.2")

    refs = guarded.remote_refs()
    thaw(here(guarded), "0.2", agreed)
    assert guarded.remote_refs() == refs
