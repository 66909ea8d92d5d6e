"""Which release is in hand, and which version a word means."""

from __future__ import annotations

import pytest

from tests.support.making import clone_of, ready, release_commit, set_version, tag, tagged
from tests.support.traces import traces
from tests.support.world import World


def head_of(world: World, *words: str) -> str:
    """Return the first line of a dry run: the release that the words mean."""
    ran = world.inv("release", *words, "--dry-run")
    return ran.out.splitlines()[0]


@pytest.mark.parametrize(
    ("tags", "kinds", "words", "version"),
    [
        ([], [], ["major"], "1.0.0"),
        ([], [], ["minor"], "0.1.0"),
        ([], [], ["patch"], "0.0.1"),
        ([], ["fix"], ["auto"], "0.1.0"),
        (["1.2.3"], [], ["major"], "2.0.0"),
        (["1.2.3"], [], ["minor"], "1.3.0"),
        (["1.2.3"], [], ["patch"], "1.2.4"),
        (["1.2.3"], [], ["1.5"], "1.5"),
        (["1.2.3"], [], ["minor", "--pre", "rc"], "1.3.0rc1"),
        (["1.2.3", "1.3.0rc1", "1.3.0rc2", "1.3.0a7"], [], ["minor", "--pre", "rc"], "1.3.0rc3"),
        (["1.2.3", "1.3.0rc1"], [], ["minor", "--pre", "alpha"], "1.3.0a1"),
        (["1.2.3", "1.3.0rc1"], [], ["minor"], "1.3.0"),
        (["1.2.3"], ["fix"], ["auto"], "1.2.4"),
        (["1.2.3"], ["fix", "feature"], ["auto"], "1.3.0"),
        (["1.2.3"], ["deprecation"], ["auto"], "1.3.0"),
        (["1.2.3"], ["breaking", "fix"], ["auto"], "2.0.0"),
        (["0.2.3"], ["breaking"], ["auto"], "0.3.0"),
        (["1.9.0", "1.10.0"], [], ["patch"], "1.10.1"),
    ],
)
def test_a_word_means_a_version(
    repository: World, tags: list[str], kinds: list[str], words: list[str], version: str
) -> None:
    for name in tags:
        repository.git("tag", f"v{name}")
    repository.git("push", "--quiet", "--tags", "origin")
    for kind in kinds:
        repository.note(kind, f"A {kind}")

    assert head_of(repository, *words) == f"acme {version} from main to no index"


def test_tags_of_another_line_do_not_count(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "old")
    repository.commit("on another line")
    tag(repository, version="7.0.0")
    repository.git("push", "--quiet", "origin", "v7.0.0")
    repository.git("switch", "--quiet", "main")

    assert head_of(repository, "minor") == "acme 0.1.0 from main to no index"


def test_a_tag_that_only_the_remote_has_counts(repository: World) -> None:
    repository.git("push", "--quiet", "origin", tag(repository, version="3.1.0"))
    repository.git("tag", "--delete", "v3.1.0")

    assert head_of(repository, "patch") == "acme 3.1.1 from main to no index"


def test_a_project_without_tags_counts_from_the_version_that_it_has(repository: World) -> None:
    """An existing project that was released by other means until now."""
    set_version(repository, "4.5.6")
    repository.commit("the version")

    assert head_of(repository, "minor") == "acme 4.6.0 from main to no index"


def test_a_candidate_of_nothing_known_is_refused(repository: World) -> None:
    ran = repository.inv("release", "minor", "--pre", "gamma", "--dry-run")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        'cannot make a pre-release of 0.1.0\n  why: "gamma" is none of alpha, beta, rc',
    )


@pytest.mark.parametrize("words", [["auto"], ["minor"], ["0.1.0"]])
def test_the_release_in_hand_goes_on(repository: World, words: list[str]) -> None:
    commit = tagged(repository)

    text = repository.released(*words)

    assert text.splitlines()[0] == "acme 0.1.0 is in progress; continuing with it"
    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == commit
    assert repository.git("log", "-1", "--format=%s") == "Open main for 0.2.0.dev0"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["major"], "major: 1.0.0"),
        (["patch"], "patch: 0.0.1"),
        (["0.2.0"], "0.2.0: 0.2.0"),
        (["minor", "--pre", "rc"], "minor: 0.1.0"),
    ],
)
def test_another_version_is_refused_while_one_is_in_hand(repository: World, words: list[str], asked: str) -> None:
    tagged(repository)
    before = traces(repository)

    ran = repository.inv("release", *words, "--yes")

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        f"cannot release {asked}\n"
        "  why: acme 0.1.0 is in progress\n"
        "  run: inv release auto      (completes 0.1.0; inv status shows the remaining steps)",
    )
    assert traces(repository) == before
    repository.released("auto")


def test_the_release_of_somebody_else_goes_on_in_a_fresh_clone(repository: World) -> None:
    ready(repository)
    commit = tagged(repository)
    elsewhere = clone_of(repository)

    elsewhere.released("minor")

    assert elsewhere.git("rev-parse", "HEAD^") == commit
    assert elsewhere.remote_refs()["refs/heads/main"] == elsewhere.git("rev-parse", "HEAD")


def test_a_release_commit_that_was_made_and_nothing_else_goes_on(repository: World) -> None:
    ready(repository)
    commit = release_commit(repository)

    repository.released("auto")

    assert repository.remote_refs()["refs/tags/v0.1.0^{}"] == commit


def test_candidates_are_followed_by_the_final_with_all_fragments(repository: World) -> None:
    ready(repository)
    repository.released("minor", "--pre", "rc")
    repository.note("fix", "Something mended")
    repository.released("minor", "--pre", "rc")

    repository.released("minor")

    assert repository.git("tag", "--list").splitlines() == ["v0.1.0", "v0.1.0rc1", "v0.1.0rc2"]
    changelog = (repository.project / "CHANGELOG.md").read_text()
    assert "rc" not in changelog.partition("## ")[2].partition("\n")[0]
    assert "- Something new" in changelog
    assert "- Something mended" in changelog


def test_a_candidate_is_not_made_twice_of_the_same(repository: World) -> None:
    ready(repository)
    repository.released("minor", "--pre", "rc")

    told = repository.released("minor", "--pre", "rc")

    assert "no changes since acme 0.1.0rc1" in told
    assert repository.git("tag", "--list") == "v0.1.0rc1"


def test_a_commit_that_only_mentions_a_release_is_no_release(repository: World) -> None:
    """A trailer counts only at the end of a message, where git reads it."""
    repository.commit("Tell of releases\n\nRelease: 0.1.0\n\nThat was an example.")

    assert "there is no release from main yet" in repository.inv("status").out
    assert head_of(repository, "minor") == "acme 0.1.0 from main to no index"
    ready(repository)
    repository.released("minor")
