"""release.toml: every key has a default, and whatever cannot be meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.index_config import IndexConfig
from release.config.licence_expressions import PERMISSIVE
from release.config.release_toml import Config, load_config, parse_config
from release.config.retry_config import RetryConfig
from release.config.stages import GateConfig
from release.values.gate_names import OldName

ALL = """
branch = "trunk"
remote = "upstream"
tag = "acme-{version}"
python = ["3.11", "3.12"]
smoke = ["acme", "--version"]
check = false
verify = false
quality = ["tests"]
licenses = ["MIT"]
advisories = "https://house.example.org/osv"
strict_api = true
growth = 3
reopen = false
timeout = 60

[[index]]
name = "house"
upload = "https://house.example.org/legacy/"
simple = "https://house.example.org/simple/"
largest = 60
days = 7
yank = ["house", "yank", "{project}", "{version}", "{reason}"]

[[index]]

[[gates]]
name = "links"
run = ["make", "links"]
severity = "warning"
stage = "production"
reads = ["docs"]

[retry]
attempts = 3
pause = 0.5
longest = 10
"""


def test_every_key_has_a_default() -> None:
    assert parse_config("") == Config(
        branch="main",
        remote="origin",
        tag="v{version}",
        index=(IndexConfig(name="pypi", upload="", simple="", largest=0, days=0, yank=()),),
        python=(),
        smoke=(),
        check=True,
        verify=True,
        quality=("lint", "types", "tests", "coverage", "docs"),
        gates=(),
        licenses=PERMISSIVE,
        advisories="",
        strict_api=False,
        growth=2.0,
        reopen=True,
        timeout=600.0,
        retry=RetryConfig(attempts=6, pause=1.0, longest=60.0),
    )


def test_every_key_is_read() -> None:
    yank = ("house", "yank", "{project}", "{version}", "{reason}")
    house = IndexConfig("house", "https://house.example.org/legacy/", "https://house.example.org/simple/", 60, 7, yank)

    assert parse_config(ALL) == Config(
        branch="trunk",
        remote="upstream",
        tag="acme-{version}",
        index=(house, IndexConfig()),
        python=("3.11", "3.12"),
        smoke=("acme", "--version"),
        check=False,
        verify=False,
        quality=("tests",),
        gates=(GateConfig("links", ("make", "links"), "warning", "production", ("docs",)),),
        licenses=("MIT",),
        advisories="https://house.example.org/osv",
        strict_api=True,
        growth=3.0,
        reopen=False,
        timeout=60.0,
        retry=RetryConfig(attempts=3, pause=0.5, longest=10.0),
    )


def test_a_project_without_the_file_has_no_configuration_rather_than_the_public_index(tmp_path: Path) -> None:
    assert load_config(tmp_path) is None


def test_no_index_may_be_meant() -> None:
    assert parse_config("index = []").index == ()


WRONG = [
    ('remot = "origin"', "remot", "no such key; did you mean remote?"),
    (
        "zzz = 1",
        "zzz",
        "no such key; keys: branch, remote, tag, subject, index, python, smoke, check, verify, quality, gates, "
        "licenses, advisories, strict_api, growth, reopen, timeout, retry, lines, freeze, hotfix, roles, stages, "
        "two_people, types, forge, publish, wait, systems, push, signers, demands, announce, calendar, plan, health, "
        "metrics, documentation, performance, wheels, watch, assistant",
    ),
    (
        "[[index]]\nwhere = ''",
        "index[0].where",
        "no such key; keys: name, upload, simple, largest, days, yank, stages, attestations, rules",
    ),
    ("[[index]]\n[[index]]\nuplod = ''", "index[1].uplod", "no such key; did you mean upload?"),
    ("[retry]\nattempt = 1", "retry.attempt", "no such key; did you mean attempts?"),
    ("branch = 1", "branch", "1 is no string"),
    ("[metrics]\nleadtime = 1", "metrics.leadtime", "no such key; did you mean lead_time?"),
    ('check = "yes"', "check", "'yes' is no boolean"),
    ("check = 1", "check", "1 is no boolean"),
    ('timeout = "1"', "timeout", "'1' is no number"),
    ("timeout = true", "timeout", "True is no number"),
    ("[retry]\nattempts = 1.5", "retry.attempts", "1.5 is no integer"),
    ("[retry]\nattempts = true", "retry.attempts", "True is no integer"),
    ('python = "3.12"', "python", "'3.12' is no array"),
    ("python = [3.12]", "python[0]", "3.12 is no string"),
    ('index = "pypi"', "index", "'pypi' is no array"),
    ('index = ["pypi"]', "index[0]", "'pypi' is no table"),
    ("retry = 1", "retry", "1 is no table"),
]
NONSENSE = [
    ("[documentation]\nminimum = 101", "documentation.minimum", "101 is no percentage"),
    ("[performance]\nfactor = 1.0", "performance.factor", "1 is no factor above 1"),
    ("[performance]\nfloor = -1.0", "performance.floor", "-1 is no duration in seconds"),
    ("[[index]]\nattestations = 'maybe'", "index.attestations", '"maybe" is neither yes nor no'),
    ("publish = 'ci'\nindex = []", "publish", '"ci" publishes to indexes, and there is none'),
    ("wait = 0", "wait", "0 is no duration in seconds"),
    ('tag = "v"', "tag", '"v" must hold {version} once'),
    ('tag = "{version:.}"', "tag", '"{version:.}" must hold {version} once'),
    ('tag = "{version}-{version}"', "tag", '"{version}-{version}" must hold {version} once'),
    ("[retry]\nattempts = 0", "retry.attempts", "0 is less than 1"),
    ("[[index]]\n[[index]]", "index", "two indexes have the same name: pypi, pypi"),
    ('[[index]]\nupload = "house.example.org"', "index", '"house.example.org" is no http or https address'),
    ('[[index]]\nsimple = "file:///srv/simple"', "index", '"file:///srv/simple" is no http or https address'),
    ('[[index]]\nsimple = "https://"', "index", '"https://" is no http or https address'),
    ('[[index]]\nupload = "https://a..example/"', "index", '"https://a..example/" is no http or https address'),
    ('[[index]]\nupload = "https://-a.example/"', "index", '"https://-a.example/" is no http or https address'),
    ('[[index]]\nupload = "https://a.example:0/"', "index", '"https://a.example:0/" is no http or https address'),
    (
        '[[index]]\nupload = "https://a.example:65536/"',
        "index",
        '"https://a.example:65536/" is no http or https address: Port out of range 0-65535',
    ),
    (
        '[[index]]\nupload = "https://[::1/"',
        "index",
        '"https://[::1/" is no http or https address: Invalid IPv6 URL',
    ),
    (
        '[[index]]\nupload = "https://a.example/?key=1"',
        "index",
        '"https://a.example/?key=1" has a query, a fragment or white space, which the address of an index has not',
    ),
    (
        '[[index]]\nupload = "https://ada:sesame@house.example.org/"',
        "index",
        "an address with a password in it; give it by TWINE_USERNAME and TWINE_PASSWORD",
    ),
    (
        '[[index]]\nsimple = "https://token@house.example.org/"',
        "index",
        "an address with a password in it; give it by TWINE_USERNAME and TWINE_PASSWORD",
    ),
]


def test_the_file_of_another_tool_is_named() -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_config('sign-commit = true\n[[pre-release-replacements]]\nfile = "CHANGELOG.md"\n')

    assert str(refusal.value) == (
        "cannot use release.toml\n"
        "  why: sign-commit is a key of another tool: cargo-release has a file of this name, too\n"
        "  run: git mv release.toml cargo-release.toml      (cargo release --config cargo-release.toml)"
    )


@pytest.mark.parametrize(("text", "key", "why"), WRONG + NONSENSE)
def test_what_cannot_be_meant_is_refused(text: str, key: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_config(text)

    assert str(refusal.value) == f"cannot use release.toml: {key}\n  why: {why}\n  run: $EDITOR release.toml"


@pytest.mark.parametrize("key", ["pause", "longest"])
def test_a_negative_pause_is_refused(key: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_config(f"[retry]\n{key} = -1")

    assert (refusal.value.what, refusal.value.why) == (
        f"cannot use release.toml: retry.{key}",
        "-1 is no duration in seconds",
    )


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf"])
def test_a_timeout_that_is_no_duration_is_refused(value: str) -> None:
    with pytest.raises(ReleaseError):
        parse_config(f"timeout = {value}")


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_config("branch = \n")

    assert str(refusal.value).splitlines()[0] == "cannot read release.toml"
    assert "line 1" in refusal.value.why
    assert refusal.value.run == "$EDITOR release.toml"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ReleaseError, match=r"cannot read release\.toml"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("tag", "name", "version"),
    [
        ("v{version}", "v1.2.0", "1.2.0"),
        ("v{version}", "v1.2.0rc1", "1.2.0rc1"),
        ("v{version}", "1.2.0", None),
        ("v{version}", "vendor", None),
        ("v{version}", "v", None),
        ("{version}", "1.2", "1.2"),
        ("acme/{version}-final", "acme/1.2-final", "1.2"),
        ("acme/{version}-final", "acme/1.2", None),
        ("1{version}1", "1", None),
        ("REL_{version:_}", "REL_1_2_0rc1", "1.2.0rc1"),
        ("REL_{version:_}", "REL_1.2.0", None),
        ("{version:-}", "2024-1-2", "2024.1.2"),
        ("v{version}", "v1!2.0", "1!2.0"),
    ],
)
def test_a_tag_tells_its_version_or_none(tag: str, name: str, version: str | None) -> None:
    config = parse_config(f'tag = "{tag}"')

    assert config.version_of(name) == (Version(version) if version else None)
    if version:
        assert config.tag_of(version) == name


@pytest.mark.parametrize("pattern", ["", "/etc/pass", "../.pypirc", "a/../../b", ".git/config", "C:/x", "a\\\\..\\\\b"])
def test_a_pattern_of_assets_stays_in_the_project(pattern: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        parse_config(f'[forge]\nassets = ["{pattern}"]\n')

    assert refused.value.what == "cannot use release.toml: forge.assets"


def test_old_names_of_gates_mean_those_of_today() -> None:
    text = """
quality = ["checks"]
[[gates]]
name = "approved"
severity = "warning"
[[gates]]
name = "markdown"
run = ["mdl"]
[[gates]]
name = "checks"
reads = ["src"]
[[stages]]
name = "alpha"
without = ["merged back", "markdown", "api"]
"""

    config = parse_config(text)

    assert config is not None
    assert [each.name for each in config.gates] == ["approvals", "markdown", "checks"]  # two are of the project's own
    assert config.stage("alpha").without == ("unmerged fixes", "markdown", "api")
    assert config.old_names == (
        OldName("gates", "approved", "approvals"),
        OldName("stages.alpha.without", "merged back", "unmerged fixes"),
    )


def test_a_gate_by_its_old_name_and_by_that_of_today_is_there_twice() -> None:
    with pytest.raises(ReleaseError, match=r"cannot use release\.toml: gates") as refused:
        parse_config('[[gates]]\nname = "clean"\n[[gates]]\nname = "working tree"\n')

    assert refused.value.why == "two gates have the same name: working tree, working tree"
