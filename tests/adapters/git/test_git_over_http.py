"""git over a network: what failed for now is tried again and told, what was answered is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.retry_config import RetryConfig
from tests.support.git_server import GitServer, git_server
from tests.support.lines import configured, here
from tests.support.making import pushed_by_another
from tests.support.world import World

QUICK = RetryConfig(attempts=3, pause=0.001, longest=0.01)


@pytest.fixture
def server(repository: World) -> Iterator[GitServer]:
    """The remote of the world over HTTP."""
    with git_server(repository.remote) as server:
        repository.git("remote", "set-url", "origin", server.address)
        yield server


def git(world: World, said: list[str]) -> Git:
    return Git(world.project, world.environment(), QUICK, said.append)


def test_a_remote_that_does_not_answer_for_now_is_asked_again_and_that_is_told(
    repository: World, server: GitServer
) -> None:
    server.failing = [503, 429]
    said: list[str] = []

    assert git(repository, said).remote_refs("origin").branches == {"main": repository.git("rev-parse", "HEAD")}

    why = f"unable to access '{server.address}': The requested URL returned error:"
    assert said == [f"{why} 503; trying again in 0 s, 2 of 3", f"{why} 429; trying again in 0 s, 3 of 3"]


def test_a_remote_that_does_not_answer_at_all_is_refused_in_the_end(repository: World, server: GitServer) -> None:
    server.failing = [503] * 3

    with pytest.raises(ReleaseError, match="cannot read the remote origin") as refusal:
        git(repository, []).remote_refs("origin")

    assert "The requested URL returned error: 503" in refusal.value.why
    assert len(server.asked) == 3


def test_what_a_remote_refuses_is_not_asked_again(repository: World, server: GitServer) -> None:
    server.failing = [403]

    with pytest.raises(ReleaseError):
        git(repository, []).remote_refs("origin")

    assert len(server.asked) == 1


def test_a_fetch_is_tried_again(repository: World, server: GitServer) -> None:
    theirs = pushed_by_another(repository, theirs="theirs\n")
    server.failing = [502]

    git(repository, []).fetch("origin")

    assert repository.git("rev-parse", "origin/main") == theirs


def test_a_push_is_tried_again_and_arrives_once(repository: World, server: GitServer) -> None:
    commit = repository.commit("ours")
    said: list[str] = []
    pushing = git(repository, said)
    server.failing = [503]

    assert pushing.push("origin", f"{commit}:refs/heads/main").code == 0

    assert repository.remote_refs()["refs/heads/main"] == commit
    assert len(said) == 1


def test_a_push_whose_answer_was_lost_has_arrived(repository: World, server: GitServer) -> None:
    commit = repository.commit("ours")
    repository.git("push", "--quiet", repository.remote, "HEAD:main")  # as the attempt whose answer was lost
    server.failing = [504]

    assert git(repository, []).push("origin", f"{commit}:refs/heads/main").code == 0


def test_a_push_that_lost_a_race_is_not_tried_again(repository: World, server: GitServer) -> None:
    pushed_by_another(repository, theirs="theirs\n")
    commit, said = repository.commit("ours"), list[str]()

    assert git(repository, said).push("origin", f"{commit}:refs/heads/main").code == 1
    assert said == []


def test_a_command_asks_its_remote_as_patiently_as_release_toml_says(
    repository: World, server: GitServer, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(repository, "\n[retry]\nattempts = 2\npause = 0.01\n")
    server.failing = [503]

    assert "main" in here(repository).git.remote_refs("origin").branches

    assert "The requested URL returned error: 503; trying again in 0 s, 2 of 2\n" in capsys.readouterr().out
