"""The releases of a project on GitLab (API v4), which knows no drafts: first the files, as a package, then the page.

docs.gitlab.com: releases API, generic packages repository, packages API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.protocols import Asset, ForgeRelease, Page, Rights

_DEVELOPER = 30  # the access level that may make releases and send packages


class GitLabReleases:
    """The files of a version lie in a package that is named as the project, and its version is the name of the tag."""

    knows_drafts = False
    largest_body = 1_000_000

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        self._place = place
        self._project = f"/projects/{quote(place.project, safe='')}"
        self._package = place.project.rpartition("/")[2]

    def rights(self) -> Rights:
        """Return who asks; GitLab tells of a project which access the asker has."""
        login = self._api.login
        if login.token is None:
            raise login.refusal(f"cannot make a release on {self._api.name}")
        if login.by_job:
            return Rights("the job of this pipeline", login.token.source)
        account = str(self._api.call("GET", "/user").json["username"])
        found = self._api.get(self._project)
        if found is None:
            return Rights(account, login.token.source, (f"{self._place.project} is not there for this token",))
        levels = [each["access_level"] for each in (found.get("permissions") or {}).values() if each]
        missing = () if not levels or max(levels) >= _DEVELOPER else ("the role Developer",)
        path = found["path_with_namespace"]
        moved = path if path.lower() != self._place.project.lower() else ""
        return Rights(account, login.token.source, missing, moved)

    def find(self, tag: str) -> Sequence[ForgeRelease]:
        """Return the release of a tag, or what was sent for it so far."""
        package, files = self._files(tag)
        found = self._api.get(f"{self._project}/releases/{quote(tag, safe='')}")
        if found is None:
            return [ForgeRelease(package, tag, tag, "", draft=True, assets=files, page=self._place.home)]
        sent = {each.url: each for each in files}
        linked = ((each, sent.get(each["url"])) for each in found["assets"]["links"])
        assets = tuple(file or Asset(str(link["id"]), link["name"], "", 0, link["url"]) for link, file in linked)
        page = found["_links"]["self"]
        return [ForgeRelease(package, tag, found["name"], found["description"] or "", False, assets, page)]

    def drafts(self) -> Sequence[ForgeRelease]:
        """Return nothing: there are no drafts here."""
        return ()

    def draft(self, page: Page) -> None:
        """Do nothing: the first file makes the package."""

    def amend(self, release: ForgeRelease, body: str) -> None:
        """Write the description anew."""
        self._api.call("PUT", f"{self._project}/releases/{quote(release.tag, safe='')}", json={"description": body})

    def attach(self, release: ForgeRelease, path: Path) -> None:
        """Send a file; one of the same name that is there already would stay beside it."""
        self._api.call("PUT", self._address(release.tag, path.name), file=path)

    def detach(self, release: ForgeRelease, asset: Asset) -> None:
        """Remove a file."""
        self._api.call("DELETE", f"{self._packages}/{release.key}/package_files/{asset.key}", allow=(404,))

    def sha256_of(self, asset: Asset) -> str:
        """Return the hash of a file's bytes."""
        return self._api.sha256_of(asset.url)

    def publish(self, release: ForgeRelease, page: Page, *, latest: bool) -> None:
        """Make the release, in one request with the links to its files. GitLab shows the newest date as the latest."""
        links = [{"name": each.name, "url": each.url, "link_type": "package"} for each in release.assets]
        wanted = {"tag_name": page.tag, "name": page.title, "description": page.body, "assets": {"links": links}}
        self._api.call("POST", f"{self._project}/releases", json=wanted)

    def discard(self, release: ForgeRelease) -> None:
        """Remove the package."""
        if release.key:
            self._api.call("DELETE", f"{self._packages}/{release.key}", allow=(404,))

    @property
    def _packages(self) -> str:
        return f"{self._project}/packages"

    def _address(self, tag: str, name: str) -> str:
        parts = (quote(each, safe="") for each in (self._package, _version(tag), name))
        return f"{self._packages}/generic/{'/'.join(parts)}"

    def _files(self, tag: str) -> tuple[str, tuple[Asset, ...]]:
        """Return the package of a tag (empty when there is none) and its files."""
        query = {"package_type": "generic", "package_name": self._package, "package_version": _version(tag)}
        found = [
            each
            for each in self._api.pages(self._packages, **query)
            if (each["name"], each["version"]) == (self._package, _version(tag))  # GitLab looks for parts of a name
        ]
        if not found:
            return "", ()
        key = str(found[0]["id"])
        rows = self._api.pages(f"{self._packages}/{key}/package_files")
        return key, tuple(self._asset(tag, row) for row in rows)

    def _asset(self, tag: str, row: Mapping[str, Any]) -> Asset:
        name = row["file_name"]
        url = self._api.base + self._address(tag, name)
        return Asset(str(row["id"]), name, row.get("file_sha256") or "", row["size"], url)


def _version(tag: str) -> str:
    """Return the name of a tag as the version of a generic package may be written."""
    return "".join(letter if letter.isalnum() or letter in ".+-_" else "-" for letter in tag)
