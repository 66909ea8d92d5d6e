"""To whom the client of forges shows the token, and to whom it does not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api, ForgeRefused
from release.adapters.forge.tokens import Login
from release.base.redact import redact
from tests.support.forges.kinds import TOKEN
from tests.support.serving import Answer, Request
from tests.support.spoken import RETRY, Spoken, found

HEADERS = {"github": "Authorization", "gitlab": "PRIVATE-TOKEN", "gitea": "Authorization"}


@pytest.mark.parametrize("kind", HEADERS)
def test_the_token_goes_to_the_forge_and_not_where_it_sends_on_to(kind: str) -> None:
    def elsewhere(request: Request) -> Answer:
        port = request.headers["Host"].rpartition(":")[2]
        return Answer(302, "", headers={"Location": f"http://localhost:{port}/storage"})

    spoken = Spoken(elsewhere, Answer(200, "bytes", "application/octet-stream"))

    with spoken.api(kind) as api:
        assert api.sha256_of("/asset") == hashlib.sha256(b"bytes").hexdigest()

    first, second = spoken.asked
    assert TOKEN in first.headers[HEADERS[kind]]
    assert (second.path, TOKEN in str(second.headers)) == ("/storage", False)


def test_the_token_does_not_go_where_a_listing_goes_on_to() -> None:
    def more(request: Request) -> Answer:
        port = request.headers["Host"].rpartition(":")[2]
        return found([1], Link=f'<http://localhost:{port}/page-2>; rel="next"')

    spoken = Spoken(more, found([2]))

    with spoken.api() as api:
        assert list(api.pages("/releases")) == [1, 2]

    assert TOKEN not in str(spoken.asked[1].headers)


def test_the_token_goes_where_github_takes_uploads_and_to_no_other_host_of_it() -> None:
    place = Place("github", "https://api.github.com", "https://github.com", "octo/acme")
    api = Api(place, Login(place, {}), RETRY, print)

    trusted = api._trusted
    assert trusted("https://uploads.github.com/repos/octo/acme/releases/1/assets")
    for url in ("http://api.github.com/", "https://github.com/", "https://uploads.github.com.example.org/"):
        assert not trusted(url)


def test_what_netrc_has_for_the_host_does_not_take_the_place_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    spoken = Spoken(found([]))

    with spoken.api() as api:
        api.get("/user")
    with spoken.api(token="") as api:
        api.get("/user")

    assert spoken.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Authorization" not in spoken.asked[1].headers


def test_a_token_that_the_forge_repeats_is_not_shown() -> None:
    spoken = Spoken(found({"message": f"{TOKEN} is not known"}, 401))

    with spoken.api() as api, pytest.raises(ForgeRefused) as refused:
        api.get("/user")

    assert "[hidden] is not known" in redact(str(refused.value))
