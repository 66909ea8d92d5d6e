"""The client of forges over real HTTP: what it asks again, and what it does not."""

from __future__ import annotations

import hashlib
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api, ForgeRefused
from release.adapters.forge.tokens import Login
from release.adapters.retry import Unavailable
from tests.support.serving import Answer
from tests.support.spoken import RETRY, Spoken, found


def test_a_question_is_asked_again_after_what_the_forge_asks_for() -> None:
    spoken = Spoken(found({}, 503), found({}, 429, Retry_After="0"), found({"id": 1}))

    with spoken.api() as api:
        assert api.get("/user") == {"id": 1}

    assert len(spoken.asked) == 3
    assert spoken.said[1].endswith("answered 429; trying again in 0 s, 3 of 3")


@pytest.mark.parametrize("asked", ["3600", "a date in an hour"])
def test_a_forge_that_asks_for_an_hour_is_not_waited_for(asked: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    spoken = Spoken(found({}, 503, Retry_After=asked if asked.isdigit() else date))

    with spoken.api() as api, pytest.raises(Unavailable) as failed:
        api.get("/user")

    assert len(spoken.asked) == 1
    assert " answered 503 and asks to wait 3" in failed.value.why


def test_a_rate_limit_is_no_refusal_though_it_is_told_as_403() -> None:
    over = found({}, 403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(int(time.time()) - 1))
    spoken = Spoken(over, found([]))

    with spoken.api() as api:
        assert api.get("/user") == []


def test_a_rate_limit_is_none_of_the_answers_that_are_waited_for() -> None:
    over = found({}, 403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(int(time.time()) - 1))
    spoken = Spoken(over, found({"login": "ada"}))

    with spoken.api() as api:
        assert api.call("GET", "/user", allow=(403,)).json == {"login": "ada"}


def test_a_second_rate_limit_says_so_in_words_alone() -> None:
    spoken = Spoken(found({"message": "You have exceeded a secondary rate limit."}, 403))

    with spoken.api() as api, pytest.raises(Unavailable) as failed:
        api.get("/user")

    assert failed.value.after == 60.0


def test_a_refusal_is_told_in_the_words_of_the_forge_and_not_repeated() -> None:
    spoken = Spoken(found({"message": "Validation Failed", "errors": [{"code": "already_exists"}]}, 422))

    with spoken.api() as api, pytest.raises(ForgeRefused) as refused:
        api.get("/user")

    assert len(spoken.asked) == 1
    assert "GET /user answered 422" in refused.value.why
    assert "Validation Failed [{'code': 'already_exists'}]" in refused.value.why


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_answered_by_how_to_give_another(status: int) -> None:
    spoken = Spoken(found({"message": "no"}, status))

    with spoken.api() as api, pytest.raises(ForgeRefused) as refused:
        api.get("/user")

    assert refused.value.why.endswith(": no, to the token from GH_TOKEN")
    assert refused.value.run.startswith("export GH_TOKEN=...      (or: keyring set 127.0.0.1:")


def test_a_change_is_sent_once_whatever_comes_of_it() -> None:
    spoken = Spoken(found({}, 503))

    with spoken.api() as api, pytest.raises(Unavailable):
        api.call("POST", "/releases", json={})

    assert len(spoken.asked) == 1


def test_a_change_is_not_carried_to_where_the_project_has_moved() -> None:
    spoken = Spoken(Answer(307, "", headers={"Location": "/repositories/7"}))

    with spoken.api() as api, pytest.raises(ForgeRefused) as refused:
        api.call("POST", "/releases", json={})

    assert len(spoken.asked) == 1
    assert "it has moved to http://127.0.0.1:" in refused.value.why
    assert refused.value.run == "$EDITOR release.toml"


def test_a_circle_of_redirects_ends() -> None:
    spoken = Spoken(Answer(302, "", headers={"Location": "/user"}))

    with spoken.api() as api, pytest.raises(ForgeRefused):
        api.get("/user")

    assert len(spoken.asked) == 5


@pytest.mark.parametrize("body", ["<html>log in</html>", '{"id": '])
def test_an_answer_that_is_no_json_is_said_to_be_none(body: str) -> None:
    spoken = Spoken(Answer(200, body))

    with spoken.api() as api, pytest.raises(Unavailable) as failed:
        api.get("/user")

    assert "answered text/html, and no JSON; is forge.api right?" in failed.value.why


def test_an_answer_that_was_cut_off_is_asked_for_again() -> None:
    spoken = Spoken(Answer(200, '{"id"', "application/json", headers={"Content-Length": "9"}), found({"id": 1}))

    with spoken.api() as api:
        assert api.get("/user") == {"id": 1}


def test_bytes_that_were_cut_off_are_asked_for_again() -> None:
    spoken = Spoken(Answer(200, "byt", headers={"Content-Length": "5"}), Answer(200, "bytes"))

    with spoken.api() as api:
        assert api.sha256_of("/asset") == hashlib.sha256(b"bytes").hexdigest()


def test_a_forge_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
    place = Place("gitea", base, base, "octo/acme")

    with pytest.raises(Unavailable) as failed:
        Api(place, Login(place, {"PATH": ""}), RETRY, lambda _: None).get("/user")

    assert failed.value.why == f"{base.removeprefix('http://')}: Connection refused"
