"""What GitHub and Gitea are told in the same words: Gitea's API was made after GitHub's (docs.gitea.com: API usage)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.protocols import ForgeRelease, Page, Request


class AlikeReleases:
    """Drafts are real here: made, written and removed by their number."""

    knows_drafts = True

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._place = place
        self._repo = f"/repos/{place.project}"

    def draft(self, page: Page) -> None:
        """Make a draft; it makes no tag."""
        wanted = {
            "tag_name": page.tag,
            "target_commitish": page.commit,
            "name": page.title,
            "body": page.body,
            "draft": True,
            "prerelease": page.prerelease,
        }
        self._api.call("POST", f"{self._repo}/releases", json=wanted)

    def amend(self, release: ForgeRelease, body: str) -> None:
        """Write the body anew."""
        self._api.call("PATCH", f"{self._repo}/releases/{release.key}", json={"body": body})

    def discard(self, release: ForgeRelease) -> None:
        """Remove a draft; a tag stays."""
        self._api.call("DELETE", f"{self._repo}/releases/{release.key}", allow=(404,))


class AlikeBranches(ABC):
    """Pull requests are opened and closed by their number."""

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._repo = f"/repos/{place.project}"

    def ask(self, source: str, onto: str, title: str, body: str) -> Request:
        """Open a pull request."""
        wanted = {"head": source, "base": onto, "title": title, "body": body}
        return self._request(self._api.call("POST", f"{self._repo}/pulls", json=wanted).json)

    def close(self, request: Request) -> None:
        """Close a pull request."""
        self._api.call("PATCH", f"{self._repo}/pulls/{request.key}", json={"state": "closed"})

    @staticmethod
    @abstractmethod
    def _request(found: Mapping[str, Any]) -> Request:
        """Return the pull request that an answer tells of."""
