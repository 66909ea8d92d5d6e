"""Issues and milestones of GitHub and Gitea, whose API was made after GitHub's, where both are asked alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.issues import Issue, Milestone, Opened, day_in, opened_in, when

_NOON = "T12:00:00Z"  # the same day in each time zone in which a forge may show it


class AlikeIssues(ABC):
    """Issues are known by their number, and come with pull requests among them, which are left out."""

    size = "per_page"  # how a listing is asked for longer pages

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._repo = f"/repos/{place.project}"

    def open_with(self, label: str) -> Sequence[Issue]:
        """Return the open issues with a label; one with a comma would be read as two, so all are looked through."""
        wanted = {} if "," in label else {"labels": label}
        return [each for each in self._issues(state="open", **wanted) if label in each.labels]

    def changed_since(self, moment: datetime) -> Sequence[Issue]:
        """Return the issues that were opened, closed or changed since a moment."""
        since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return list(self._issues(state="all", since=since))

    def opened_since(self, moment: datetime, most: int) -> Opened:
        """Return the issues that were opened since a moment; pull requests are rows of the same listing."""
        rows = self._pages(f"{self._repo}/issues", state="all", sort="created", direction="desc")
        listing = ((_issue(each), not each.get("pull_request")) for each in rows)
        return opened_in(listing, moment, most)

    def milestones(self) -> Sequence[Milestone]:
        """Return the milestones, open or closed."""
        return [self._milestone(each) for each in self._pages(f"{self._repo}/milestones", state="all")]

    def make_milestone(self, title: str, due: date | None) -> Milestone:
        """Make a milestone."""
        wanted = {"title": title} | ({"due_on": f"{due}{_NOON}"} if due else {})
        return self._milestone(self._api.call("POST", f"{self._repo}/milestones", json=wanted).json)

    def move_milestone(self, milestone: Milestone, due: date) -> None:
        """Change the day of a milestone."""
        self._api.call("PATCH", f"{self._repo}/milestones/{milestone.key}", json={"due_on": f"{due}{_NOON}"})

    def assign(self, number: int, milestone: Milestone) -> None:
        """Put an issue into a milestone."""
        self._api.call("PATCH", f"{self._repo}/issues/{number}", json={"milestone": int(milestone.key)})

    def _issues(self, **query: str) -> Iterator[Issue]:
        for each in self._pages(f"{self._repo}/issues", **query):
            if not each.get("pull_request"):
                yield _issue(each)

    def _pages(self, path: str, **query: str) -> Iterator[Any]:
        return self._api.pages(path, **query, **{self.size: 50 if self.size == "limit" else 100})

    @abstractmethod
    def of(self, milestone: Milestone) -> Sequence[Issue]:
        """Return the issues of a milestone, open or closed."""

    @abstractmethod
    def _milestone(self, found: Mapping[str, Any]) -> Milestone:
        """Return the milestone that an answer describes."""


def _issue(found: Mapping[str, Any]) -> Issue:
    closed = found.get("closed_at")
    return Issue(
        number=int(found["number"]),
        title=str(found["title"]),
        labels=tuple(each if isinstance(each, str) else str(each["name"]) for each in found.get("labels") or ()),
        milestone=str((found.get("milestone") or {}).get("title") or ""),
        opened=when(found["created_at"]),
        closed=when(closed) if closed and found["state"] == "closed" else None,
        reason=str(found.get("state_reason") or "") if found["state"] == "closed" else "",
        page=str(found["html_url"]),
    )


class GitHubIssues(AlikeIssues):
    """GitHub says why an issue was closed, and knows a milestone by its number in the project (its REST API)."""

    def of(self, milestone: Milestone) -> Sequence[Issue]:
        """Return the issues of a milestone."""
        return list(self._issues(state="all", milestone=milestone.key))

    def _milestone(self, found: Mapping[str, Any]) -> Milestone:
        key, title = str(found["number"]), str(found["title"])
        return Milestone(key, title, day_in(found.get("due_on")), found["state"] == "open", str(found["html_url"]))


class GiteaIssues(AlikeIssues):
    """Gitea and Forgejo do not say why an issue was closed, and ask for a milestone by its title (API v1)."""

    size = "limit"

    def of(self, milestone: Milestone) -> Sequence[Issue]:
        """Return the issues of a milestone; a title with a comma would be read as two, so all are looked through."""
        wanted = {} if "," in milestone.title else {"milestones": milestone.title}
        return [each for each in self._issues(state="all", **wanted) if each.milestone == milestone.title]

    def _issues(self, **query: str) -> Iterator[Issue]:
        return super()._issues(type="issues", **query)

    def _milestone(self, found: Mapping[str, Any]) -> Milestone:
        return Milestone(
            str(found["id"]), str(found["title"]), day_in(found.get("due_on")), found["state"] == "open", ""
        )
