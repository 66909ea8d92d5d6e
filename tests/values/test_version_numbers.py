"""Versions, fragments and refs: values without any input or output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from release.base.errors import ReleaseError
from release.config.release_toml import Config
from release.values.bump import Bump
from release.values.fragment import Fragment, bump_of, parse_fragment
from release.values.release import Distribution, Release
from release.values.remote_refs import RemoteRefs
from release.values.version_numbers import bumped, candidate, following, parse_version, series

KINDS = ("breaking", "feature", "fix", "deprecation", "security", "docs", "misc")
numbers = st.integers(0, 10_000)
finals = st.builds(lambda a, b, c: Version(f"{a}.{b}.{c}"), numbers, numbers, numbers)
pres = st.builds(lambda v, p, n: Version(f"{v}{p}{n}"), finals, st.sampled_from(["a", "b", "rc"]), numbers)


@pytest.mark.parametrize(
    ("base", "bump", "version"),
    [
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("0.0.0", Bump.MINOR, "0.1.0"),
        ("1", Bump.PATCH, "1.0.1"),
        ("1.2.3.4", Bump.PATCH, "1.2.4.0"),
        ("1.2.3.post1", Bump.PATCH, "1.2.4"),
        ("2026.11", Bump.MINOR, "2026.12"),
        ("1!2.0", Bump.PATCH, "1!2.0.1"),
    ],
)
def test_a_bump_lets_one_part_grow(base: str, bump: Bump, version: str) -> None:
    assert str(bumped(Version(base), bump)) == version


def test_an_epoch_belongs_to_the_line_and_to_a_hotfix() -> None:
    assert (series(Version("1!1.2.3")), series(Version("1.2.3"))) == ("1!1.2", "1.2")
    assert Config().hotfix_of("hotfix/1!1.2.4") == Version("1!1.2.4")


@given(base=finals, bump=st.sampled_from(Bump))
def test_every_bump_gives_a_higher_final_version(base: Version, bump: Bump) -> None:
    version = bumped(base, bump)

    assert version > base
    assert not version.is_prerelease
    assert parse_version(str(version)) == version


@pytest.mark.parametrize(
    ("kinds", "base", "bump"),
    [
        (["fix"], "1.0.0", Bump.PATCH),
        (["docs", "misc", "security"], "1.0.0", Bump.PATCH),
        ([], "1.0.0", Bump.PATCH),
        (["fix", "feature"], "1.0.0", Bump.MINOR),
        (["deprecation"], "1.0.0", Bump.MINOR),
        (["breaking", "feature"], "1.0.0", Bump.MAJOR),
        (["breaking"], "0.9.0", Bump.MINOR),
        (["feature"], "0.9.0", Bump.MINOR),
    ],
)
def test_the_types_of_the_fragments_ask_for_a_bump(kinds: list[str], base: str, bump: Bump) -> None:
    fragments = [Fragment(f"{number}.{kind}.md", kind, "text") for number, kind in enumerate(kinds)]

    assert bump_of(fragments, Version(base)) is bump


@pytest.mark.parametrize(
    ("final", "pre", "taken", "version"),
    [
        ("1.3.0", "rc", [], "1.3.0rc1"),
        ("1.3.0", "alpha", ["1.3.0a1", "1.3.0a2"], "1.3.0a3"),
        ("1.3.0", "beta", ["1.3.0a7", "1.3.0rc3"], "1.3.0b1"),
        ("1.3.0", "rc", ["1.3.0rc9", "1.3.0rc10"], "1.3.0rc11"),
        ("1.3.0", "rc", ["1.2.0rc4", "1.3.0"], "1.3.0rc1"),
        ("1.3.0", "rc", ["1.3.0rc1.dev4"], "1.3.0rc2"),
    ],
)
def test_a_candidate_gets_the_next_free_number(final: str, pre: str, taken: list[str], version: str) -> None:
    assert str(candidate(Version(final), pre, map(Version, taken))) == version


@given(final=finals, taken=st.lists(pres), pre=st.sampled_from(["alpha", "beta", "rc"]))
def test_a_candidate_is_free_and_comes_before_its_final(final: Version, taken: list[Version], pre: str) -> None:
    version = candidate(final, pre, taken)

    assert version < final
    assert version not in taken
    assert version.release == final.release


def test_an_unknown_kind_of_candidate_is_refused() -> None:
    with pytest.raises(ReleaseError) as refusal:
        candidate(Version("1.3.0"), "gamma", [])

    assert str(refusal.value) == 'cannot make a pre-release of 1.3.0\n  why: "gamma" is none of alpha, beta, rc'


@pytest.mark.parametrize(
    ("taken", "version"),
    [("1.2.0", "1.2.1"), ("1.2.0rc1", "1.2.0rc2"), ("1.2.0a9", "1.2.0a10"), ("1.2", "1.2.1"), ("1.2.0b1", "1.2.0b2")],
)
def test_where_a_version_is_taken_the_following_is_free(taken: str, version: str) -> None:
    assert str(following(Version(taken))) == version


@given(taken=finals | pres)
def test_what_follows_is_higher(taken: Version) -> None:
    assert following(taken) > taken


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.2.0", "1.2.0"), ("v1.2", "1.2"), ("1.2.0-rc.1", "1.2.0rc1"), ("1.2.0.post1", "1.2.0.post1")],
)
def test_a_version_is_read_in_every_spelling_of_pep_440(text: str, version: str) -> None:
    assert str(parse_version(text)) == version


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("one", "Invalid version: 'one'; versions follow PEP 440"),
        ("1.2.0-hotfix", "Invalid version: '1.2.0-hotfix'; a hotfix is the next patch version"),
        ("", "Invalid version: ''; versions follow PEP 440"),
        ("1.0+linux", "local versions are not released"),
    ],
)
def test_what_is_no_version_to_release_is_refused(text: str, why: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_version(text)

    assert str(refusal.value) == f"cannot use the version {text!r}\n  why: {why}\n  run: inv release patch"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("12.fix.md", "fix"),
        ("12.fix.3.md", "fix"),
        ("+words.feature.md", "feature"),
        ("+yanked-1.2.0.fix.md", "fix"),
        ("12.docs.rst", "docs"),
        ("gh-12.misc", "misc"),
        ("fix.feature.md", "feature"),
    ],
)
def test_the_name_of_a_fragment_tells_its_type(name: str, kind: str) -> None:
    assert parse_fragment(name, "  Some text.\n", KINDS) == Fragment(name, kind, "Some text.")


@pytest.mark.parametrize("name", ["12.bug.md", "words", "fix.md", ".fix.md", "", "a/b.fix.md", "../12.fix.md"])
def test_a_name_without_a_type_is_refused(name: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_fragment(name, "text", KINDS)

    assert str(refusal.value) == (
        f"cannot read the fragment {name}\n"
        "  why: a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, with a type of "
        "breaking, feature, fix, deprecation, security, docs, misc\n"
        '  run: inv note fix "what changed"'
    )


def test_an_empty_fragment_is_refused() -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_fragment("12.docs.md", " \n\t", KINDS)

    assert str(refusal.value) == (
        'cannot use the fragment 12.docs.md\n  why: it is empty\n  run: inv note docs "what changed"'
    )


@pytest.mark.parametrize(
    ("version", "final"), [("1.2.0", True), ("1.2.0rc1", False), ("1.2.0.dev1", False), ("1.2.0.post1", True)]
)
def test_a_release_is_final_unless_it_is_a_pre_release(version: str, final: bool) -> None:
    release = Release("acme", Version(version), "main", f"v{version}")

    assert release.final is final
    assert str(release) == f"acme {version}"


def test_a_distribution_is_shown_with_the_beginning_of_its_hash() -> None:
    assert str(Distribution("acme-1.tar.gz", "0123456789abcdef" * 4)) == "acme-1.tar.gz (sha256 01234567..)"


def test_refs_of_a_remote_are_read_with_the_commits_that_tags_mean() -> None:
    listing = "a\trefs/heads/main\nb\trefs/heads/topic/x\nc\trefs/tags/light\nd\trefs/tags/v1\ne\trefs/tags/v1^{}\n"

    assert RemoteRefs.parse(listing) == RemoteRefs(
        {"main": "a", "topic/x": "b"}, {"light": "c", "v1": "e"}, {"v1": "d"}, {}
    )


def test_an_empty_remote_has_no_refs() -> None:
    assert RemoteRefs.parse("") == RemoteRefs({}, {}, {}, {})
