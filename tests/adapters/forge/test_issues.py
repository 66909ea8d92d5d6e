"""Issues and milestones of GitHub, GitLab and Gitea, over real HTTP: the same story on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from release.adapters.forge.forge_http import ForgeRefused
from release.adapters.forge.issues import Issues
from release.adapters.retry import Unavailable
from tests.support.acts import status
from tests.support.forges.issues import add_issue, add_milestone, issue_server, milestones_on
from tests.support.forges.kinds import KINDS, opened
from tests.support.forges.server import ForgeServer
from tests.support.proxy import Fault, Proxy


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with issue_server(request.param) as server:
        yield server


@pytest.fixture
def issues(server: ForgeServer) -> Issues:
    return opened(server).issues


def test_open_issues_with_a_label_without_pull_requests(issues: Issues, server: ForgeServer) -> None:
    wanted = add_issue(server, "It crashes", labels=["bug", "release-blocker", "a, b"])
    add_issue(server, "It is slow", labels=["bug"])
    add_issue(server, "It crashed", labels=["release-blocker"], closed="2026-11-20T10:00:00Z")
    add_issue(server, "Mend it", labels=["release-blocker"], request=True)

    (found,) = issues.open_with("release-blocker")

    assert (found.number, found.title, found.labels) == (wanted, "It crashes", ("bug", "release-blocker", "a, b"))
    assert (found.closed, found.reason, found.milestone) == (None, "", "")
    assert [each.number for each in issues.open_with("a, b")] == [wanted]
    assert found.page.endswith(f"/issues/{wanted}")


def test_a_listing_is_read_to_its_last_page(issues: Issues, server: ForgeServer) -> None:
    held = [add_milestone(server, f"1.{number}") for number in range(130)][-1]
    numbers = {add_issue(server, f"Issue {number}", milestone=held) for number in range(230)}

    assert {each.number for each in issues.changed_since(datetime(2026, 1, 1, tzinfo=UTC))} == numbers
    assert [each.title for each in issues.milestones()].count("1.129") == 1
    last = next(each for each in issues.milestones() if each.title == "1.129")
    assert {each.number for each in issues.of(last)} == numbers


def test_half_a_listing_is_an_error(server: ForgeServer) -> None:
    for number in range(230):
        add_issue(server, f"Issue {number}")
    with Proxy(server.address) as proxy:
        proxy.plan(Fault(status(500), skip=1, times=None))
        asked = opened(server, server.api.replace(f"{server.address}/", proxy.url)).issues
        with pytest.raises(Unavailable):
            asked.changed_since(datetime(2026, 1, 1, tzinfo=UTC))


def test_what_changed_since_a_moment_and_how_it_ended(issues: Issues, server: ForgeServer) -> None:
    old, new = "2026-01-01T10:00:00Z", "2026-11-20T10:00:00Z"
    add_issue(server, "Long done", opened=old, closed="2026-02-01T10:00:00Z")
    done = add_issue(server, "Done", opened=old, closed=new)
    twin = add_issue(server, "Twin", opened=old, closed=new, reason="duplicate")

    found = {each.number: each for each in issues.changed_since(datetime(2026, 11, 1, tzinfo=UTC))}

    assert set(found) == {done, twin}
    assert found[done].closed == datetime(2026, 11, 20, 10, tzinfo=UTC)
    reasons = {"github": ("completed", "duplicate"), "gitlab": ("", "duplicate"), "gitea": ("", "")}
    assert (found[done].reason, found[twin].reason) == reasons[server.kind.name]


def test_a_milestone_is_made_moved_and_filled(issues: Issues, server: ForgeServer) -> None:
    add_milestone(server, "1.2", "2026-06-01", closed=True)
    issue = add_issue(server, "Read as a stream")

    made = issues.make_milestone("1.3", date(2027, 3, 2))
    issues.assign(issue, made)
    issues.move_milestone(made, date(2027, 3, 9))

    assert milestones_on(server)["1.3"] == ("2027-03-09", [issue])
    assert [(each.title, each.due, each.open) for each in issues.milestones()] == [
        ("1.2", date(2026, 6, 1), False),
        ("1.3", date(2027, 3, 9), True),
    ]
    assert [(each.number, each.milestone) for each in issues.of(made)] == [(issue, "1.3")]


def test_who_may_not_write_is_refused(server: ForgeServer) -> None:
    server.account("reader", "grace")

    with pytest.raises(ForgeRefused) as refused:
        opened(server, token="reader").issues.make_milestone("1.3", None)

    assert refused.value.status in (401, 403)
    assert milestones_on(server) == {}
