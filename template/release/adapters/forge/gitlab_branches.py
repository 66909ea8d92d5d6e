"""What GitLab keeps around branches: protected branches, statuses of commits, merge requests, environments (API v4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.protocols import Protection, Request, Rule

_DEVELOPERS, _MAINTAINERS = 30, 40  # access levels (docs.gitlab.com: protected branches API)
_STATES = {"opened": "open", "locked": "open"}  # locked: it is being merged
_LARGEST_TEXT = 255  # characters of a status


class GitLabBranches:
    """The branches of one project; of several protections the loosest holds, so ours is not made beside theirs.

    A protected branch has no name of its own: ours is one for a single branch, and a record in git says that it is.
    """

    rules_add_up = False

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._project = f"/projects/{quote(place.project, safe='')}"

    def rules(self, branch: str) -> Sequence[Rule]:
        """Return the protections that match a branch; a * in their names stands for anything."""
        return [rule for rule in self._all() if fnmatchcase(branch, rule.branch.replace("[", "[[]"))]

    def set_rule(self, branch: str, checks: Sequence[str]) -> None:
        """Protect a branch: maintainers push, developers merge, nobody rewrites. Checks are set for a project."""
        wanted = {
            "name": branch,
            "push_access_level": _MAINTAINERS,
            "merge_access_level": _DEVELOPERS,
            "allow_force_push": False,
        }
        self._api.call("POST", f"{self._project}/protected_branches", json=wanted)

    def lift_rule(self, rule: Rule) -> None:
        """Take the protection of a branch away."""
        self._api.call("DELETE", f"{self._project}/protected_branches/{quote(rule.branch, safe='')}", allow=(404,))

    def own_rules(self) -> Sequence[Rule]:
        """Return the protections of single branches."""
        return [rule for rule in self._all() if rule.ours]

    def _all(self) -> list[Rule]:
        listing = self._api.pages(f"{self._project}/protected_branches")
        names = ((str(each.get("id", each["name"])), str(each["name"])) for each in listing)
        return [Rule(key, f"the protection of {name}", name, ours="*" not in name) for key, name in names]

    def tell_status(self, commit: str, name: str, *, good: bool, text: str) -> None:
        """Set the status `name` of a commit."""
        status = {"state": "success" if good else "failed", "name": name, "description": text[:_LARGEST_TEXT]}
        self._api.call("POST", f"{self._project}/statuses/{commit}", json=status)

    def request(self, source: str, onto: str) -> Request | None:
        """Return the newest merge request from one branch onto another."""
        query = {"source_branch": source, "target_branch": onto, "state": "all", "order_by": "created_at"}
        return next(map(_request, self._api.pages(f"{self._project}/merge_requests", **query, sort="desc")), None)

    def ask(self, source: str, onto: str, title: str, body: str) -> Request:
        """Open a merge request; not to be squashed, since GitLab's squash keeps the title alone."""
        wanted = {"source_branch": source, "target_branch": onto, "title": title, "description": body, "squash": False}
        return _request(self._api.call("POST", f"{self._project}/merge_requests", json=wanted).json)

    def close(self, request: Request) -> None:
        """Close a merge request."""
        self._api.call("PUT", f"{self._project}/merge_requests/{request.key}", json={"state_event": "close"})

    def environment(self, name: str) -> Protection | None:
        """Return an environment with those who approve what is deployed there; GitLab's free tier knows no such."""
        if not list(self._api.pages(f"{self._project}/environments", name=name)):
            return None
        found = self._api.get(f"{self._project}/protected_environments/{quote(name, safe='')}")
        return Protection(name, tuple(_approvers(found or {})))


def _request(found: Mapping[str, Any]) -> Request:
    state = _STATES.get(found["state"], str(found["state"]))
    return Request(str(found["iid"]), found["source_branch"], found["target_branch"], state, found["web_url"])


def _approvers(environment: Mapping[str, Any]) -> Iterator[str]:
    for rule in environment.get("approval_rules") or []:
        yield str(rule.get("access_level_description") or rule.get("id"))
