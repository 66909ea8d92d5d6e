"""Where the token for a forge is found, in which order, and that its value is in no message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from release.adapters.forge.forge_address import Place, place_of
from release.adapters.forge.gitlab_releases import GitLabReleases
from release.adapters.forge.open_forge import open_forge
from release.adapters.forge.protocols import Forge
from release.adapters.forge.tokens import Login
from release.base.errors import ReleaseError
from release.config.release_toml import parse_config
from tests.support.keyrings import Kept, keeping

GITHUB = "https://github.com/octo/acme"
HOUSE = "https://github.example.org/octo/acme"
GITLAB = "https://gitlab.com/octo/acme"


def place(remote: str) -> Place:
    found = place_of(remote)
    assert found is not None
    return found


def login(remote: str, **environment: str) -> Login:
    return Login(place(remote), {"PATH": ""} | environment)


ORDER = [
    (GITHUB, {"GITHUB_TOKEN": "t-second", "GH_TOKEN": "t-first"}, "GH_TOKEN"),
    (GITHUB, {"GITHUB_TOKEN": "t-second", "GH_TOKEN": " "}, "GITHUB_TOKEN"),
    (GITHUB, {"GITHUB_TOKEN": "t-second", "GH_ENTERPRISE_TOKEN": "t-house"}, "GITHUB_TOKEN"),
    (HOUSE, {"GH_TOKEN": "t-second", "GH_ENTERPRISE_TOKEN": "t-house"}, "GH_ENTERPRISE_TOKEN"),
    (GITLAB, {"GITLAB_CI": "true", "CI_JOB_TOKEN": "t-job", "GITLAB_TOKEN": "t-mine"}, "GITLAB_TOKEN"),
    (GITLAB, {"GITLAB_CI": "true", "CI_JOB_TOKEN": "t-job"}, "CI_JOB_TOKEN"),
    ("https://codeberg.org/octo/acme", {"FORGEJO_TOKEN": "t-forgejo"}, "FORGEJO_TOKEN"),
]


@pytest.mark.parametrize(("remote", "environment", "source"), ORDER)
def test_the_first_variable_that_is_set_counts(remote: str, environment: dict[str, str], source: str) -> None:
    token = login(remote, **environment).token

    assert token is not None
    assert (token.source, token.value) == (source, environment[source])


def test_the_token_of_a_job_counts_in_gitlabs_own_ci_alone() -> None:
    assert login(GITLAB, CI_JOB_TOKEN="t-job").token is None
    assert login(GITLAB, CI_JOB_TOKEN="t-job", GITLAB_CI="true").headers == {"JOB-TOKEN": "t-job"}


def test_each_forge_has_its_header() -> None:
    assert login(GITHUB, GH_TOKEN="t-word").headers == {"Authorization": "Bearer t-word"}
    assert login(GITLAB, GITLAB_TOKEN="t-word").headers == {"PRIVATE-TOKEN": "t-word"}
    assert login("https://codeberg.org/a/b", GITEA_TOKEN="t-word").headers == {"Authorization": "token t-word"}
    assert login(GITHUB).headers == {}


@pytest.fixture
def kept() -> Iterator[Kept]:
    with keeping() as keyring_of_the_test:
        yield keyring_of_the_test


def test_the_keyring_is_asked_where_the_environment_has_none(kept: Kept) -> None:
    keyring.set_password("api.github.com", "token", "from-the-keyring")

    token = login(GITHUB).token

    assert token is not None
    assert (token.value, token.source) == ("from-the-keyring", "the keyring")


def test_a_keyring_that_is_locked_is_told_where_no_other_place_has_a_token(kept: Kept) -> None:
    kept.locked = True
    asked = login(GITHUB)

    assert asked.token is None
    assert asked.refusal("cannot make a release").why.endswith("or gh\nthe keyring cannot be read: it is locked")
    assert login(GITHUB, GH_TOKEN="from-the-environment").token is not None


def test_gh_is_asked_at_last_for_the_host_of_the_forge(tmp_path: Path) -> None:
    gh = tmp_path / "gh"
    gh.write_text('#!/bin/sh\necho "$@" >"$0.asked"\necho from-gh\n')
    gh.chmod(0o755)

    token = login(HOUSE, PATH=str(tmp_path)).token

    assert token is not None
    assert (token.value, token.source) == ("from-gh", "gh auth")
    assert (tmp_path / "gh.asked").read_text() == "auth token --hostname github.example.org\n"


def test_a_gh_that_is_not_logged_in_gives_none(tmp_path: Path) -> None:
    gh = tmp_path / "gh"
    gh.write_text("#!/bin/sh\necho no oauth token >&2\nexit 1\n")
    gh.chmod(0o755)

    assert login(GITHUB, PATH=str(tmp_path)).token is None


def test_where_there_is_none_all_places_are_named() -> None:
    refusal = login(GITHUB).refusal("cannot make a release")

    assert refusal.why == "no token in GH_TOKEN, GITHUB_TOKEN, the keyring or gh"
    assert refusal.run == "export GH_TOKEN=...      (or: keyring set api.github.com token)"


@pytest.mark.parametrize("value", ["two words", "with\nnewline", "na\u00efve"])
def test_a_token_that_no_header_can_carry_is_refused_without_its_value(value: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        _ = login(GITHUB, GH_TOKEN=value).headers

    assert refused.value.what == "cannot use the token from GH_TOKEN"
    assert value not in str(refused.value)


def opened(remote: str, api: str, main: str | None) -> Login:
    """Open the forge of a release.toml that names `api`; that of the main branch names `main`, if it is known."""
    config = parse_config(f'[forge]\nkind = "gitlab"\nproject = "octo/acme"\napi = "{api}"\n')
    said = None if main is None else parse_config(f'[forge]\nkind = "gitlab"\napi = "{main}"\n')
    forge = open_forge(config, remote, {"PATH": "", "GITLAB_TOKEN": "t-secret"}, print, lambda: said)
    assert isinstance(forge, Forge) and isinstance(forge.releases, GitLabReleases)
    return forge.releases._api.login


@pytest.mark.parametrize(
    ("remote", "api", "main"),
    [
        ("https://gitlab.example.org/octo/acme", "", None),
        ("git@gitlab.example.org:octo/acme.git", "https://gitlab.example.org/api/v4", None),
        ("git@git.example.org:octo/acme.git", "https://gitlab.example.org/api/v4", "https://gitlab.example.org/api/v4"),
        ("/srv/acme.git", "http://127.0.0.1:8080/api/v4", None),
        ("/srv/acme.git", "http://localhost:8080/api/v4", None),
    ],
)
def test_a_token_goes_to_the_host_of_the_remote_and_to_one_that_main_names(
    remote: str, api: str, main: str | None
) -> None:
    assert opened(remote, api, main).headers == {"PRIVATE-TOKEN": "t-secret"}


@pytest.mark.parametrize(
    ("remote", "api", "main", "why"),
    [
        (GITLAB, "https://evil.example.org/api/v4", "", "that of the main branch names none"),
        (GITLAB, "https://evil.example.org/api/v4", None, "that of the main branch is not known here"),
        (GITLAB, "https://gitlab.com.evil.example.org/api/v4", "https://gitlab.com/api/v4", "main branch names https"),
        (GITLAB, "https://gitlab.com:8443/api/v4", "", "that of the main branch names none"),
        (GITLAB, "http://gitlab.com/api/v4", "http://gitlab.com/api/v4", "is not https"),
        ("http://gitlab.example.org/octo/acme", "", None, "is not https"),
    ],
)
def test_a_token_goes_to_no_host_that_only_a_tree_names_and_never_without_tls(
    remote: str, api: str, main: str | None, why: str
) -> None:
    with pytest.raises(ReleaseError) as refused:
        opened(remote, api, main).headers  # noqa: B018  (it is looked up here)

    assert refused.value.what.startswith("cannot send the token from GITLAB_TOKEN to http")
    assert why in refused.value.why
    assert "t-secret" not in str(refused.value)
