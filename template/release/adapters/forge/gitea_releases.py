"""The releases of a project on Gitea, Forgejo or Codeberg (API v1); it tells no hashes, so bytes are read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from release.adapters.forge.github_like import AlikeReleases
from release.adapters.forge.protocols import Asset, ForgeRelease, Page, Rights

_MOST = 50  # items of a page of a listing, by its defaults


class GiteaReleases(AlikeReleases):
    """Drafts are real here, and a draft is found by listing drafts."""

    largest_body = 1_000_000

    def rights(self) -> Rights:
        """Return who asks; Gitea tells of a repository whether the asker may push."""
        login = self._api.login
        if login.token is None:
            raise login.refusal(f"cannot make a release on {self._api.name}")
        told = self._api.call("GET", "/user", allow=(403,)).json  # a token may be for repositories alone
        account = str(told["login"]) if told and "login" in told else "an unknown account"
        found = self._api.get(self._repo)
        if found is None:
            return Rights(account, login.token.source, (f"{self._place.project} is not there for this token",))
        missing = () if found["permissions"]["push"] else ("write access to the repository",)
        moved = found["full_name"] if found["full_name"].lower() != self._place.project.lower() else ""
        return Rights(account, login.token.source, missing, moved)

    def find(self, tag: str) -> Sequence[ForgeRelease]:
        """Return what there is of a tag."""
        found = self._api.get(f"{self._repo}/releases/tags/{quote(tag, safe='')}")
        if found:
            return [self._release(found)]  # a tag has one release here, draft or not
        return [each for each in self.drafts() if each.tag == tag]

    def drafts(self) -> Sequence[ForgeRelease]:
        """Return every draft."""
        listing = self._api.pages(f"{self._repo}/releases", draft="true", limit=_MOST)
        return [self._release(each) for each in listing if each["draft"]]

    def attach(self, release: ForgeRelease, path: Path) -> None:
        """Send a file as the part of a form, which every version takes."""
        address = f"{self._repo}/releases/{release.key}/assets"
        self._api.call("POST", address, query={"name": path.name}, file=path, part="attachment")

    def detach(self, release: ForgeRelease, asset: Asset) -> None:
        """Remove an asset."""
        self._api.call("DELETE", f"{self._repo}/releases/{release.key}/assets/{asset.key}", allow=(404,))

    def sha256_of(self, asset: Asset) -> str:
        """Return the hash of an asset's bytes."""
        return self._api.sha256_of(asset.url)

    def publish(self, release: ForgeRelease, page: Page, *, latest: bool) -> None:
        """Show a draft. Gitea shows the newest that is no pre-release as the latest, whatever its version."""
        wanted = {"draft": False, "prerelease": page.prerelease}
        self._api.call("PATCH", f"{self._repo}/releases/{release.key}", json=wanted)

    def _release(self, found: Mapping[str, Any]) -> ForgeRelease:
        return ForgeRelease(
            key=str(found["id"]),
            tag=found["tag_name"],
            title=found["name"],
            body=found["body"],
            draft=found["draft"],
            assets=tuple(map(self._asset, found.get("assets") or ())),
            page=found["html_url"],
        )

    def _asset(self, found: Mapping[str, Any]) -> Asset:
        """Return an asset with the address that serves it for a draft, too: its browser_download_url need not."""
        url = f"{self._api.base.removesuffix('/api/v1')}/attachments/{found['uuid']}"
        return Asset(str(found["id"]), found["name"], "", found["size"], url)
