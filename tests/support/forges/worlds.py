"""Worlds whose releases are shown on a forge, and what that forge then shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.forges.kinds import PROJECT, VARIABLES
from tests.support.forges.server import ForgeServer
from tests.support.secrets import PASSWORD
from tests.support.world import World

TOKEN = PASSWORD


def table(server: ForgeServer, api: str = "", **more: str) -> str:
    """Return the [forge] of a release.toml; `more` are TOML values."""
    keys = {"kind": f'"{server.kind.name}"', "api": f'"{api or server.api}"', "project": f'"{PROJECT}"'} | more
    return "\n".join(["", "[forge]", *(f"{name} = {value}" for name, value in keys.items()), ""])


def with_forge(world: World, server: ForgeServer, api: str = "", **more: str) -> World:
    """Let the releases of a world be shown on a forge, and the forge know its repository."""
    path = world.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8") + table(server, api, **more), encoding="utf-8")
    world.commit("a forge")
    world.git("push", "--quiet", "origin", "main")
    server.state.remote = world.remote
    return world


def token_for(server: ForgeServer) -> dict[str, str]:
    """Return the variable that lets our commands in."""
    return {VARIABLES[server.kind.name]: TOKEN}


@dataclass(frozen=True)
class Shown:
    """One release as a visitor sees it: {file name: sha256 of the bytes that are served}."""

    tag: str
    draft: bool
    prerelease: bool
    files: dict[str, str]
    body: str


def shown(server: ForgeServer) -> list[Shown]:
    """Return the releases of a forge, oldest first, drafts too; asked of its state, not of our own code."""
    return [_shown(server, row) for row in server.state.table("releases").values()]


def _shown(server: ForgeServer, row: Mapping[str, Any]) -> Shown:
    state = server.state
    if server.kind.name == "gitlab":
        files = {link["name"]: _linked(server, link["url"]) for link in row["links"]}
    else:
        mine = [each for each in state.table("assets").values() if each["release"] == row["id"]]
        assert len({each["name"] for each in mine}) == len(mine), f"twice: {mine}"
        files = {each["name"]: _sha256(state.contents[each["id"]]) for each in mine}
    body = row.get("body") or row.get("description") or ""
    return Shown(row["tag_name"], bool(row.get("draft")), bool(row.get("prerelease")), files, body)


def _linked(server: ForgeServer, url: str) -> str:
    """Return the hash of what a link of GitLab leads to: the newest file of its package of that name."""
    version, name = url.rsplit("/", 2)[1:]
    state = server.state
    package = next(each["id"] for each in state.table("packages").values() if each["version"] == version)
    rows = [
        each for each in state.table("files").values() if (each["package_id"], each["file_name"]) == (package, name)
    ]
    assert len(rows) == 1, f"{name} is there {len(rows)} times"
    return _sha256(state.contents[rows[0]["id"]])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sums_of(folder: Path) -> dict[str, str]:
    """Return {name: sha256} of the files in a folder."""
    return {path.name: _sha256(path.read_bytes()) for path in folder.iterdir() if path.is_file()}
