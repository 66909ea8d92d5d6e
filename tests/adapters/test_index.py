"""An index as installers see it: pypiserver with its HTML, and the JSON and the failures of a small server."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from packaging.version import Version
from pypi_simple import PYPI_SIMPLE_ENDPOINT
from twine.utils import TEST_REPOSITORY

from release.adapters.index import Index, IndexFile
from release.config import IndexConfig, RetryConfig
from release.errors import ReleaseError
from release.model import Account
from release.retry import Unavailable
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving

ONE = Version("0.1.0")
JSON = "application/vnd.pypi.simple.v1+json"
SHA = hashlib.sha256(b"bytes").hexdigest()


def reading(address: str, say: Callable[[str], None] = print, *, account: Account | None = None) -> Index:
    config = IndexConfig("house", upload=address, simple=f"{address}simple/")
    retry = RetryConfig(attempts=3, pause=0.001, longest=5.0)
    return Index(config, account or Account(), retry, say)


def page(*files: dict[str, object], name: str = "acme") -> Answer:
    return Answer(200, json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": list(files)}), JSON)


def file(name: str, **more: object) -> dict[str, object]:
    return {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": SHA}} | more


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


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_failure_for_now_is_tried_again_and_told(status: int) -> None:
    answers = [Answer(status), Answer(status), page(file("acme-0.1.0.tar.gz"))]
    said: list[str] = []
    with serving(lambda _: answers.pop(0)) as address:
        assert set(reading(address, said.append).files("acme", ONE)) == {"acme-0.1.0.tar.gz"}

    assert said == [f"index answered {status}; trying again in 0 s, {number} of 3" for number in (2, 3)]


def test_what_a_server_asks_for_is_waited() -> None:
    answers = [Answer(429, headers={"Retry-After": "1"}), page()]
    said: list[str] = []
    with serving(lambda _: answers.pop(0)) as address:
        reading(address, said.append).files("acme", ONE)

    assert said == ["index answered 429; trying again in 1 s, 2 of 3"]


def test_a_server_that_asks_for_too_much_is_told_at_once() -> None:
    said: list[str] = []
    with serving(lambda _: Answer(503, headers={"Retry-After": "3600"})) as address, pytest.raises(Unavailable):
        reading(address, said.append).files("acme", ONE)

    assert said == []


def test_an_index_that_never_answers_is_unavailable_and_not_empty() -> None:
    with serving(lambda _: Answer(503)) as address, pytest.raises(Unavailable) as refusal:
        reading(address).files("acme", ONE)

    assert str(refusal.value) == (
        "cannot read the index house\n"
        "  why: index answered 503\n"
        "  run: the same command again, when the service answers"
    )


def test_a_closed_port_is_unavailable_and_not_empty() -> None:
    with serving(lambda _: page()) as address:
        pass
    said: list[str] = []

    with pytest.raises(Unavailable) as refusal:
        reading(address, said.append).files("acme", ONE)

    host = address.split("/")[2]
    assert refusal.value.why == f"{host}: Connection refused"
    assert said[0] == f"{host}: Connection refused; trying again in 0 s, 2 of 3"


@pytest.mark.parametrize(("status", "reason"), [(401, "Unauthorized"), (403, "Forbidden"), (410, "Gone")])
def test_a_refusal_is_told_and_not_tried_again(status: int, reason: str) -> None:
    said: list[str] = []
    with serving(lambda _: Answer(status)) as address, pytest.raises(ReleaseError) as refusal:
        reading(address, said.append).files("acme", ONE)

    assert str(refusal.value) == (
        "cannot read the index house\n"
        f"  why: {address}simple/acme/ answered {status} {reason}\n"
        "  run: $EDITOR release.toml"
    )
    assert said == []


def test_an_address_without_an_index_is_not_an_empty_index() -> None:
    with serving(lambda _: Answer(404)) as address, pytest.raises(ReleaseError) as refusal:
        reading(address).files("acme", ONE)

    assert refusal.value.why == f"{address}simple/ answered 404; there is no simple API"


def test_an_answer_of_another_host_is_not_ours() -> None:
    """Some indexes send a question that they cannot answer on to PyPI."""
    with serving(lambda _: page(file("acme-0.1.0.tar.gz"))) as pypi:

        def answer(request: Request) -> Answer:
            if request.path == "/simple/":
                return Answer(200)
            return Answer(302, headers={"Location": f"{pypi}simple/acme/"})

        with serving(answer) as address:
            assert reading(address).files("acme", ONE) == {}


def test_a_password_goes_to_its_own_index_only() -> None:
    asked: list[Request] = []

    def elsewhere(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, "bytes")

    def answer(request: Request) -> Answer:
        asked.append(request)
        return page(file("acme-0.1.0.tar.gz", url=f"{other}acme-0.1.0.tar.gz"))

    with serving(elsewhere) as other, serving(answer) as address:
        index = reading(address, account=Account(USER, PASSWORD))
        (each,) = index.files("acme", ONE).values()
        index.download_sha256(each)

    assert ["Authorization" in request.headers for request in asked] == [True, False]


def test_a_password_does_not_follow_a_redirect_to_another_host() -> None:
    asked: list[Request] = []

    def elsewhere(request: Request) -> Answer:
        asked.append(request)
        return Answer(404)

    with serving(elsewhere) as other:
        there = other.replace("127.0.0.1", "localhost")

        def answer(request: Request) -> Answer:
            return Answer(200) if request.path == "/simple/" else Answer(302, headers={"Location": there})

        with serving(answer) as address:
            reading(address, account=Account(USER, PASSWORD)).files("acme", ONE)

    assert ["Authorization" in request.headers for request in asked] == [False]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "{", JSON),
        Answer(200, '{"meta": {"api-version": "9.0"}, "name": "acme", "files": []}', JSON),
        Answer(200, "x", "image/png"),
    ],
)
def test_an_answer_that_is_no_listing_is_told(answer: Answer) -> None:
    """A portal that wants a log-in, a proxy that is ill, an index of the future."""
    with serving(lambda _: answer) as address, pytest.raises(ReleaseError) as refusal:
        reading(address).files("acme", ONE)

    assert refusal.value.what == "cannot read the index house"
    assert refusal.value.why.startswith(f"the answer of {address}simple/acme/ is no listing: ")


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
