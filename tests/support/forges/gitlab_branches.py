"""GitLab's protected branches, merge requests, statuses and environments as its API v4 behaves, beside its releases.

`state.settings["environments"]` = {name: [who approves]}; without any approval an environment is not protected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.forges.asked import Asked, Refusal, Route, State, Told
from tests.support.forges.gitlab import PROJECT, ours

_LEVELS = {30: "Developers + Maintainers", 40: "Maintainers"}


def _protections(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, list(state.table("protections").values()))


def _protect(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    if any(each["name"] == wanted["name"] for each in state.table("protections").values()):
        raise Refusal(409, f"Protected branch '{wanted['name']}' already exists")
    levels = {
        f"{word}_access_levels": [{"access_level": level, "access_level_description": _LEVELS[level]}]
        for word in ("push", "merge")
        if (level := wanted.get(f"{word}_access_level", 40))
    }
    row = {"name": wanted["name"], "allow_force_push": wanted.get("allow_force_push", False), **levels}
    return Told(201, state.add("protections", row))


def _unprotect(state: State, asked: Asked) -> Told:
    ours(state, asked)
    found = [each for each in state.table("protections").values() if each["name"] == asked.names["branch"]]
    if not found:
        raise Refusal(404, "404 Not found")
    del state.table("protections")[found[0]["id"]]
    return Told(204)


def _status(state: State, asked: Asked) -> Told:
    ours(state, asked)
    if len(asked.json.get("description") or "") > 255:
        raise Refusal(400, "description is too long (maximum is 255 characters)")
    return Told(201, state.add("statuses", {"sha": asked.names["sha"], **asked.json}))


def _requests(state: State, asked: Asked) -> Told:
    ours(state, asked)
    query = asked.query
    rows = [
        row
        for row in state.table("requests").values()
        if all(row[name] == query.get(name, row[name]) for name in ("source_branch", "target_branch"))
    ]
    rows.sort(key=lambda row: row["id"], reverse=query.get("sort", "desc") == "desc")
    return Told(200, [_request(state, asked, row) for row in rows])


def _request(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    page = f"{asked.address}/{state.project}/-/merge_requests/{row['id']}"
    return {**row, "iid": row["id"], "state": "merged" if row["merged"] else row["state"], "web_url": page}


def _make_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    source, onto = wanted["source_branch"], wanted["target_branch"]
    if not state.branch(source) or not state.branch(onto):
        raise Refusal(422, "source or target branch does not exist")
    for row in state.table("requests").values():
        if (row["source_branch"], row["target_branch"], row["state"]) == (source, onto, "opened"):
            raise Refusal(409, f"Another open merge request already exists for this source branch: !{row['id']}")
    made = state.add("requests", {**wanted, "state": "opened", "merged": False})
    return Told(201, _request(state, asked, made))


def _edit_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("requests", asked.names["request"])
    row["state"] = {"close": "closed", "reopen": "opened"}[asked.json["state_event"]]
    return Told(200, _request(state, asked, row))


def _environments(state: State, asked: Asked) -> Told:
    ours(state, asked)
    names = [name for name in state.settings.get("environments", {}) if name == asked.query.get("name", name)]
    return Told(200, [{"id": number, "name": name} for number, name in enumerate(names, 1)])


def _protected_environment(state: State, asked: Asked) -> Told:
    ours(state, asked)
    approve = state.settings.get("environments", {}).get(asked.names["name"])
    if not approve:
        raise Refusal(404, "404 Not found")
    rules = [{"id": 1, "access_level_description": each, "required_approvals": 1} for each in approve]
    return Told(200, {"name": asked.names["name"], "deploy_access_levels": [], "approval_rules": rules})


ROUTES = (
    Route("GET", f"{PROJECT}/protected_branches", _protections),
    Route("POST", f"{PROJECT}/protected_branches", _protect, "admin"),
    Route("DELETE", f"{PROJECT}/protected_branches/{{branch}}", _unprotect, "admin"),
    Route("POST", f"{PROJECT}/statuses/{{sha}}", _status, "push"),
    Route("GET", f"{PROJECT}/merge_requests", _requests),
    Route("POST", f"{PROJECT}/merge_requests", _make_request, "push"),
    Route("PUT", f"{PROJECT}/merge_requests/{{request}}", _edit_request, "push"),
    Route("GET", f"{PROJECT}/environments", _environments),
    Route("GET", f"{PROJECT}/protected_environments/{{name}}", _protected_environment),
)
