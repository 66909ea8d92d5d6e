"""Issues and milestones of the three forges, as their APIs behave; `issue_server(kind)` is a forge that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.support.forges import gitea, github, gitlab
from tests.support.forges.alike import NOW, REPO
from tests.support.forges.asked import Asked, Refusal, Route, State, Told
from tests.support.forges.gitlab import PROJECT as GITLAB_PROJECT
from tests.support.forges.kinds import KINDS, PROJECT, TOKEN
from tests.support.forges.server import ForgeServer


def issue_server(kind: str, *routes: Route) -> ForgeServer:
    """Return a forge of a kind with one project that has issues, on which TOKEN may push."""
    server = ForgeServer(KINDS[kind], PROJECT, routes=(*routes, *ROUTES[kind]))
    server.account(TOKEN, "ada", "push")
    return server


def add_issue(
    server: ForgeServer,
    title: str,
    *,
    labels: Iterable[str] = (),
    milestone: int | None = None,
    opened: str = NOW,
    closed: str = "",
    reason: str = "",
    request: bool = False,
) -> int:
    """Put an issue (or a pull request, where those are issues too) on a forge; return its number."""
    row = {"title": title, "labels": list(labels), "milestone": milestone, "opened": opened, "closed": closed}
    return int(server.state.add("issues", row | {"reason": reason, "request": request})["id"])


def add_milestone(server: ForgeServer, title: str, due: str = "", *, closed: bool = False) -> int:
    """Put a milestone on a forge; return its id."""
    return int(server.state.add("milestones", {"title": title, "due": due, "closed": closed})["id"])


def milestones_on(server: ForgeServer) -> dict[str, tuple[str, list[int]]]:
    """Return {title: (day, numbers of its issues)} of the state of a forge."""
    rows, issues = server.state.table("milestones").values(), server.state.table("issues").values()
    return {
        row["title"]: (row["due"], [each["id"] for each in issues if each["milestone"] == row["id"]]) for row in rows
    }


def _chosen(state: State, asked: Asked, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the issues that a query wants: `words` are this forge's for open and closed."""
    query, found = asked.query, list(state.table("issues").values())
    wanted = query.get("state", words.get("default", "all"))
    if wanted in words:
        found = [row for row in found if bool(row["closed"]) == (words[wanted] == "closed")]
    for label in filter(None, query.get("labels", "").split(",")):
        found = [row for row in found if label in row["labels"]]
    since = query.get("since") or query.get("updated_after")
    if since:
        found = [row for row in found if max(row["opened"], row["closed"])[:19] >= since[:19]]
    return sorted(found, key=lambda row: str(row["opened"]))[::-1]  # newest first


def _milestone_row(state: State, row: Mapping[str, Any]) -> dict[str, Any] | None:
    return state.table("milestones")[row["milestone"]] if row["milestone"] else None


def _new_milestone(state: State, title: str, due: str) -> dict[str, Any]:
    if any(row["title"] == title for row in state.table("milestones").values()):
        raise Refusal(422, "Validation Failed", errors=[{"resource": "Milestone", "code": "already_exists"}])
    return state.add("milestones", {"title": title, "due": due, "closed": False})


def _alike(ours: Callable[[State, Asked], None], number: str, milestone: str) -> tuple[Route, ...]:
    """Return the routes of GitHub and Gitea; `number` and `milestone` are the words of their paths."""
    is_github = ours is github.ours

    def shown_milestone(asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
        known = {"id": row["id"], "title": row["title"], "state": "closed" if row["closed"] else "open"}
        known |= {"due_on": f"{row['due']}T08:00:00Z" if row["due"] else None, "created_at": NOW}
        page = f"{asked.address}/{PROJECT}/milestone/{row['id']}"
        return known | ({"number": row["id"], "html_url": page} if is_github else {})

    def shown(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
        held = _milestone_row(state, row)
        known = {
            "id": row["id"],
            "number": row["id"],
            "title": row["title"],
            "state": "closed" if row["closed"] else "open",
            "labels": [{"name": each} for each in row["labels"]],
            "milestone": shown_milestone(asked, held) if held else None,
            "created_at": row["opened"],
            "updated_at": row["closed"] or row["opened"],
            "closed_at": row["closed"] or None,
            "html_url": f"{asked.address}/{PROJECT}/issues/{row['id']}",
        }
        if is_github:
            known["state_reason"] = (row["reason"] or "completed") if row["closed"] else None
        if row["request"]:
            known["pull_request"] = {"url": "", "html_url": "", "diff_url": "", "patch_url": ""}
        return known

    def listing(state: State, asked: Asked) -> Told:
        ours(state, asked)
        found = _chosen(state, asked, {"open": "open", "closed": "closed", "default": "open"})
        if asked.query.get("type") == "issues":
            found = [row for row in found if not row["request"]]
        if "milestone" in asked.query:  # GitHub: a number
            found = [row for row in found if str(row["milestone"]) == asked.query["milestone"]]
        if "milestones" in asked.query:  # Gitea: titles
            wanted = asked.query["milestones"].split(",")
            found = [row for row in found if (_milestone_row(state, row) or {}).get("title") in wanted]
        return Told(200, [shown(state, asked, row) for row in found])

    def edit(state: State, asked: Asked) -> Told:
        ours(state, asked)
        row = state.row("issues", asked.names[number])
        row["milestone"] = state.row("milestones", str(asked.json["milestone"]))["id"]
        return Told(200 if is_github else 201, shown(state, asked, row))

    def milestones(state: State, asked: Asked) -> Told:
        ours(state, asked)
        wanted = asked.query.get("state", "open")
        rows = [row for row in state.table("milestones").values() if wanted == "all" or not row["closed"]]
        return Told(200, [shown_milestone(asked, row) for row in rows])

    def make(state: State, asked: Asked) -> Told:
        ours(state, asked)
        made = _new_milestone(state, asked.json["title"], (asked.json.get("due_on") or "")[:10])
        return Told(201, shown_milestone(asked, made))

    def move(state: State, asked: Asked) -> Told:
        ours(state, asked)
        row = state.row("milestones", asked.names[milestone])
        row["due"] = asked.json["due_on"][:10]
        return Told(200, shown_milestone(asked, row))

    return (
        Route("GET", f"{REPO}/issues", listing),
        Route("PATCH", f"{REPO}/issues/{{{number}}}", edit, "push"),
        Route("GET", f"{REPO}/milestones", milestones),
        Route("POST", f"{REPO}/milestones", make, "push"),
        Route("PATCH", f"{REPO}/milestones/{{{milestone}}}", move, "push"),
    )


def _gitlab_milestone(asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    page = f"{asked.address}/{PROJECT}/-/milestones/{row['id']}"
    state = "closed" if row["closed"] else "active"
    return {"id": row["id"], "title": row["title"], "due_date": row["due"] or None, "state": state, "web_url": page}


def _gitlab_issue(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    held = _milestone_row(state, row)
    return {
        "id": 1000 + row["id"],
        "iid": row["id"],
        "title": row["title"],
        "labels": row["labels"],
        "state": "closed" if row["closed"] else "opened",
        "milestone": _gitlab_milestone(asked, held) if held else None,
        "created_at": row["opened"],
        "updated_at": row["closed"] or row["opened"],
        "closed_at": row["closed"] or None,
        "moved_to_id": 77 if row["reason"] == "moved" else None,
        "_links": {"closed_as_duplicate_of": f"{asked.address}/1" if row["reason"] == "duplicate" else None},
        "web_url": f"{asked.address}/{PROJECT}/-/issues/{row['id']}",
    }


def _gitlab_issues(state: State, asked: Asked) -> Told:
    gitlab.ours(state, asked)
    found = [row for row in _chosen(state, asked, {"opened": "open", "closed": "closed"}) if not row["request"]]
    if "milestone" in asked.query:
        found = [row for row in found if (_milestone_row(state, row) or {}).get("title") == asked.query["milestone"]]
    return Told(200, [_gitlab_issue(state, asked, row) for row in found])


def _gitlab_edit(state: State, asked: Asked) -> Told:
    gitlab.ours(state, asked)
    row = state.row("issues", asked.names["issue_iid"])
    row["milestone"] = state.row("milestones", str(asked.json["milestone_id"]))["id"]
    return Told(200, _gitlab_issue(state, asked, row))


def _gitlab_milestones(state: State, asked: Asked) -> Told:
    gitlab.ours(state, asked)
    return Told(200, [_gitlab_milestone(asked, row) for row in state.table("milestones").values()])


def _gitlab_make(state: State, asked: Asked) -> Told:
    gitlab.ours(state, asked)
    return Told(
        201, _gitlab_milestone(asked, _new_milestone(state, asked.json["title"], asked.json.get("due_date", "")))
    )


def _gitlab_move(state: State, asked: Asked) -> Told:
    gitlab.ours(state, asked)
    row = state.row("milestones", asked.names["milestone_id"])
    row["due"] = asked.json["due_date"]
    return Told(200, _gitlab_milestone(asked, row))


ROUTES = {
    "github": _alike(github.ours, "issue_number", "milestone_number"),
    "gitea": _alike(gitea.ours, "index", "id"),
    "gitlab": (
        Route("GET", f"{GITLAB_PROJECT}/issues", _gitlab_issues),
        Route("PUT", f"{GITLAB_PROJECT}/issues/{{issue_iid}}", _gitlab_edit, "push"),
        Route("GET", f"{GITLAB_PROJECT}/milestones", _gitlab_milestones),
        Route("POST", f"{GITLAB_PROJECT}/milestones", _gitlab_make, "push"),
        Route("PUT", f"{GITLAB_PROJECT}/milestones/{{milestone_id}}", _gitlab_move, "push"),
    ),
}
