"""GitLab's releases and generic packages as its API v4 behaves (docs.gitlab.com: releases, packages)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tests.support.forges.asked import Asked, Kind, Refusal, Route, State, Told

PROJECT = "/projects/{id}"
_NOW = "2026-11-27T12:00:00.000Z"


def token(headers: Mapping[str, str]) -> str:
    """Return the token of a request."""
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("private-token") or headers.get("job-token") or bearer


def ours(state: State, asked: Asked) -> None:
    """Refuse a request for another project, or one that the asker may not see."""
    if asked.names["id"].lower() != state.project.lower() or (state.settings.get("private") and not asked.may("read")):
        raise Refusal(404, "404 Project Not Found")


def _user(state: State, asked: Asked) -> Told:
    if asked.account is None or "job-token" in asked.headers:
        raise Refusal(401, "401 Unauthorized")
    return Told(200, {"id": 1, "username": asked.account.name, "name": asked.account.name})


def project(state: State, asked: Asked) -> Told:
    """Show the project."""
    ours(state, asked)
    level = 40 if asked.may("admin") else 30 if asked.may("push") else 20
    access = {"project_access": {"access_level": level, "notification_level": 3}, "group_access": None}
    name = state.settings.get("renamed", state.project)
    return Told(200, {"id": 7, "path_with_namespace": name} | ({"permissions": access} if asked.account else {}))


def _shown(state: State, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    page = f"{asked.address}/{state.project}/-/releases/{quote(row['tag_name'], safe='')}"
    links = [{"id": number, "direct_asset_url": each["url"], **each} for number, each in enumerate(row["links"], 1)]
    return {name: row[name] for name in ("tag_name", "name", "description", "released_at")} | {
        "created_at": row["released_at"],
        "assets": {"count": len(links), "sources": [], "links": links},
        "_links": {"self": page},
    }


def _listing(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, [_shown(state, asked, row) for row in reversed(state.table("releases").values())])


def _of_tag(state: State, name: str) -> dict[str, Any]:
    for row in state.table("releases").values():
        if row["tag_name"] == name:
            return row
    raise Refusal(404, "404 Not Found")


def _by_tag(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, _shown(state, asked, _of_tag(state, asked.names["tag"])))


def _create(state: State, asked: Asked) -> Told:
    ours(state, asked)
    wanted = asked.json
    if any(row["tag_name"] == wanted["tag_name"] for row in state.table("releases").values()):
        raise Refusal(409, "Release already exists")
    if state.tag(wanted["tag_name"]) is None and not wanted.get("ref"):
        raise Refusal(422, "Ref is not specified")
    links = wanted.get("assets", {}).get("links", [])
    if len({each["name"] for each in links}) < len(links) or len({each["url"] for each in links}) < len(links):
        raise Refusal(400, "Validation failed: Links have duplicate values")
    row = state.add("releases", wanted | {"links": links, "released_at": wanted.get("released_at", _NOW)})
    return Told(201, _shown(state, asked, row))


def _edit(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = _of_tag(state, asked.names["tag"])
    row.update({name: value for name, value in asked.json.items() if name in ("name", "description", "released_at")})
    return Told(200, _shown(state, asked, row))


def _delete(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = _of_tag(state, asked.names["tag"])
    del state.table("releases")[row["id"]]
    return Told(200, _shown(state, asked, row))


def _packages(state: State, asked: Asked) -> Told:
    ours(state, asked)
    query, found = asked.query, list(state.table("packages").values())
    if "package_name" in query:
        found = [each for each in found if query["package_name"] in each["name"]]  # a fuzzy search
    if "package_version" in query:
        found = [each for each in found if each["version"] == query["package_version"]]
    if "package_type" in query:
        found = [each for each in found if each["package_type"] == query["package_type"]]
    return Told(200, found)


def _send(state: State, asked: Asked) -> Told:
    """Keep a file; one of the same name stays beside it."""
    ours(state, asked)
    name, version = asked.names["package"], asked.names["version"]
    found = [each for each in state.table("packages").values() if (each["name"], each["version"]) == (name, version)]
    wanted = {"name": name, "version": version, "package_type": "generic", "status": "default", "created_at": _NOW}
    package = found[0] if found else state.add("packages", wanted)
    row = state.add(
        "files",
        {
            "package_id": package["id"],
            "created_at": _NOW,
            "file_name": asked.names["file"],
            "size": len(asked.body),
            "file_sha256": hashlib.sha256(asked.body).hexdigest(),
        },
    )
    state.contents[row["id"]] = asked.body
    return Told(201, {"message": "201 Created"})


def _files_of(state: State, package: int) -> list[dict[str, Any]]:
    return [each for each in state.table("files").values() if each["package_id"] == package]


def _files(state: State, asked: Asked) -> Told:
    ours(state, asked)
    return Told(200, _files_of(state, state.row("packages", asked.names["package_id"])["id"]))


def _download(state: State, asked: Asked) -> Told:
    """Give the newest file of a name."""
    ours(state, asked)
    wanted = asked.names["package"], asked.names["version"]
    for package in state.table("packages").values():
        if (package["name"], package["version"]) == wanted:
            for each in reversed(_files_of(state, package["id"])):
                if each["file_name"] == asked.names["file"]:
                    return Told(200, state.contents[each["id"]])
    raise Refusal(404, "404 Not Found")


def _delete_package(state: State, asked: Asked) -> Told:
    ours(state, asked)
    row = state.row("packages", asked.names["package_id"])
    for each in _files_of(state, row["id"]):
        del state.table("files")[each["id"]]
    del state.table("packages")[row["id"]]
    return Told(204)


def _delete_file(state: State, asked: Asked) -> Told:
    ours(state, asked)
    del state.table("files")[state.row("files", asked.names["file_id"])["id"]]
    return Told(204)


_GENERIC = f"{PROJECT}/packages/generic/{{package}}/{{version}}/{{file}}"
GITLAB = Kind(
    "gitlab",
    ("/api/v4",),
    token,
    (
        Route("GET", "/user", _user),
        Route("GET", PROJECT, project),
        Route("GET", f"{PROJECT}/releases", _listing),
        Route("POST", f"{PROJECT}/releases", _create, "push"),
        Route("GET", f"{PROJECT}/releases/{{tag}}", _by_tag),
        Route("PUT", f"{PROJECT}/releases/{{tag}}", _edit, "push"),
        Route("DELETE", f"{PROJECT}/releases/{{tag}}", _delete, "push"),
        Route("GET", f"{PROJECT}/packages", _packages),
        Route("PUT", _GENERIC, _send, "push"),
        Route("GET", _GENERIC, _download),
        Route("DELETE", f"{PROJECT}/packages/{{package_id}}", _delete_package, "push"),
        Route("GET", f"{PROJECT}/packages/{{package_id}}/package_files", _files),
        Route("DELETE", f"{PROJECT}/packages/{{package_id}}/package_files/{{file_id}}", _delete_file, "push"),
    ),
)
