"""Secrets are hidden in each form in which a tool may print them."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.redact import HIDDEN, learn, learn_environment, learn_pypirc, redact
from tests.support.secrets import forms


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SECRET = 'k3y with/slash+"quote"\\&%'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        repr(SECRET),
        b64(SECRET),
        b64(f"grace:{SECRET}"),
        f"Authorization: Basic {b64(f'grace:{SECRET}')}",
        f"https://grace:{quote(SECRET, safe='')}@index.example.org/simple/",
    ],
)
def test_every_form_is_hidden(form: str) -> None:
    learn(SECRET, "grace")

    text = redact(f"before {form} after")

    assert SECRET not in text
    assert HIDDEN in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@pytest.mark.parametrize("form", sorted(forms("another k3y/+&%<", "grace")))
def test_every_form_that_the_tests_look_for_is_hidden(form: str) -> None:
    learn("another k3y/+&%<", "grace")

    assert form not in redact(f"({form})")


@given(st.text(min_size=4).filter(lambda text: text.strip() and text not in HIDDEN))
def test_no_secret_is_shown_whatever_it_is_made_of(secret: str) -> None:
    learn(secret)

    assert redact(f"<{secret}>") in (f"<{HIDDEN}>", redact(f"<{HIDDEN}>"))


def test_the_user_info_of_an_address_is_hidden_although_nobody_told_of_it() -> None:
    text = "fatal: unable to access 'https://grace:hopper1906@git.example.org/acme.git/': 403"

    assert redact(text) == f"fatal: unable to access 'https://{HIDDEN}@git.example.org/acme.git/': 403"


@pytest.mark.parametrize(
    "text",
    [
        "https://git.example.org/acme.git",
        "git@github.com:acme/acme.git",
        "Ada <ada@example.org>",
        "https://a.org/@scope",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "TWINE_PASSWORD",
        "RELEASE_HOUSE_PASSWORD",
        "GITHUB_TOKEN",
        "CI_JOB_TOKEN",
        "MY_SECRET",
        "HOUSE_API_KEY",
        "db_passwd",
    ],
)
def test_variables_are_secret_by_their_name(name: str) -> None:
    value = f"value-of-{name.swapcase()}"

    learn_environment({name: value})

    assert redact(value) == HIDDEN


def test_basic_authentication_of_the_user_in_the_environment_is_hidden() -> None:
    learn_environment({"TWINE_USERNAME": "grace", "TWINE_PASSWORD": "hopper-1906"})

    assert redact(b64("grace:hopper-1906")) == HIDDEN


def test_basic_authentication_with_a_token_is_hidden() -> None:
    learn_environment({"TWINE_PASSWORD": "pypi-AgEIcHlwaS5vcmc"})

    assert redact(b64("__token__:pypi-AgEIcHlwaS5vcmc")) == HIDDEN


def test_other_variables_and_short_values_stay() -> None:
    learn_environment({"EDITOR": "an-ordinary-editor", "TWINE_PASSWORD": "the"})

    assert redact("an-ordinary-editor opens the file") == "an-ordinary-editor opens the file"


def test_passwords_of_a_pypirc_are_hidden(tmp_path: Path) -> None:
    path = tmp_path / ".pypirc"
    path.write_text("[distutils]\nindex-servers = house\n\n[house]\nusername = grace\npassword = from-the-%file\n")

    learn_pypirc(path)

    assert redact("from-the-%file") == HIDDEN
    assert redact(b64("grace:from-the-%file")) == HIDDEN


@pytest.mark.parametrize("content", [None, b"password = without a section", b"\xff\xfe", b"[a]\n[a]\n"])
def test_a_pypirc_that_cannot_be_read_stops_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / ".pypirc"
    if content is not None:
        path.write_bytes(content)

    learn_pypirc(path)


def test_the_longer_of_two_secrets_leaves_no_rest() -> None:
    learn("open-sesame")
    learn("open-sesame-and-more")

    assert redact("open-sesame-and-more") == HIDDEN


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY"),
        ("DB_PASS", "hunter2hunter"),
        ("MYSQL_PWD", "hunter2hunter"),
        ("DEPLOY_KEY", "0123456789abcdef"),
        ("NPM_CONFIG__AUTH", "dXNlcjpwYXNzd29yZDE="),
        ("AUTH_HEADER", "Bearer-0123456789"),
        ("SENTRY_DSN", "0123456789abcdef@sentry"),
        ("GOOGLE_APPLICATION_CREDENTIALS_JSON", '{"private": "0123"}'),
        ("SSH_PRIVATE_KEY", "-----BEGIN KEY-----\n0123456789abcdef0123456789\n-----END KEY-----"),
    ],
)
def test_the_value_of_a_variable_that_looks_like_a_credential_is_hidden(name: str, value: str) -> None:
    learn_environment({name: value})

    for line in (value, *value.splitlines()):
        assert line not in redact(f"it is {line}") or len(line) < 16


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS", "UV_INDEX"])
def test_the_password_in_the_address_of_a_variable_is_hidden_alone_too(name: str) -> None:
    learn_environment({name: "postgres://ada:p@ss-w0rd@db.example.org:5432/acme"})

    assert "p@ss-w0rd" not in redact("psycopg: password p@ss-w0rd is wrong")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSH_AUTH_SOCK", "/run/ssh-0123456789/agent.1"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("GIT_AUTHOR_NAME", "Ada Lovelace 12345"),
        ("KEYRING_BACKEND", "backend-0123456789"),
        ("AUTH_METHOD", "certificate-based"),
        ("OLDPWD", "src-0123456789"),
        ("COMPASS_SIZE", "large-0123456789"),
    ],
)
def test_the_value_of_a_setting_is_shown(name: str, value: str) -> None:
    learn_environment({name: value})

    assert redact(f"it is {value}") == f"it is {value}"


@pytest.mark.parametrize("password", ["p@ss", "a@b@c", "plain"])
def test_an_address_is_shown_without_its_password_whatever_that_has(password: str) -> None:
    assert redact(f"cannot push to https://ada:{password}@host.example.org/acme.git") == (
        "cannot push to https://[hidden]@host.example.org/acme.git"
    )


def test_a_mail_address_after_a_web_address_is_shown() -> None:
    text = "see https://host.example.org/help or write to ada@example.org"

    assert redact(text) == text
