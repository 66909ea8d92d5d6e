"""What GitHub and Gitea do alike: who asks, which repository is meant, and how a release is kept and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.forges.asked import Asked, Refusal, State

REPO = "/repos/{owner}/{repo}"
NOW = "2026-11-27T12:00:00Z"


def token(headers: Mapping[str, str]) -> str:
    """Return the token of a request."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value if kind.lower() in ("bearer", "token") else ""


def refuse_other(state: State, asked: Asked, message: str) -> None:
    """Refuse a request for another repository, or one that the asker may not see."""
    wanted = f"{asked.names['owner']}/{asked.names['repo']}".lower()
    if wanted != state.project.lower() or (state.settings.get("private") and not asked.may("read")):
        raise Refusal(404, message)


def seen(state: State, asked: Asked) -> list[dict[str, Any]]:
    """Return the releases that the asker may see, oldest first."""
    return [each for each in state.table("releases").values() if asked.may("push") or not each["draft"]]


def wanted_release(asked: Asked, branch: str, text: str | None, published: str | None) -> dict[str, Any]:
    """Return the release that is asked for; `branch` and `text` stand for what is not given."""
    wanted = asked.json
    return {
        "tag_name": wanted["tag_name"],
        "target_commitish": wanted.get("target_commitish", branch),
        "name": wanted.get("name", text),
        "body": wanted.get("body", text),
        "draft": wanted.get("draft", False),
        "prerelease": wanted.get("prerelease", False),
        "created_at": NOW,
        "published_at": published,
    }


def forget_release(state: State, asked: Asked) -> None:
    """Delete a release and what it has."""
    row = state.row("releases", asked.names["release_id"])
    del state.table("releases")[row["id"]]
    state.drop("assets", release=row["id"])
