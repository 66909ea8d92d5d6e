"""The place that the address of a remote means, and what release.toml may say of a forge."""

from __future__ import annotations

import pytest

from release.adapters.forge.forge_address import place_of
from release.base.errors import ReleaseError
from release.config.release_toml import parse_config

PLACES = [
    ("https://github.com/octo/acme.git", "github", "https://api.github.com", "octo/acme"),
    ("git@github.com:octo/acme.git", "github", "https://api.github.com", "octo/acme"),
    ("ssh://git@github.com:22/octo/acme", "github", "https://api.github.com", "octo/acme"),
    ("https://github.example.org/octo/acme", "github", "https://github.example.org/api/v3", "octo/acme"),
    ("https://user:word@gitlab.com/team/tools/acme.git", "gitlab", "https://gitlab.com/api/v4", "team/tools/acme"),
    ("http://gitlab.example.org:8080/team/acme", "gitlab", "http://gitlab.example.org:8080/api/v4", "team/acme"),
    ("git@codeberg.org:team/acme.git", "gitea", "https://codeberg.org/api/v1", "team/acme"),
    ("https://forgejo.example.org/team/acme/", "gitea", "https://forgejo.example.org/api/v1", "team/acme"),
]


@pytest.mark.parametrize(("remote", "kind", "api", "project"), PLACES)
def test_a_remote_says_where_the_forge_is(remote: str, kind: str, api: str, project: str) -> None:
    place = place_of(remote)

    assert place is not None
    assert (place.kind, place.api, place.project) == (kind, api, project)


@pytest.mark.parametrize(
    "remote", ["/srv/git/acme.git", "file:///srv/git/acme.git", "../acme.git", "https://git.example.org/a/b", ""]
)
def test_a_remote_that_no_forge_is_known_by_means_none(remote: str) -> None:
    assert place_of(remote) is None


def test_what_release_toml_says_of_a_forge_counts_before_the_remote() -> None:
    place = place_of("/srv/git/acme.git", "gitea", "http://127.0.0.1:3000/api/v1/", "team/acme")

    assert place is not None
    assert (place.api, place.home, place.project) == (
        "http://127.0.0.1:3000/api/v1",
        "http://127.0.0.1:3000",
        "team/acme",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('forge = { kind = "sourcehut" }', '"sourcehut" is none of github, gitlab, gitea, none'),
        ('forge = { kind = "gitlab", api = "gitlab.example.org" }', '"gitlab.example.org" is no http or https address'),
        (
            'forge = { kind = "gitlab", api = "https://me:word@gitlab.example.org" }',
            "an address with a password in it; give a token by the environment",
        ),
        ('publish = "there"', '"there" is none of here, ci'),
        ('push = "force"', '"force" is none of direct, request'),
    ],
)
def test_nonsense_about_a_forge_is_refused(text: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        parse_config(text)

    assert refused.value.why == why
