"""Gitea's releases as its API v1 behaves: one release of a tag, draft or not; no hashes; bytes at /attachments/."""

from __future__ import annotations

import email.parser
import email.policy
from collections.abc import Mapping
from typing import Any

from tests.support.forges.alike import NOW, REPO, forget_release, refuse_other, seen, token, wanted_release
from tests.support.forges.asked import Asked, Kind, Refusal, Route, State, Told


def ours(state: State, asked: Asked) -> None:
    """Refuse a request for another repository, or one that the asker may not see."""
    refuse_other(state, asked, "The target couldn't be found.")


def _user(state: State, asked: Asked) -> Told:
    if asked.account is None:
        raise Refusal(401, "token is required")
    return Told(200, {"id": 1, "login": asked.account.name})


def repository(state: State, asked: Asked) -> Told:
    """Show the repository."""
    ours(state, asked)
    may = {"admin": asked.may("admin"), "push": asked.may("push"), "pull": True}
    return Told(200, {"id": 7, "full_name": state.settings.get("renamed", state.project), "permissions": may})


def _shown(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    page = f"{asked.address}/{state.project}/releases/tag/{row['tag_name']}"
    assets = [each for each in state.table("assets").values() if each["release"] == row["id"]]
    return dict(row) | {
        "html_url": page,
        "assets": [
            {name: value for name, value in each.items() if name != "release"}
            | {"browser_download_url": f"{asked.address}/{state.project}/releases/download/{each['name']}"}
            for each in assets
        ],
    }


def _listing(state: State, asked: Asked) -> Told:
    ours(state, asked)
    rows = seen(state, asked)
    if "draft" in asked.query:
        rows = [each for each in rows if each["draft"] == (asked.query["draft"] == "true")]
    return Told(200, [_shown(state, asked, row) for row in reversed(rows)])


def _by_tag(state: State, asked: Asked) -> Told:
    ours(state, asked)
    for row in state.table("releases").values():
        if row["tag_name"] == asked.names["tag"]:
            return Told(200, _shown(state, asked, row))
    raise Refusal(404, "The target couldn't be found.")


def _latest(state: State, asked: Asked) -> Told:
    ours(state, asked)
    rows = [each for each in state.table("releases").values() if not each["draft"] and not each["prerelease"]]
    if not rows:
        raise Refusal(404, "The target couldn't be found.")
    return Told(200, _shown(state, asked, rows[-1]))


def _create(state: State, asked: Asked) -> Told:
    ours(state, asked)
    if any(row["tag_name"] == asked.json["tag_name"] for row in state.table("releases").values()):
        raise Refusal(409, "Release is has no Tag")
    row = state.add("releases", wanted_release(asked, "", "", NOW))
    return Told(201, _shown(state, asked, row))


def _edit(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("releases", asked.names["release_id"])
    row.update({name: value for name, value in asked.json.items() if name in row and value != ""})
    return Told(200, _shown(state, asked, row))


def _delete(state: State, asked: Asked) -> Told:
    ours(state, asked)
    forget_release(state, asked)
    return Told(204)


def _attach(state: State, asked: Asked) -> Told:
    """Keep an asset; a second one of the same name stays beside it."""
    ours(state, asked)
    row, content = state.row("releases", asked.names["release_id"]), _part(asked, "attachment")
    asset = {"release": row["id"], "name": asked.query["name"], "size": len(content), "download_count": 0}
    made = state.add("assets", asset | {"created_at": NOW})
    made["uuid"] = f"00000000-0000-4000-8000-{made['id']:012}"
    state.contents[made["id"]] = content
    return Told(201, {name: value for name, value in made.items() if name != "release"})


def _part(asked: Asked, name: str) -> bytes:
    """Return a part of a form (RFC 7578)."""
    head = b"Content-Type: " + asked.headers["content-type"].encode() + b"\r\n\r\n"
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + asked.body)
    for each in message.iter_parts():
        if each.get_param("name", header="content-disposition") == name:
            return bytes(each.get_payload(decode=True))
    raise Refusal(422, f"there is no {name}")


def _detach(state: State, asked: Asked) -> Told:
    ours(state, asked)
    del state.table("assets")[state.row("assets", asked.names["asset_id"])["id"]]
    return Told(204)


def _bytes(state: State, asked: Asked) -> Told:
    """Give the bytes of an asset, of a draft's to those who may write."""
    for each in state.table("assets").values():
        if each["uuid"] == asked.names["uuid"]:
            if state.table("releases")[each["release"]]["draft"] and not asked.may("push"):
                raise Refusal(404, "Not found.")
            return Told(200, state.contents[each["id"]])
    raise Refusal(404, "Not found.")


GITEA = Kind(
    "gitea",
    ("/api/v1", ""),
    token,
    (
        Route("GET", "/user", _user),
        Route("GET", REPO, repository),
        Route("GET", f"{REPO}/releases", _listing),
        Route("POST", f"{REPO}/releases", _create, "push"),
        Route("GET", f"{REPO}/releases/latest", _latest),
        Route("GET", f"{REPO}/releases/tags/{{tag}}", _by_tag),
        Route("PATCH", f"{REPO}/releases/{{release_id}}", _edit, "push"),
        Route("DELETE", f"{REPO}/releases/{{release_id}}", _delete, "push"),
        Route("POST", f"{REPO}/releases/{{release_id}}/assets", _attach, "push"),
        Route("DELETE", f"{REPO}/releases/{{release_id}}/assets/{{asset_id}}", _detach, "push"),
        Route("GET", "/attachments/{uuid}", _bytes, api=False),
    ),
    page_size="limit",
)
