"""GitHub's rulesets, pull requests, statuses and environments as its REST API behaves, beside its releases.

`state.settings["plan"] = "free"`: no rulesets for a private project; ["environments"] = {name: [reviewers]}.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.support.forges.alike import NOW, REPO
from tests.support.forges.asked import Asked, Refusal, Route, State, Told
from tests.support.forges.github import ours


def _rulesets(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, [_shown(state, row) for row in state.table("rulesets").values()])


def _shown(state: State, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"source_type": "Repository", "source": state.project, "created_at": NOW, "updated_at": NOW} | dict(row)


def _make_ruleset(state: State, asked: Asked) -> Told:
    ours(state, asked)
    if state.settings.get("plan") == "free":
        raise Refusal(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    wanted = asked.json
    if any(each["name"] == wanted["name"] for each in state.table("rulesets").values()):
        raise Refusal(422, "Validation Failed", errors=["Name must be unique"])
    return Told(201, _shown(state, state.add("rulesets", wanted)))


def _delete_ruleset(state: State, asked: Asked) -> Told:
    ours(state, asked)
    del state.table("rulesets")[state.row("rulesets", asked.names["ruleset_id"])["id"]]
    return Told(204)


def _rules(state: State, asked: Asked) -> Told:
    """Work out which rules hold for a branch: those of every ruleset that is active and fits."""
    ours(state, asked)
    ref = f"refs/heads/{asked.names['branch']}"
    found = []
    for row in state.table("rulesets").values():
        names = row["conditions"]["ref_name"]
        fits = any(fnmatchcase(ref, each) for each in names["include"]) and ref not in names["exclude"]
        if row["enforcement"] == "active" and fits:
            source = {"ruleset_source_type": "Repository", "ruleset_source": state.project, "ruleset_id": row["id"]}
            found += [rule | source for rule in row["rules"]]
    return Told(200, found)


def _status(state: State, asked: Asked) -> Told:
    ours(state, asked)
    if len(asked.json.get("description") or "") > 140:
        raise Refusal(422, "Validation Failed", errors=["description is too long (maximum is 140 characters)"])
    return Told(201, state.add("statuses", {"sha": asked.names["sha"], **asked.json}))


def _requests(state: State, asked: Asked) -> Told:
    ours(state, asked)
    owner = state.project.partition("/")[0]
    rows = [row for row in state.table("requests").values() if _fits(row, asked.query, owner)]
    rows.sort(key=lambda row: row["id"], reverse=asked.query.get("direction", "desc") == "desc")
    return Told(200, [_request(state, asked, row) for row in rows])


def _fits(row: Mapping[str, Any], query: Mapping[str, str], owner: str) -> bool:
    head, base, state = query.get("head"), query.get("base"), query.get("state", "open")
    return head in (None, f"{owner}:{row['head']}") and base in (None, row["base"]) and state in ("all", row["state"])


def _request(state: State, asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    """Show a pull request; one whose branch is deleted is closed by that."""
    if row["state"] == "open" and state.branch(row["head"]) is None:
        row["state"] = "closed"
    shown = {name: row[name] for name in ("id", "title", "body", "state")}
    page = f"{asked.address}/{state.project}/pull/{row['id']}"
    return shown | {
        "number": row["id"],
        "html_url": page,
        "head": {"ref": row["head"], "sha": state.branch(row["head"]) or ""},
        "base": {"ref": row["base"], "sha": state.branch(row["base"]) or ""},
        "merged_at": NOW if row["merged"] else None,
    }


def _make_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    if not state.branch(wanted["head"]) or not state.branch(wanted["base"]):
        raise Refusal(
            422, "Validation Failed", errors=[{"resource": "PullRequest", "field": "head", "code": "invalid"}]
        )
    for row in state.table("requests").values():
        if (row["head"], row["base"], row["state"]) == (wanted["head"], wanted["base"], "open"):
            raise Refusal(
                422, "Validation Failed", errors=[{"message": f"A pull request already exists for {row['head']}."}]
            )
    made = state.add("requests", {**wanted, "state": "open", "merged": False})
    return Told(201, _request(state, asked, made))


def _edit_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("requests", asked.names["pull_number"])
    row.update(asked.json)
    return Told(200, _request(state, asked, row))


def _environment(state: State, asked: Asked) -> Told:
    ours(state, asked)
    name = asked.names["environment_name"]
    if name not in state.settings.get("environments", {}):
        raise Refusal(404, "Not Found")
    reviewers = [{"type": "User", "reviewer": _user(each)} for each in state.settings["environments"][name]]
    rule = {"id": 1, "node_id": "", "type": "required_reviewers", "prevent_self_review": False, "reviewers": reviewers}
    return Told(200, {"name": name, "protection_rules": [rule] if reviewers else []})


def _user(name: str) -> dict[str, Any]:
    return {"login": name, "id": 1, "type": "User"}


ROUTES = (
    Route("GET", f"{REPO}/rulesets", _rulesets),
    Route("POST", f"{REPO}/rulesets", _make_ruleset, "admin"),
    Route("DELETE", f"{REPO}/rulesets/{{ruleset_id}}", _delete_ruleset, "admin"),
    Route("GET", f"{REPO}/rules/branches/{{branch}}", _rules),
    Route("POST", f"{REPO}/statuses/{{sha}}", _status, "push"),
    Route("GET", f"{REPO}/pulls", _requests),
    Route("POST", f"{REPO}/pulls", _make_request, "push"),
    Route("PATCH", f"{REPO}/pulls/{{pull_number}}", _edit_request, "push"),
    Route("GET", f"{REPO}/environments/{{environment_name}}", _environment),
)
