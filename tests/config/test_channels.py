"""Channels: what release.toml may say of them, and the words of a template."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.config.channel_config import ChannelConfig, fill_placeholders, variables_of
from release.config.release_toml import parse_config


def test_channels_are_read() -> None:
    text = '[[announce]]\nname = "news"\nfile = "NEWS.md"\n[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n'

    channels = parse_config(text).announce

    assert channels == (ChannelConfig("news", file="NEWS.md"), ChannelConfig("chat", variable="CHAT_URL"))
    assert variables_of(channels) == ["CHAT_URL"]


def test_by_itself_a_channel_announces_finals_only() -> None:
    channel = ChannelConfig("news", file="NEWS.md")

    told = [stage for stage in ("alpha", "candidate", "production", "hotfix") if channel.announces(stage)]

    assert told == ["production", "hotfix"]
    assert ChannelConfig("news", file="NEWS.md", stages=("candidate",)).announces("candidate")


WRONG = [
    ("", "announce[0].name", '"" is not small letters, digits and hyphens'),
    ('name = "A b"', "announce[0].name", '"A b" is not small letters, digits and hyphens'),
    ('name = "a"', "announce[0]", "a needs one of file, url and variable"),
    ('name = "a"\nfile = "x"\nvariable = "X"', "announce[0]", "a needs one of file, url and variable"),
    (
        'name = "a"\nvariable = "json://x"',
        "announce[0].variable",
        '"json://x" is no name of a variable, such as CHAT_URL',
    ),
    (
        'name = "a"\nfile = "x"\nstages = ["soon"]',
        "announce[0].stages",
        '"soon" is none of feature-complete, alpha, beta, candidate, production, hotfix',
    ),
    (
        'name = "a"\nurl = "json://ada:sesame@127.0.0.1/"',
        "announce[0].url",
        "an address with a user, a password or parameters; give it by variable",
    ),
]


@pytest.mark.parametrize(("text", "key", "why"), WRONG)
def test_what_leads_nowhere_or_shows_a_secret_is_refused(text: str, key: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_config(f"[[announce]]\n{text}\n")

    assert (refusal.value.what, refusal.value.why) == (f"cannot use release.toml: {key}", why)


def test_an_address_of_a_service_is_taken_for_a_secret() -> None:
    with pytest.raises(ReleaseError, match=r"announce\[0\]\.url") as refusal:
        parse_config('[[announce]]\nname = "a"\nurl = "slack://tokenA/tokenB/tokenC"\n')

    assert "may hold a secret; give it by variable" in refusal.value.why
    assert "tokenA" not in str(refusal.value)


def test_two_of_the_same_name_are_refused() -> None:
    with pytest.raises(ReleaseError, match="announce"):
        parse_config('[[announce]]\nname = "a"\nfile = "x"\n[[announce]]\nname = "a"\nfile = "y"\n')


def test_words_in_braces_are_replaced_and_other_braces_stay() -> None:
    text = fill_placeholders('{"text": "{project} {version}", "n": {}}', {"project": "acme", "version": "1.2.0"}, "t")

    assert text == '{"text": "acme 1.2.0", "n": {}}\n'


def test_what_stands_for_a_word_is_not_read_again() -> None:
    assert fill_placeholders("{notes}", {"notes": "use {version}", "version": "1"}, "t") == "use {version}\n"


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ReleaseError) as refusal:
        fill_placeholders("{misspelt}", {"project": "acme", "version": "1"}, "docs/mail.txt")

    assert str(refusal.value) == (
        "cannot use docs/mail.txt\n  why: there is no {misspelt}; there are {project}, {version}\n"
        "  run: $EDITOR docs/mail.txt"
    )
