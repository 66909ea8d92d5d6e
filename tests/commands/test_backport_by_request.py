"""Backports onto lines that take only requests: one is asked for, and the line here stays that of the remote."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.backport import backport
from release.context_loader import load_context
from tests.support.forges.branches import branch_server, knows, requests_on, variable
from tests.support.lines import Told, agreed, fix, here, history
from tests.support.requests import protect, squash
from tests.support.world import World


@pytest.mark.parametrize("line", ["0.2", "0.1"])
def test_where_lines_take_requests_one_is_asked_for_and_the_line_here_is_that_of_the_remote(
    lined: World, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """The line 0.1 is not there yet."""
    commits = [
        fix(lined, "ONE = 1", "ONE = 11", "One is eleven"),
        fix(lined, "TWO = 2", "TWO = 22", "Two is more"),
    ]
    configured_first(lined, 'push = "request"')
    protect(lined, "main", "release/0.2")
    told, base = (
        Told(),
        lined.remote_refs().get(f"refs/heads/release/{line}", lined.git("rev-parse", "v0.1.0^{}")),
    )

    for _ in range(2):
        backport(here(lined), commits, line, told)

    [asking] = [
        ref.removeprefix("refs/heads/") for ref in lined.remote_refs() if ref.startswith("refs/heads/backport/")
    ]
    assert told.text.count("this") == 1
    assert f"pushes {asking} to origin and opens a pull request into release/{line}:" in told.text
    assert f"{asking} (open a pull request into release/{line} for it)" in capsys.readouterr().out
    assert history(lined, f"release/{line}..{asking}") == ["Two is more", "One is eleven"]
    assert lined.git("rev-parse", f"release/{line}") == lined.remote_refs()[f"refs/heads/release/{line}"] == base
    message = "Backport\n\n" + "\n".join(f"(cherry picked from commit {each})" for each in commits)
    squash(lined, asking, message, onto=f"release/{line}")
    backport(here(lined), commits, line, agreed)
    assert f"release/{line} already has all of that" in capsys.readouterr().out


def test_the_request_of_a_backport_is_opened_once_and_one_that_was_closed_is_told(
    lined: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    configured_first(lined, 'push = "request"')
    lined.git("switch", "--quiet", "release/0.2")
    with branch_server("github") as server:
        knows(lined, server)
        ctx = load_context(lined.project, lined.environment(**variable(server)))
        asking = f"backport/0.2-{commit[:7]}"

        backport(ctx, [commit], "0.2", agreed)

        assert requests_on(server) == [(asking, "release/0.2", "open")]
        [row] = server.state.table("requests").values()
        assert (row["title"], row["body"]) == ("One is eleven", f"(cherry picked from commit {commit})")
        row["state"] = "closed"
        backport(ctx, [commit], "0.2", agreed)
        assert requests_on(server) == [(asking, "release/0.2", "closed")]
        assert f"to open it again: git push origin --delete {asking}" in capsys.readouterr().out


def test_a_line_that_nobody_may_make_is_told_with_how_it_is_made(lined: World) -> None:
    commit = fix(lined, "ONE = 1", "ONE = 11", "One is eleven")
    configured_first(lined, 'push = "request"')
    protect(lined, "release/*")
    refs = lined.remote_refs()

    with pytest.raises(ReleaseError, match="cannot make release/0\\.1 on origin") as refused:
        backport(here(lined), [commit], "0.1", agreed)

    made = lined.git("rev-parse", "v0.1.0^{}")[:12]
    assert refused.value.run.startswith(f"git push origin {made}:refs/heads/release/0.1 ")
    assert lined.remote_refs() == refs


def configured_first(world: World, text: str) -> None:
    """Put a line at the top of release.toml; not committed."""
    path = world.project / "release.toml"
    path.write_text(f"{text}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
