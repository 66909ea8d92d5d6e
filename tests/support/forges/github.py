"""GitHub's releases as its REST API behaves (docs.github.com): drafts, assets that may be cut off, latest, immutable.

`state.settings`: "immutable" (what is public takes no more changes of its assets), "private", "renamed" (the name that
the project has now), "workflow" (tokens are those of workflows), "no digests" (an older GitHub Enterprise).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tests.support.forges.alike import NOW, REPO, forget_release, refuse_other, seen, token, wanted_release
from tests.support.forges.asked import Asked, Kind, Refusal, Route, State, Told


def _user(state: State, asked: Asked) -> Told:
    if asked.account is None:
        raise Refusal(401, "Requires authentication")
    if state.settings.get("workflow"):
        raise Refusal(403, "Resource not accessible by integration")
    return Told(200, {"login": asked.account.name, "user_view_type": "public"})


def ours(state: State, asked: Asked) -> None:
    """Refuse a request for another repository, or one that the asker may not see."""
    refuse_other(state, asked, "Not Found")


def repository(state: State, asked: Asked) -> Told:
    """Show the repository."""
    ours(state, asked)
    own = not state.settings.get("workflow")
    may = {"pull": own, "push": own and asked.may("push"), "admin": own and asked.may("admin")}
    name = state.settings.get("renamed", state.project)
    row = {"full_name": name, "name": name.partition("/")[2]}
    return Told(200, row | ({"permissions": may} if asked.account else {}))


def _shown(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    url = f"{asked.address}/api/v3/repos/{state.project}/releases"
    page = f"{asked.address}/{state.project}/releases"
    word = f"untagged-{row['id']}" if row["draft"] else row["tag_name"]
    assets = [_asset(state, asked, each) for each in state.table("assets").values() if each["release"] == row["id"]]
    return {name: value for name, value in row.items() if name != "made"} | {
        "url": f"{url}/{row['id']}",
        "html_url": f"{page}/tag/{word}",
        "assets_url": f"{url}/{row['id']}/assets",
        "upload_url": f"{asked.address}/api/uploads/repos/{state.project}/releases/{row['id']}/assets{{?name,label}}",
        "tarball_url": None if row["draft"] else f"{asked.address}/tarball",
        "zipball_url": None if row["draft"] else f"{asked.address}/zipball",
        "assets": assets,
        "immutable": bool(state.settings.get("immutable")) and not row["draft"],
    }


def _asset(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "release"} | {
        "url": f"{asked.address}/api/v3/repos/{state.project}/releases/assets/{row['id']}",
        "browser_download_url": f"{asked.address}/{state.project}/releases/download/{row['name']}",
    }


def _listing(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, [_shown(state, asked, row) for row in reversed(seen(state, asked))])


def _by_tag(state: State, asked: Asked) -> Told:
    ours(state, asked)
    for row in state.table("releases").values():
        if not row["draft"] and row["tag_name"] == asked.names["tag"]:
            return Told(200, _shown(state, asked, row))
    raise Refusal(404, "Not Found")


def _latest(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, _shown(state, asked, state.row("releases", str(state.settings.get("latest")))))


def _one(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("releases", asked.names["release_id"])
    if row["draft"] and not asked.may("push"):
        raise Refusal(404, "Not Found")
    return Told(200, _shown(state, asked, row))


def _create(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = wanted_release(asked, "main", None, None)
    _refuse_long(row["body"])
    if not row["draft"]:
        _refuse_second(state, row)
    made = state.add("releases", row)
    if not row["draft"]:
        _publish(state, made, asked.json)
    return Told(201, _shown(state, asked, made))


def _refuse_long(text: str | None) -> None:
    if text and len(text) > 125_000:
        errors = [{"resource": "Release", "code": "custom", "field": "body", "message": "body is too long"}]
        raise Refusal(422, "Validation Failed", errors=errors)


def _refuse_second(state: State, row: Mapping[str, Any]) -> None:
    for each in state.table("releases").values():
        if not each["draft"] and each["tag_name"] == row["tag_name"] and each.get("id") != row.get("id"):
            errors = [{"resource": "Release", "code": "already_exists", "field": "tag_name"}]
            raise Refusal(422, "Validation Failed", errors=errors)


def _publish(state: State, row: dict[str, Any], wanted: Mapping[str, Any]) -> None:
    if state.tag(row["tag_name"]) is None:
        state.add("tags made", {"name": row["tag_name"]})  # what GitHub would do; no test of ours wants it
    row["published_at"] = NOW
    latest = wanted.get("make_latest", "true")
    if row["prerelease"] and latest == "true" and "make_latest" in wanted:
        raise Refusal(422, "a prerelease cannot be the latest")
    if latest == "true" and not row["prerelease"]:
        state.settings["latest"] = row["id"]


def _edit(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row, wanted = state.row("releases", asked.names["release_id"]), asked.json
    was_draft = row["draft"]
    changed = {**row, **{name: wanted[name] for name in wanted if name in row}}
    _refuse_long(changed["body"])
    if not changed["draft"]:
        _refuse_second(state, changed)
    row.update(changed)
    if was_draft and not row["draft"]:
        _publish(state, row, wanted)
    return Told(200, _shown(state, asked, row))


def _delete(state: State, asked: Asked) -> Told:
    ours(state, asked)
    forget_release(state, asked)
    return Told(204)


def _assets(state: State, asked: Asked) -> Told:
    return Told(200, _one(state, asked).body["assets"])


def _upload(state: State, asked: Asked) -> Told:
    """Take an asset; one that was cut off stays there without its bytes, and its name is taken."""
    ours(state, asked)
    row, name = state.row("releases", asked.names["release_id"]), asked.query["name"]
    _refuse_immutable(state, row)
    if any(each["release"] == row["id"] and each["name"] == name for each in state.table("assets").values()):
        errors = [{"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}]
        raise Refusal(422, "Validation Failed", errors=errors)
    asset = {
        "release": row["id"],
        "name": name,
        "label": None,
        "state": "uploaded" if asked.whole else "open",  # "starter" in the text of its pages, "open" in its description
        "content_type": asked.headers.get("content-type", ""),
        "size": len(asked.body) if asked.whole else 0,
        "digest": f"sha256:{hashlib.sha256(asked.body).hexdigest()}" if asked.whole else None,
        "download_count": 0,
        "created_at": NOW,
        "updated_at": NOW,
    }
    if state.settings.get("no digests"):
        asset["digest"] = None
    made = state.add("assets", asset)
    state.contents[made["id"]] = asked.body
    return Told(201, _asset(state, asked, made))


def _refuse_immutable(state: State, row: Mapping[str, Any]) -> None:
    if state.settings.get("immutable") and not row["draft"]:
        raise Refusal(422, "Cannot modify an immutable release")


def _download(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("assets", asked.names["asset_id"])
    if "octet-stream" in asked.headers.get("accept", ""):
        elsewhere = asked.address.replace("127.0.0.1", "localhost")  # another host, to those who ask
        return Told(302, None, {"Location": f"{elsewhere}/storage/{row['id']}"})
    return Told(200, _asset(state, asked, row))


def _delete_asset(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("assets", asked.names["asset_id"])
    _refuse_immutable(state, state.table("releases")[row["release"]])
    del state.table("assets")[row["id"]]
    return Told(204)


def _stored(state: State, asked: Asked) -> Told:
    """Give bytes as a storage does that knows no tokens, and refuses those who bring one (unless it takes them)."""
    if "authorization" in asked.headers and not state.settings.get("storage takes tokens"):
        raise Refusal(400, "Only one auth mechanism allowed")
    return Told(200, state.contents[int(asked.names["number"])])


GITHUB = Kind(
    "github",
    ("/api/v3", "/api/uploads", ""),
    token,
    (
        Route("GET", "/user", _user),
        Route("GET", REPO, repository),
        Route("GET", f"{REPO}/releases", _listing),
        Route("POST", f"{REPO}/releases", _create, "push"),
        Route("GET", f"{REPO}/releases/latest", _latest),
        Route("GET", f"{REPO}/releases/tags/{{tag}}", _by_tag),
        Route("GET", f"{REPO}/releases/{{release_id}}", _one),
        Route("PATCH", f"{REPO}/releases/{{release_id}}", _edit, "push"),
        Route("DELETE", f"{REPO}/releases/{{release_id}}", _delete, "push"),
        Route("GET", f"{REPO}/releases/{{release_id}}/assets", _assets),
        Route("POST", f"{REPO}/releases/{{release_id}}/assets", _upload, "push", halves=True),
        Route("GET", f"{REPO}/releases/assets/{{asset_id}}", _download),
        Route("DELETE", f"{REPO}/releases/assets/{{asset_id}}", _delete_asset, "push"),
        Route("GET", "/storage/{number}", _stored, api=False),
    ),
)
