"""The rules of stages, types and roles: defaults, what release.toml may change, and what it may not say."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.config.release_toml import Config, parse_config
from release.config.stages import STAGES


def test_without_any_rule_nothing_is_asked_of_a_release() -> None:
    config = Config()

    for name in STAGES:
        assert (config.stage(name).roles, config.stage(name).people, config.stage(name).signed) == ((), 0, False)
    assert config.type("minor").stages == ("production",)
    assert config.type("hotfix").stages == ("hotfix",)


def test_a_hotfix_leaves_out_what_can_wait_unless_the_owner_says_otherwise() -> None:
    assert "lint" in (Config().stage("hotfix").without or ())
    assert "tests" not in (Config().stage("hotfix").without or ())
    own = parse_config('[[stages]]\nname = "hotfix"\npeople = 2\n').stage("hotfix")
    assert (own.people, own.without) == (2, Config().stage("hotfix").without)
    assert parse_config('[[stages]]\nname = "hotfix"\nwithout = []\n').stage("hotfix").without == ()
    assert Config().stage("production").without == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[stages]]\nname = "gamma"', 'stages[0].name\n  why: "gamma" is none of feature-complete, alpha'),
        ('[[types]]\nname = "huge"', 'types[0].name\n  why: "huge" is none of major, minor, patch, hotfix'),
        ('[[roles]]\nname = "a b"', 'roles[0].name\n  why: "a b" is not small letters, digits and hyphens'),
        ('[[roles]]\nname = "a"\n[[roles]]\nname = "a"', "roles\n  why: two have the same name: a, a"),
        ('[[stages]]\nname = "beta"\nroles = ["qa"]', 'there is no role "qa"; roles: none'),
        ('[[types]]\nname = "minor"\nstages = ["production", "beta"]', "stages stand in the order feature-complete"),
        ('[[types]]\nname = "minor"\nstages = ["beta"]', "production is the last of a minor"),
        ('[[types]]\nname = "minor"\nstages = ["gamma"]', '"gamma" is none of'),
        ('lines = "release"', '"release" must hold {line} once, and not begin with hotfix/'),
        ('lines = "hotfix/{line}"', "and not begin with hotfix/"),
        ("[hotfix]\nfollow_up = 0", "0 is no duration in hours"),
        ('[[index]]\nname = "a"\nstages = ["gamma"]', 'index.stages\n  why: "gamma" is none of'),
        ("[freeze]\ntype = []", "did you mean types?"),
    ],
)
def test_rules_that_contradict_one_another_are_refused(text: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        parse_config(text)

    assert why in str(refused.value)
    assert refused.value.run == "$EDITOR release.toml"


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("release/1.2", "1.2"),
        ("release/1!1.2", "1!1.2"),
        ("release/1.2.3", None),
        ("main", None),
        ("xrelease/1.2", None),
    ],
)
def test_a_line_is_known_by_the_name_of_its_branch(branch: str, line: str | None) -> None:
    assert Config().line_of(branch) == line


def test_the_names_of_lines_can_be_chosen() -> None:
    config = parse_config('lines = "{line}.x"')

    assert config.line_of("1.2.x") == "1.2"
    assert config.gives_releases("1.2.x")
    assert not config.gives_releases("release/1.2")


@pytest.mark.parametrize(
    ("branch", "gives"), [("main", True), ("hotfix/1.2.1", True), ("hotfix/login", False), ("topic", False)]
)
def test_releases_are_given_by_main_by_lines_and_by_hotfixes(branch: str, gives: bool) -> None:
    assert Config().gives_releases(branch) is gives
