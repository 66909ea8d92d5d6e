"""What GitHub keeps around branches: rulesets, statuses of commits, pull requests, environments (its REST API)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.github_like import AlikeBranches
from release.adapters.forge.protocols import Protection, Request, Rule

_OURS = "keelway: freeze of "  # how the names of our rulesets begin; the branch follows
_BYPASS = ({"actor_id": 5}, {"actor_id": 2})  # the roles admin and maintain, by their numbers on GitHub
_LARGEST_TEXT = 140  # characters of a status


class GitHubBranches(AlikeBranches):
    """The branches of one project; all rulesets hold at once, the strictest of each, so ours stands beside theirs."""

    rules_add_up = True

    def __init__(self, api: Api, place: Place) -> None:
        super().__init__(api, place)
        self._owner = place.project.partition("/")[0]

    def rules(self, branch: str) -> Sequence[Rule]:
        """Return the rulesets that hold for a branch: what is not enforced is not among them."""
        ours = {rule.key: rule for rule in self.own_rules() if rule.branch == branch}
        found: dict[str, Rule] = {}
        for each in self._api.pages(f"{self._repo}/rules/branches/{quote(branch)}"):
            key = str(each["ruleset_id"])
            theirs = Rule(key, f"ruleset {key} of {each.get('ruleset_source', 'the project')}", branch, ours=False)
            found[key] = ours.get(key, theirs)
        return list(found.values())

    def set_rule(self, branch: str, checks: Sequence[str]) -> None:
        """Make a ruleset of our own: requests only, no deletion, no rewriting; admins and maintainers pass it by."""
        rules: list[Mapping[str, Any]] = [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {"type": "pull_request", "parameters": _any_review()},
        ]
        if checks:
            wanted = {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": check} for check in checks],
            }
            rules.append({"type": "required_status_checks", "parameters": wanted})
        ruleset = {
            "name": f"{_OURS}{branch}",
            "target": "branch",
            "enforcement": "active",
            "bypass_actors": [each | {"actor_type": "RepositoryRole", "bypass_mode": "always"} for each in _BYPASS],
            "conditions": {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}},
            "rules": rules,
        }
        self._api.call("POST", f"{self._repo}/rulesets", json=ruleset)

    def lift_rule(self, rule: Rule) -> None:
        """Delete a ruleset of ours."""
        self._api.call("DELETE", f"{self._repo}/rulesets/{rule.key}", allow=(404,))

    def own_rules(self) -> Sequence[Rule]:
        """Return the project's rulesets that are named as ours are."""
        listing = self._api.pages(f"{self._repo}/rulesets", includes_parents="false")
        named = ((str(each["id"]), str(each["name"])) for each in listing)
        return [Rule(key, name, name[len(_OURS) :], ours=True) for key, name in named if name.startswith(_OURS)]

    def tell_status(self, commit: str, name: str, *, good: bool, text: str) -> None:
        """Set the status `name` of a commit."""
        status = {"state": "success" if good else "failure", "context": name, "description": text[:_LARGEST_TEXT]}
        self._api.call("POST", f"{self._repo}/statuses/{commit}", json=status)

    def request(self, source: str, onto: str) -> Request | None:
        """Return the newest pull request from one branch onto another."""
        query = {"state": "all", "head": f"{self._owner}:{source}", "base": onto, "sort": "created"}
        return next(map(self._request, self._api.pages(f"{self._repo}/pulls", **query, direction="desc")), None)

    def environment(self, name: str) -> Protection | None:
        """Return an environment with those who review what is deployed there."""
        found = self._api.get(f"{self._repo}/environments/{quote(name, safe='')}")
        return Protection(name, tuple(_reviewers(found))) if found else None

    @staticmethod
    def _request(found: Mapping[str, Any]) -> Request:
        state = "merged" if found.get("merged_at") else str(found["state"])
        return Request(str(found["number"]), found["head"]["ref"], found["base"]["ref"], state, found["html_url"])


def _any_review() -> dict[str, Any]:
    """Return the parameters of a rule that asks for a pull request, and for no review beyond the owner's own rules."""
    return {
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_approving_review_count": 0,
        "required_review_thread_resolution": False,
    }


def _reviewers(environment: Mapping[str, Any]) -> Iterator[str]:
    for rule in environment.get("protection_rules") or []:
        for each in rule.get("reviewers") or []:
            yield str(each["reviewer"].get("login") or each["reviewer"].get("slug"))
