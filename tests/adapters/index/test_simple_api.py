"""An index as installers see it: pypiserver with its HTML, and the JSON of a small server."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest
from packaging.version import Version
from pypi_simple import PYPI_SIMPLE_ENDPOINT
from twine.utils import TEST_REPOSITORY

from release.adapters.index.listing import IndexFile
from release.adapters.index.simple_api import Index
from release.base.errors import ReleaseError
from release.config.index_config import IndexConfig
from release.config.index_credentials import Account
from release.config.retry_config import RetryConfig
from tests.support.listing import JSON, ONE, SHA, file, page
from tests.support.opening import reading
from tests.support.serving import Answer, Request, serving


def test_files_of_an_html_index_are_read_with_their_hashes(index: str, shelf: Path, distributions: list[Path]) -> None:
    for each in distributions:
        shutil.copy(each, shelf)
    (shelf / "acme-0.2.0.tar.gz").write_bytes(b"another version")

    found = reading(index).files("acme", ONE)

    assert {name: each.sha256 for name, each in found.items()} == {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in distributions
    }
    assert not any(each.yanked for each in found.values())
    assert [reading(index).download_sha256(each) for each in found.values()] == [each.sha256 for each in found.values()]


def test_an_index_without_the_project_has_nothing(index: str) -> None:
    assert reading(index).files("acme", ONE) == {}
    assert reading(index).versions("acme") == frozenset()


def test_files_of_a_json_index_are_read() -> None:
    answer = page(
        file("acme-0.1.0.tar.gz", yanked="it deletes files"),
        file("acme-0.1.0-py3-none-any.whl", yanked=False, hashes={}),
        file("acme-0.1.0rc1.tar.gz"),
        file("acme-nonsense.tar.gz"),
        file("notes.txt"),
    )
    with serving(lambda _: answer) as address:
        found = reading(address).files("acme", ONE)
        versions = reading(address).versions("acme")

    assert found == {
        "acme-0.1.0.tar.gz": IndexFile("acme-0.1.0.tar.gz", f"{address}files/acme-0.1.0.tar.gz", SHA, True),
        "acme-0.1.0-py3-none-any.whl": IndexFile(
            "acme-0.1.0-py3-none-any.whl", f"{address}files/acme-0.1.0-py3-none-any.whl", "", False
        ),
    }
    assert versions == {ONE, Version("0.1.0rc1")}


def test_one_version_is_found_in_every_spelling() -> None:
    with serving(lambda _: page(file("acme-0.1.tar.gz"), file("acme-v0.1.0.tar.gz"))) as address:
        assert set(reading(address).files("acme", ONE)) == {"acme-0.1.tar.gz", "acme-v0.1.0.tar.gz"}


def test_json_is_asked_for_first_and_nothing_from_a_cache() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return page()

    with serving(answer) as address:
        reading(address).files("acme", ONE)

    assert asked[0].path == "/simple/acme/"
    assert asked[0].headers["Accept"].startswith(JSON)
    assert asked[0].headers["Cache-Control"] == "no-cache"


def test_the_bytes_that_are_served_are_hashed() -> None:
    with serving(lambda _: Answer(200, "bytes", "application/octet-stream")) as address:
        each = IndexFile("acme-0.1.0.tar.gz", f"{address}files/acme-0.1.0.tar.gz", "0" * 64, False)

        assert reading(address).download_sha256(each) == SHA


def test_bytes_that_are_gone_are_not_hashed() -> None:
    """A page that says 404 is not the file."""
    with serving(lambda _: Answer(404, "not found")) as address:
        each = IndexFile("acme-0.1.0.tar.gz", f"{address}files/acme-0.1.0.tar.gz", "", False)

        with pytest.raises(ReleaseError) as refusal:
            reading(address).download_sha256(each)

    assert refusal.value.why == f"it lists acme-0.1.0.tar.gz, and {address}files/acme-0.1.0.tar.gz answered 404"


@pytest.mark.parametrize(
    ("config", "simple", "address", "options"),
    [
        (IndexConfig(), PYPI_SIMPLE_ENDPOINT, "pypi", ("--repository", "pypi")),
        (IndexConfig("testpypi"), urljoin(TEST_REPOSITORY, "/simple/"), "testpypi", ("--repository", "testpypi")),
        (
            IndexConfig("house", "https://house.example.org/up/", "https://house.example.org/simple"),
            "https://house.example.org/simple/",
            "https://house.example.org/up/",
            ("--repository-url", "https://house.example.org/up/"),
        ),
    ],
)
def test_addresses_are_those_of_release_toml_or_well_known(
    config: IndexConfig, simple: str, address: str, options: tuple[str, ...]
) -> None:
    index = Index(config, Account(), RetryConfig(), print)

    assert (index.simple, index.address, index.twine_options) == (simple, address, options)
    assert index.well_known is (config.name == "pypi")


def test_an_index_that_nobody_knows_needs_an_address() -> None:
    with pytest.raises(ReleaseError) as refusal:
        _ = Index(IndexConfig("house"), Account(), RetryConfig(), print).simple

    assert str(refusal.value) == (
        "cannot read the index house\n"
        "  why: release.toml does not say where installers read it (simple)\n"
        "  run: $EDITOR release.toml"
    )


@pytest.mark.parametrize(
    ("config", "page_of_it"),
    [
        (IndexConfig(), urljoin(PYPI_SIMPLE_ENDPOINT, "/manage/project/acme/release/0.1.0/")),
        (IndexConfig("testpypi"), urljoin(TEST_REPOSITORY, "/manage/project/acme/release/0.1.0/")),
        (IndexConfig("house", "https://house.example.org/"), ""),
    ],
)
def test_the_page_on_which_a_person_yanks_is_known_for_pypi(config: IndexConfig, page_of_it: str) -> None:
    assert Index(config, Account(), RetryConfig(), print).manage_page("acme", ONE) == page_of_it
