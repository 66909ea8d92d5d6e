"""Gitea's branch protections, pull requests and statuses as its API v1 behaves, beside its releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.forges.alike import REPO
from tests.support.forges.asked import Asked, Refusal, Route, State, Told
from tests.support.forges.gitea import ours


def _protections(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, [_shown(row) for row in state.table("protections").values()])


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _protect(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    if any(each["rule_name"] == wanted["rule_name"] for each in state.table("protections").values()):
        raise Refusal(403, "Branch protection already exist")
    if set(wanted.get("push_whitelist_usernames", ())) - {each.name for each in state.accounts.values()}:
        raise Refusal(422, "user does not exist")
    return Told(201, _shown(state.add("protections", wanted)))


def _unprotect(state: State, asked: Asked) -> Told:
    ours(state, asked)
    found = [each for each in state.table("protections").values() if each["rule_name"] == asked.names["branch"]]
    if not found:
        raise Refusal(404, "The target couldn't be found.")
    del state.table("protections")[found[0]["id"]]
    return Told(204)


def _status(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(201, state.add("statuses", {"sha": asked.names["sha"], **asked.json}))


def _requests(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.query.get("state", "open")
    rows = [_request(state, asked, row) for row in reversed(state.table("requests").values())]
    return Told(200, [row for row in rows if wanted in ("all", row["state"])])


def _request(state: State, asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    """Show a pull request; its ref is another one, and it is closed, once its branch is deleted."""
    there = state.branch(row["head"])
    if row["state"] == "open" and there is None:
        row["state"] = "closed"
    ref = row["head"] if there else f"refs/pull/{row['id']}/head"
    return {
        "number": row["id"],
        "state": row["state"],
        "merged": row["merged"],
        "html_url": f"{asked.address}/{state.project}/pulls/{row['id']}",
        "head": {"label": row["head"], "ref": ref, "repo_id": 7},
        "base": {"label": row["base"], "ref": row["base"], "repo_id": 7},
    }


def _make_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    if not state.branch(wanted["head"]) or not state.branch(wanted["base"]):
        raise Refusal(404, "The target couldn't be found.")
    for row in state.table("requests").values():
        if (row["head"], row["base"], row["state"]) == (wanted["head"], wanted["base"], "open"):
            raise Refusal(409, "pull request already exists for these targets")
    made = state.add("requests", {**wanted, "state": "open", "merged": False})
    return Told(201, _request(state, asked, made))


def _edit_request(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("requests", asked.names["number"])
    row["state"] = asked.json["state"]
    return Told(201, _request(state, asked, row))


ROUTES = (
    Route("GET", f"{REPO}/branch_protections", _protections),
    Route("POST", f"{REPO}/branch_protections", _protect, "admin"),
    Route("DELETE", f"{REPO}/branch_protections/{{branch}}", _unprotect, "admin"),
    Route("POST", f"{REPO}/statuses/{{sha}}", _status, "push"),
    Route("GET", f"{REPO}/pulls", _requests),
    Route("POST", f"{REPO}/pulls", _make_request, "push"),
    Route("PATCH", f"{REPO}/pulls/{{number}}", _edit_request, "push"),
)
