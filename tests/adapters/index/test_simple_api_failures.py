"""What an index does not answer, or not as it should, is never read as an empty index."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from release.adapters.retry import Unavailable
from release.base.errors import ReleaseError
from release.config.index_credentials import Account
from tests.support.listing import JSON, ONE, file, page
from tests.support.opening import reading
from tests.support.secrets import PASSWORD, USER
from tests.support.serving import Answer, Request, serving


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


def test_a_dead_proxy_is_named_as_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(lambda _: page()) as address:
        with serving(lambda _: page()) as proxy:
            dead = urlsplit(proxy).netloc
        monkeypatch.setenv("http_proxy", f"http://{USER}:{quote(PASSWORD, safe='')}@{dead}")
        with pytest.raises(Unavailable) as refusal:
            reading(address).files("acme", ONE)

    host = urlsplit(address).netloc
    assert refusal.value.why == f"the proxy {dead} (http_proxy), by which {host} is asked: Connection refused"


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
        index = reading(address, account=Account(USER, PASSWORD, address=address))
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
            reading(address, account=Account(USER, PASSWORD, address=address)).files("acme", ONE)

    assert ["Authorization" in request.headers for request in asked] == [False]


@pytest.mark.parametrize("uploads", ["https://127.0.0.1:{port}/", "http://127.0.0.1/", "http://localhost:{port}/", ""])
def test_a_password_goes_to_no_other_scheme_port_or_host_than_it_is_for(uploads: str) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(401, reason="Unauthorized")

    with serving(answer) as address:
        port = urlsplit(address).port
        account = Account(USER, PASSWORD, "TWINE_PASSWORD", address=uploads.format(port=port))
        index = reading(address, account=account)
        assert index.installer_login == {}
        with pytest.raises(ReleaseError) as refused:
            index.files("acme", ONE)

    assert ["Authorization" in request.headers for request in asked] == [False]
    assert f"the password from TWINE_PASSWORD is for {account.address or 'uploads'} alone" in refused.value.why
    assert refused.value.run == "$EDITOR ~/.netrc      (machine 127.0.0.1 login ... password ...)"


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
