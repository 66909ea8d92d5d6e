"""Issues and milestones of a project on GitLab (API v4); those of its groups are not looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.issues import Issue, Milestone, Opened, day_in, opened_in, when


class GitLabIssues:
    """GitLab says of a closed issue only that it is a duplicate or was moved; a milestone is asked for by its title."""

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._project = f"/projects/{quote(place.project, safe='')}"

    def open_with(self, label: str) -> Sequence[Issue]:
        """Return the open issues with a label; one with a comma would be read as two, so all are looked through."""
        wanted = {} if "," in label else {"labels": label}
        return [each for each in self._issues(state="opened", **wanted) if label in each.labels]

    def changed_since(self, moment: datetime) -> Sequence[Issue]:
        """Return the issues that were opened, closed or changed since a moment."""
        return self._issues(updated_after=moment.isoformat())

    def opened_since(self, moment: datetime, most: int) -> Opened:
        """Return the issues that were opened since a moment."""
        rows = self._api.pages(f"{self._project}/issues", scope="all", order_by="created_at", sort="desc")
        return opened_in(((_issue(each), True) for each in rows), moment, most)

    def of(self, milestone: Milestone) -> Sequence[Issue]:
        """Return the issues of a milestone."""
        return [each for each in self._issues(milestone=milestone.title) if each.milestone == milestone.title]

    def milestones(self) -> Sequence[Milestone]:
        """Return the milestones of the project, open or closed."""
        return [_milestone(each) for each in self._api.pages(f"{self._project}/milestones")]

    def make_milestone(self, title: str, due: date | None) -> Milestone:
        """Make a milestone."""
        wanted = {"title": title} | ({"due_date": str(due)} if due else {})
        return _milestone(self._api.call("POST", f"{self._project}/milestones", json=wanted).json)

    def move_milestone(self, milestone: Milestone, due: date) -> None:
        """Change the day of a milestone."""
        self._api.call("PUT", f"{self._project}/milestones/{milestone.key}", json={"due_date": str(due)})

    def assign(self, number: int, milestone: Milestone) -> None:
        """Put an issue into a milestone."""
        self._api.call("PUT", f"{self._project}/issues/{number}", json={"milestone_id": int(milestone.key)})

    def _issues(self, **query: str) -> list[Issue]:
        return [_issue(each) for each in self._api.pages(f"{self._project}/issues", scope="all", **query)]


def _issue(found: Mapping[str, Any]) -> Issue:
    closed = found.get("closed_at") if found["state"] == "closed" else None
    return Issue(
        number=int(found["iid"]),
        title=str(found["title"]),
        labels=tuple(map(str, found.get("labels") or ())),
        milestone=str((found.get("milestone") or {}).get("title") or ""),
        opened=when(found["created_at"]),
        closed=when(closed) if closed else None,
        reason=_reason(found) if closed else "",
        page=str(found["web_url"]),
    )


def _reason(found: Mapping[str, Any]) -> str:
    if found.get("moved_to_id"):
        return "moved"
    return "duplicate" if (found.get("_links") or {}).get("closed_as_duplicate_of") else ""


def _milestone(found: Mapping[str, Any]) -> Milestone:
    key, title = str(found["id"]), str(found["title"])
    return Milestone(key, title, day_in(found.get("due_date")), found["state"] == "active", str(found["web_url"]))
