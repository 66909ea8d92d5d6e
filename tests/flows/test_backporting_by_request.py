"""Backports onto lines that take only requests: one is asked for, and the line here stays that of the remote."""

from __future__ import annotations

import pytest

from release.context import load_context
from release.errors import ReleaseError
from release.flows.backporting import backport
from tests.support.forges.branches import branch_server, knows, requests_on, variable
from tests.support.lines import Told, agreed, fix, frozen, here, history, released
from tests.support.requests import protect, squash
from tests.support.world import World


@pytest.fixture
def ready(repository: World) -> World:
    """The line 0.2 frozen; main is checked out and has moved on."""
    released(repository)
    frozen(repository)
    repository.git("switch", "--quiet", "main")
    return repository


@pytest.mark.parametrize("line", ["0.2", "0.1"])
def test_where_lines_take_requests_one_is_asked_for_and_the_line_here_is_that_of_the_remote(
    ready: World, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """The line 0.1 is not there yet."""
    commits = [fix(ready, "ONE = 1", "ONE = 11", "One is eleven"), fix(ready, "TWO = 2", "TWO = 22", "Two is more")]
    configured_first(ready, 'push = "request"')
    protect(ready, "main", "release/0.2")
    told, base = Told(), ready.remote_refs().get(f"refs/heads/release/{line}", ready.git("rev-parse", "v0.1.0^{}"))

    for _ in range(2):
        backport(here(ready), commits, line, told)

    [asking] = [
        ref.removeprefix("refs/heads/") for ref in ready.remote_refs() if ref.startswith("refs/heads/backport/")
    ]
    assert told.text.count("this") == 1
    assert f"pushes {asking} to origin, and asks for a merge into release/{line}:" in told.text
    assert f"{asking} (open a request onto release/{line} for it)" in capsys.readouterr().out
    assert history(ready, f"release/{line}..{asking}") == ["Two is more", "One is eleven"]
    assert ready.git("rev-parse", f"release/{line}") == ready.remote_refs()[f"refs/heads/release/{line}"] == base
    message = "Backport\n\n" + "\n".join(f"(cherry picked from commit {each})" for each in commits)
    squash(ready, asking, message, onto=f"release/{line}")
    backport(here(ready), commits, line, agreed)
    assert f"release/{line} has all of that already" in capsys.readouterr().out


def test_the_request_of_a_backport_is_opened_once_and_one_that_was_closed_is_told(
    ready: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    configured_first(ready, 'push = "request"')
    ready.git("switch", "--quiet", "release/0.2")
    with branch_server("github") as server:
        knows(ready, server)
        ctx = load_context(ready.project, ready.environment(**variable(server)))
        asking = f"backport/0.2-{commit[:7]}"

        backport(ctx, [commit], "0.2", agreed)

        assert requests_on(server) == [(asking, "release/0.2", "open")]
        [row] = server.state.table("requests").values()
        assert (row["title"], row["body"]) == ("One is eleven", f"(cherry picked from commit {commit})")
        row["state"] = "closed"
        backport(ctx, [commit], "0.2", agreed)
        assert requests_on(server) == [(asking, "release/0.2", "closed")]
        assert f"to ask again: git push origin --delete {asking}" in capsys.readouterr().out


def test_a_line_that_nobody_may_make_is_told_with_how_it_is_made(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    configured_first(ready, 'push = "request"')
    protect(ready, "release/*")
    refs = ready.remote_refs()

    with pytest.raises(ReleaseError, match="cannot make release/0\\.1 on origin") as refused:
        backport(here(ready), [commit], "0.1", agreed)

    made = ready.git("rev-parse", "v0.1.0^{}")[:12]
    assert refused.value.run.startswith(f"git push origin {made}:refs/heads/release/0.1 ")
    assert ready.remote_refs() == refs


def configured_first(world: World, text: str) -> None:
    """Put a line at the top of release.toml; not committed."""
    path = world.project / "release.toml"
    path.write_text(f"{text}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
