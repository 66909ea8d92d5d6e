"""What Gitea and Forgejo keep around branches: protections, statuses of commits, pull requests (API v1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any
from urllib.parse import quote

from release.adapters.forge.github_like import AlikeBranches
from release.adapters.forge.protocols import Protection, Request, Rule

_WILD = "*?["  # what makes a rule one for many branches
_NEWEST = 100  # pull requests that are looked at


class GiteaBranches(AlikeBranches):
    """The branches of one project; of several protections one holds, so ours is not made beside theirs.

    A protection is known by the branch that it is for: a record in git says that it is ours.
    """

    rules_add_up = False

    def rules(self, branch: str) -> Sequence[Rule]:
        """Return the protections that match a branch."""
        return [rule for rule in self._all() if fnmatchcase(branch, rule.branch)]

    def set_rule(self, branch: str, checks: Sequence[str]) -> None:
        """Protect a branch: only the one whose token this is pushes; everybody else comes by a request."""
        wanted = {
            "rule_name": branch,
            "enable_push": True,
            "enable_push_whitelist": True,
            "push_whitelist_usernames": [self._me()],
            "enable_status_check": bool(checks),
            "status_check_contexts": list(checks),
        }
        self._api.call("POST", f"{self._repo}/branch_protections", json=wanted)

    def _me(self) -> str:
        return str(self._api.call("GET", "/user").json["login"])

    def lift_rule(self, rule: Rule) -> None:
        """Take the protection of a branch away."""
        self._api.call("DELETE", f"{self._repo}/branch_protections/{quote(rule.key, safe='')}", allow=(404,))

    def own_rules(self) -> Sequence[Rule]:
        """Return the protections of single branches."""
        return [rule for rule in self._all() if rule.ours]

    def _all(self) -> list[Rule]:
        names = [str(each["rule_name"]) for each in self._api.call("GET", f"{self._repo}/branch_protections").json]
        return [
            Rule(name, f"the protection of {name}", name, ours=not any(sign in name for sign in _WILD))
            for name in names
        ]

    def tell_status(self, commit: str, name: str, *, good: bool, text: str) -> None:
        """Set the status `name` of a commit."""
        status = {"state": "success" if good else "failure", "context": name, "description": text}
        self._api.call("POST", f"{self._repo}/statuses/{commit}", json=status)

    def request(self, source: str, onto: str) -> Request | None:
        """Return the newest pull request from one branch onto another; the listing, newest first, has no filter."""
        listing = islice(self._api.pages(f"{self._repo}/pulls", state="all", limit=50), _NEWEST)
        own = (each for each in listing if each["head"]["repo_id"] == each["base"]["repo_id"])
        return next((each for each in map(self._request, own) if (each.source, each.onto) == (source, onto)), None)

    def environment(self, name: str) -> Protection | None:
        """Return None: there are no environments here."""
        return None

    @staticmethod
    def _request(found: Mapping[str, Any]) -> Request:
        state = "merged" if found.get("merged") else str(found["state"])
        source = found["head"]["label"]  # its ref is another one once the branch is deleted
        return Request(str(found["number"]), source, found["base"]["label"], state, found["html_url"])
