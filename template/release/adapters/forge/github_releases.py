"""The releases of a project on GitHub, or on a GitHub Enterprise (REST API 2022-11-28, docs.github.com: releases)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from release.adapters.forge.github_like import AlikeReleases
from release.adapters.forge.protocols import Asset, ForgeRelease, Page, Rights

_UPLOADED = "uploaded"  # the state of an asset that is whole; of one that was cut off: "open", or "starter"
_DIGEST = "sha256:"
_WORKFLOW = "a workflow"


class GitHubReleases(AlikeReleases):
    """Drafts are real here: they are found only by listing, and only with the right to push."""

    largest_body = 125_000

    def rights(self) -> Rights:
        """Return who asks; GitHub tells of a repository whether the asker may push, which releases need.

        Of the token of a workflow nothing tells what it may; nor of a fine-grained one whether it lacks "contents:
        write" though its owner may push.
        """
        login = self._api.login
        if login.token is None:
            raise login.refusal(f"cannot make a release on {self._api.name}")
        found = self._api.get(self._repo)
        if found is None:
            return Rights("", login.token.source, (f"{self._place.project} is not there for this token",))
        account, told = self._account(), found.get("permissions") or {}
        may = account == _WORKFLOW or told.get("push") or told.get("maintain") or told.get("admin") or not told
        moved = found["full_name"] if found["full_name"].lower() != self._place.project.lower() else ""
        missing = () if may else ("contents: write",)
        return Rights(account, login.token.source, missing, moved)

    def _account(self) -> str:
        """Return the name of the asker; the token of a workflow is nobody's."""
        told = self._api.call("GET", "/user", allow=(403, 404)).json
        return str(told["login"]) if told and "login" in told else _WORKFLOW

    def find(self, tag: str) -> Sequence[ForgeRelease]:
        """Return what there is of a tag."""
        public = self._api.get(f"{self._repo}/releases/tags/{quote(tag, safe='')}")
        return [_release(public)] if public else [each for each in self.drafts() if each.tag == tag]

    def drafts(self) -> Sequence[ForgeRelease]:
        """Return every draft."""
        return [_release(each) for each in self._api.pages(f"{self._repo}/releases") if each["draft"]]

    def attach(self, release: ForgeRelease, path: Path) -> None:
        """Send a file to where GitHub says that this release takes them (a URI template: ...{?name,label})."""
        address = f"{release.uploads.partition('{')[0]}?{urlencode({'name': path.name})}"
        self._api.call("POST", address, file=path)

    def detach(self, release: ForgeRelease, asset: Asset) -> None:
        """Remove an asset."""
        self._api.call("DELETE", f"{self._repo}/releases/assets/{asset.key}", allow=(404,))

    def sha256_of(self, asset: Asset) -> str:
        """Return the hash of an asset's bytes; the API sends the question on to where they lie."""
        return self._api.sha256_of(asset.url)

    def publish(self, release: ForgeRelease, page: Page, *, latest: bool) -> None:
        """Show a draft."""
        wanted = {"draft": False, "prerelease": page.prerelease, "make_latest": "true" if latest else "false"}
        self._api.call("PATCH", f"{self._repo}/releases/{release.key}", json=wanted)


def _release(found: Mapping[str, Any]) -> ForgeRelease:
    return ForgeRelease(
        key=str(found["id"]),
        tag=found["tag_name"],
        title=found["name"] or "",
        body=found.get("body") or "",
        draft=found["draft"],
        assets=tuple(map(_asset, found["assets"])),
        page=found["html_url"],
        uploads=found["upload_url"],
    )


def _asset(found: Mapping[str, Any]) -> Asset:
    digest = found.get("digest") or ""
    sha256 = digest.removeprefix(_DIGEST) if digest.startswith(_DIGEST) else ""
    whole = found["state"] == _UPLOADED
    return Asset(str(found["id"]), found["name"], sha256, found["size"], found["url"], whole)
