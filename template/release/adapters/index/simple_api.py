"""An index as installers see it, read by the simple API (PEP 503, PEP 691)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from packaging.version import Version

from release.adapters.index.listing import Ambiguous, IndexFile, ambiguity
from release.adapters.network_errors import unreached
from release.adapters.retry import RetrySettings, Together, Unavailable, asked_for, transient
from release.base.errors import ReleaseError
from release.base.web_origin import origin_of
from release.config.index_config import IndexConfig
from release.config.index_credentials import Account, variable_of
from release.values.version_numbers import version_in_any_form

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10, 30)  # seconds to connect, and between two bytes
# What PyPI and TestPyPI set: a file has at most 100 MB, and a version takes no more files after 14 days.
_LARGEST, _DAYS = 100, 14


def get_ready() -> None:
    """Import what reading an index takes, a sixth of a second, beside whatever else is done first."""
    threading.Thread(target=lambda: import_module("pypi_simple")).start()


class Index:
    """One index of release.toml; nothing is remembered between two questions."""

    def __init__(self, config: IndexConfig, account: Account, retry: RetrySettings, say: Callable[[str], None]) -> None:
        self.name = config.name
        self.account = account
        self._config = config
        self._together = Together(retry, say)

    def asked_once(self) -> Index:
        """Return this index for a look at it: it is asked without patience, and no more once it did not answer."""
        index = copy(self)
        index._together = self._together.once()
        return index

    @property
    def simple(self) -> str:
        """The address of the simple API, with a slash at its end."""
        if self._config.simple:
            return self._config.simple.rstrip("/") + "/"
        if self.name == "pypi":
            from pypi_simple import PYPI_SIMPLE_ENDPOINT

            return PYPI_SIMPLE_ENDPOINT
        if self.name == "testpypi":
            return urljoin(self.upload_address, "/simple/").replace("://upload.", "://")
        raise self._unreadable("release.toml does not say where installers read it (simple)")

    @property
    def address(self) -> str:
        """The address that a person knows this index by."""
        return self._config.upload or self.name

    @property
    def well_known(self) -> bool:
        """Whether installers use this index without being told."""
        return self.name == "pypi" and not self._config.simple

    @property
    def twine_options(self) -> tuple[str, ...]:
        """How twine is told to upload here."""
        if self._config.upload and not self.account.section:
            return "--repository-url", self._config.upload
        return "--repository", self.account.section or self.name

    @property
    def upload_address(self) -> str:
        """Where release.toml, or what everybody knows of an index of this name, says that uploads go; else empty."""
        if self._config.upload or self.name not in ("pypi", "testpypi"):
            return self._config.upload
        from twine.utils import DEFAULT_REPOSITORY, TEST_REPOSITORY

        return DEFAULT_REPOSITORY if self.name == "pypi" else TEST_REPOSITORY

    @property
    def variable(self) -> str:
        """The middle of the variables that name this index's account: RELEASE_<...>_PASSWORD."""
        return variable_of(self.name)

    @property
    def installer_options(self) -> tuple[str, ...]:
        """How uv is told to install from here."""
        return () if self.well_known else ("--index", f"release={self.simple}")

    @property
    def installer_login(self) -> dict[str, str]:
        """The variables that let uv in where this index asks for an account; empty where there is none for it."""
        names = ("UV_INDEX_RELEASE_USERNAME", "UV_INDEX_RELEASE_PASSWORD")
        return dict(zip(names, self._login(self.simple) or (), strict=False))

    @property
    def largest(self) -> int:
        """How many bytes a file may have; 0 where there is no limit known."""
        return 1_000_000 * (self._config.largest or (_LARGEST if self.public else 0))

    @property
    def days(self) -> int:
        """After how many days a version takes no more files; 0 for never."""
        return self._config.days or (_DAYS if self.public else 0)

    @property
    def rules(self) -> str:
        """By which rules it refuses distributions: pypi, own or none."""
        return self._config.refuses

    @property
    def takes_attestations(self) -> bool:
        """Whether attestations (PEP 740) are uploaded with the files."""
        return self._config.attestations == "yes" or (self.public and not self._config.attestations)

    @property
    def public(self) -> bool:
        """Whether this is PyPI or TestPyPI; a job of CI may upload there by what its forge says of it."""
        return self._config.public

    @property
    def yank_command(self) -> tuple[str, ...]:
        """The owner's command that yanks here; empty where there is none."""
        return self._config.yank

    def manage_page(self, project: str, version: Version) -> str:
        """Return the page on which a person yanks a version; empty where it is not known."""
        page = urljoin(self.upload_address, f"/manage/project/{project}/release/{version}/")
        return page.replace("://upload.", "://") if self.public else ""

    def files(self, project: str, version: Version) -> dict[str, IndexFile]:
        """Return {file name: file} of one version; empty when the index has none of it.

        Raises Unavailable when the index does not answer, ReleaseError when it refuses the question.
        """
        return {file.name: file for found, file in self._page(project) if found == version}

    def all_files(self, project: str) -> dict[Version, list[IndexFile]]:
        """Return {version: its files}; empty when the index does not know the project. Raises as `files` does."""
        found: dict[Version, list[IndexFile]] = {}
        for version, file in self._page(project):
            found.setdefault(version, []).append(file)
        return found

    def versions(self, project: str) -> frozenset[Version]:
        """Return the versions that the index has files of; empty when it does not know the project."""
        return frozenset(version for version, _ in self._page(project))

    def download_sha256(self, file: IndexFile) -> str:
        """Return the sha256 (lower-case hex) of the bytes that the index serves for a file."""
        return hashlib.sha256(self.read(file.url)).hexdigest()

    def read(self, url: str, accept: str = "") -> bytes:
        """Return the bytes at an address that the index lists."""
        content = self.read_if_there(url, accept)
        if content is None:
            raise self._unreadable(f"it lists {url.rpartition('/')[2]}, and {url} answered 404")
        return content

    def read_if_there(self, url: str, accept: str = "") -> bytes | None:
        """Return the bytes at an address, None where the answer is 404."""
        response = self._together.patiently(lambda: self._get(url, accept=accept))
        return None if response.status_code == 404 else response.content

    def size(self, file: IndexFile) -> int:
        """Return how many bytes a file has, 0 where the index does not tell."""
        if file.size is not None:
            return file.size
        response = self._together.patiently(lambda: self._get(file.url, body=False))
        return int(response.headers.get("Content-Length", 0))

    def clock(self) -> datetime | None:
        """Return the aware time that the index gives in its answers (RFC 9110 section 6.6.1), or None."""
        response = self._together.patiently(lambda: self._get(self.simple, body=False))
        date = response.headers.get("Date")
        told = parsedate_to_datetime(date) if date else None
        return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told

    def _page(self, project: str) -> list[tuple[Version, IndexFile]]:
        from pypi_simple import ProjectPage, UnsupportedRepoVersionError

        response = self._together.patiently(lambda: self._get(f"{self.simple}{project}/"))
        if response.status_code == 404 or origin_of(response.url) != origin_of(self.simple):
            self._prove_existence()  # an index without the project; an address without an index answers 404 as well
            return []
        try:
            page = ProjectPage.from_response(response, project)
        except (ValueError, UnsupportedRepoVersionError) as error:
            raise self._unreadable(f"the answer of {response.url} is no listing: {error}") from error
        found = []
        older = b"dist-info-metadata" in response.content  # the name before PEP 714, which installers still heed
        for package in page.packages:
            version = version_in_any_form(package.version)
            if version is not None:
                sha256 = package.digests.get("sha256", "").lower()
                facts = package.filename, package.url, sha256, package.is_yanked, package.size, package.upload_time
                apart = older if package.has_metadata is None else package.has_metadata
                metadata = package.metadata_url if apart else ""
                told = package.provenance_url or "", metadata, package.requires_python or ""
                found.append((version, IndexFile(*facts, *told)))
        if why := ambiguity([(file.name, file.url, file.sha256) for _, file in found]):
            raise Ambiguous(self._unreadable(f"{response.url} {why}"))
        return found

    def _prove_existence(self) -> None:
        """Raise ReleaseError when there is no simple API at the address."""
        if self.well_known:
            return
        response = self._together.patiently(lambda: self._get(self.simple, body=False))
        if response.status_code == 404:
            raise self._unreadable(f"{self.simple} answered 404; there is no simple API")

    def _get(self, url: str, *, body: bool = True, login: bool = True, accept: str = "") -> requests.Response:
        """Return the answer for `url`: a success, or 404; else it is raised, but without a `login` a refusal."""
        import requests
        from pypi_simple import ACCEPT_JSON_PREFERRED

        headers = {"Accept": accept or ACCEPT_JSON_PREFERRED, "Cache-Control": "no-cache"}
        auth = self._login(url) if login else None
        try:
            response = requests.get(url, headers=headers, auth=auth, timeout=_TIMEOUT, stream=not body)
        except requests.RequestException as error:
            raise Unavailable(f"cannot read the index {self.name}", why=unreached(url, error)) from error
        if not body:
            response.close()
        if transient(response.status_code):
            why, after = f"index answered {response.status_code}", asked_for(response.headers.get("Retry-After"))
            raise Unavailable(f"cannot read the index {self.name}", why=why, after=after)
        if not response.ok and response.status_code != 404 and login:
            raise self._refused(url, response)
        return response

    def _refused(self, url: str, response: requests.Response) -> ReleaseError:
        why = f"{url} answered {response.status_code} {response.reason}"
        if response.status_code not in (401, 403) or not self.account.password or self._login(url):
            return self._unreadable(why)
        told, run = self.account.refusal(url)
        return ReleaseError(f"cannot read the index {self.name}", why=f"{why}; {told}", run=run)

    def open_to_all(self, project: str) -> bool:
        """Return whether the page of a project is read without our login."""
        page = f"{self.simple}{project}/"
        return self._together.patiently(lambda: self._get(page, body=False, login=False)).ok

    def _login(self, url: str) -> tuple[str, str] | None:
        """Return name and password for an address of a private index; never for a public one."""
        return self.account.login_for(url) if self._config.simple else None

    def _unreadable(self, why: str) -> ReleaseError:
        return ReleaseError(f"cannot read the index {self.name}", why=why, run="$EDITOR release.toml")
