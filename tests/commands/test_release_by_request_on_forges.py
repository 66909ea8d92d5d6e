"""Releasing by requests where the forge is known: the request is opened, found again, closed; what it says is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from release.base.errors import ReleaseError
from release.commands.abort import abort
from release.commands.release import release
from release.commands.status import look, show
from release.engine.step import Waiting
from tests.support.acts import drop, status
from tests.support.forges.branches import here, known_through_a_proxy, note_merged, requests_on
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.lines import agreed
from tests.support.making import ready
from tests.support.proxy import Fault, Proxy
from tests.support.requests import by_request, merge, squash
from tests.support.world import World

BRANCH = "release-request/0.1.0"
OPENING = "release-request/after-0.1.0"


@pytest.fixture(autouse=True)
def proxy(server: ForgeServer, repository: World) -> Iterator[Proxy]:
    """What stands between that forge and a project whose main takes only requests."""
    with known_through_a_proxy(repository, server) as proxy:
        ready(repository)
        by_request(repository)
        yield proxy


def proposes(world: World, server: ForgeServer) -> None:
    with pytest.raises(Waiting):
        release(here(world, server), "minor", None, agreed)


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_the_request_is_opened_once_and_carries_the_trailer_and_the_release_goes_on_after_it(
    repository: World, server: ForgeServer, proxy: Proxy
) -> None:
    """The answer to the opening is lost, too."""
    proxy.plan(Fault(drop, "POST", times=1))

    proposes(repository, server)
    proposes(repository, server)

    assert requests_on(server) == [(BRANCH, "main", "open")]
    (row,) = server.state.table("requests").values()
    assert row["title"] == "Release acme 0.1.0"
    assert (row.get("body") or row.get("description")) == "Release: 0.1.0"
    squash(repository, BRANCH)
    note_merged(server, BRANCH)
    release(here(repository, server), "minor", None, agreed)
    assert requests_on(server) == [(BRANCH, "main", "merged"), (OPENING, "main", "open")]
    assert "refs/tags/v0.1.0" in repository.remote_refs()
    assert look(here(repository, server)).complete


def test_what_waits_names_the_page_of_the_request(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    proposes(repository, server)

    assert f"/octo/acme/pull/{max(server.state.table('requests'))}\n" in capsys.readouterr().out


def test_a_request_that_was_closed_is_told_and_aborting_makes_room(repository: World, server: ForgeServer) -> None:
    proposes(repository, server)
    (row,) = server.state.table("requests").values()
    row["state"] = "closed"

    with pytest.raises(ReleaseError) as refused:
        release(here(repository, server), "minor", None, agreed)

    assert refused.value.why.endswith(" was closed without a merge")
    assert refused.value.run == "inv abort      (or open it again)"
    abort(here(repository, server), agreed)
    assert f"refs/heads/{BRANCH}" not in repository.remote_refs()
    proposes(repository, server)
    assert requests_on(server) == [(BRANCH, "main", "closed"), (BRANCH, "main", "open")]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_aborting_closes_the_request_and_deletes_its_branch(repository: World, server: ForgeServer) -> None:
    proposes(repository, server)

    abort(here(repository, server), agreed)

    assert requests_on(server) == [(BRANCH, "main", "closed")]
    assert f"refs/heads/{BRANCH}" not in repository.remote_refs()


def test_a_squash_that_lost_the_trailer_is_told_with_what_gives_it_back(repository: World, server: ForgeServer) -> None:
    proposes(repository, server)
    squash(repository, BRANCH, "Release acme 0.1.0 (#1)")
    note_merged(server, BRANCH)

    with pytest.raises(ReleaseError) as refused:
        release(here(repository, server), "minor", None, agreed)

    assert refused.value.why.endswith(" was merged, but no commit on main ends with Release: 0.1.0")
    assert "git commit --allow-empty --message='Release acme 0.1.0' --message='Release: 0.1.0'" in refused.value.run


def test_a_forge_that_cannot_answer_at_first_is_asked_again(
    repository: World, server: ForgeServer, proxy: Proxy
) -> None:
    proxy.plan(Fault(status(503), "POST", times=1))

    proposes(repository, server)

    assert requests_on(server) == [(BRANCH, "main", "open")]


def test_what_was_stopped_between_branch_and_request_is_finished(
    repository: World, server: ForgeServer, proxy: Proxy
) -> None:
    proxy.plan(Fault(status(503), "POST"))
    with pytest.raises(ReleaseError, match="cannot reach github"):
        release(here(repository, server), "minor", None, agreed)
    assert f"refs/heads/{BRANCH}" in repository.remote_refs()
    proxy.clear()

    proposes(repository, server)

    assert requests_on(server) == [(BRANCH, "main", "open")]


def test_what_comes_next_is_the_merge_of_the_request_that_opens_the_line(
    repository: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    proposes(repository, server)
    merge(repository, BRANCH)
    note_merged(server, BRANCH)
    release(here(repository, server), "minor", None, agreed)
    repository.note("feature", "Something else")
    capsys.readouterr()

    show(here(repository, server), look(here(repository, server)))

    page = f"/octo/acme/pull/{max(server.state.table('requests'))}"
    assert re.search(rf"\nnext: merge \S+{page} into main\n$", capsys.readouterr().out)


def test_an_opening_that_is_declined_does_not_hold_the_next_release_up(repository: World, server: ForgeServer) -> None:
    proposes(repository, server)
    merge(repository, BRANCH)
    note_merged(server, BRANCH)
    release(here(repository, server), "minor", None, agreed)
    for row in server.state.table("requests").values():
        row["state"] = "closed"

    status = look(here(repository, server))
    assert status.complete
    assert status.steps[-1][1].fact.endswith(" was closed without a merge; main is still 0.1.0")
