"""A version that is taken, too low or not told of is refused with what, why and run; nothing is changed by that."""

from __future__ import annotations

import re

import pytest

from tests.support.making import clone_of, ready, tag, tagged
from tests.support.refusing import refusal
from tests.support.world import World

NAMES = (
    "a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, "
    "with a type of breaking, feature, fix, deprecation, security, docs, misc"
)


def test_a_tag_that_somebody_pushed_from_another_commit_is_refused(repository: World) -> None:
    ready(repository)
    other = clone_of(repository, "another")
    other.git("switch", "--quiet", "--create", "topic")
    commit = other.commit("not on main")
    other.git("push", "--quiet", "origin", tag(other))

    assert refusal(repository) == (
        "cannot release: tag free\n"
        f"  why: v0.1.0 is {commit[:7]} on origin already\n"
        "  run: inv release 0.2.0\n"
        "cannot release: version order\n"
        "  why: 0.1.0 is not higher than v0.1.0\n"
        "  run: inv release 0.2.0"
    )
    repository.released("0.2.0")


def test_a_tag_that_is_here_and_not_there_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    commit = repository.commit("not on main")
    tag(repository)
    repository.git("switch", "--quiet", "main")

    assert refusal(repository) == (
        "cannot release: tag free\n"
        f"  why: v0.1.0 is {commit[:7]} here and not on origin\n"
        "  run: git tag --delete v0.1.0\n"
        "cannot release: version order\n"
        "  why: 0.1.0 is not higher than v0.1.0\n"
        "  run: inv release 0.2.0"
    )
    repository.git("tag", "--delete", "v0.1.0")
    repository.released("minor")


def test_a_version_lower_than_a_tag_is_refused(repository: World) -> None:
    ready(repository)
    tagged(repository, version="0.1.0")
    repository.inv("release", "auto", "--yes")
    ready(repository)

    assert refusal(repository, "0.0.9") == (
        "cannot release: version order\n  why: 0.0.9 is not higher than v0.1.0\n  run: inv release 0.2.0"
    )
    repository.released("0.2.0")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (
            "1.2.0-hotfix.1",
            "cannot use the version '1.2.0-hotfix.1'\n"
            "  why: Invalid version: '1.2.0-hotfix.1'; a hotfix is the next patch version\n"
            "  run: inv release patch",
        ),
        (
            "1.2.0+local",
            "cannot use the version '1.2.0+local'\n  why: local versions are not released\n  run: inv release patch",
        ),
        (
            "bigger",
            'cannot release "bigger"\n'
            "  why: it is neither a version nor one of major, minor, patch, auto\n"
            "  run: inv release minor",
        ),
    ],
)
def test_what_is_no_version_is_refused(repository: World, version: str, message: str) -> None:
    ready(repository)

    assert refusal(repository, version) == message


def test_a_project_without_fragments_is_refused(repository: World) -> None:
    assert refusal(repository) == (
        'cannot release: fragments\n  why: there is no fragment in changelog.d\n  run: inv note fix "what changed"'
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("12.wonder.md", "A wonder", f"cannot read the fragment 12.wonder.md: {NAMES}"),
        ("12.fix.md", "\n", "cannot use the fragment 12.fix.md: it is empty"),
    ],
)
def test_a_malformed_fragment_is_refused(repository: World, name: str, text: str, why: str) -> None:
    ready(repository)
    repository.commit("a fragment", **{f"changelog.d/{name}": text})

    assert refusal(repository) == (f"cannot release: fragments\n  why: {why}\n  run: $EDITOR changelog.d")


def test_a_malformed_fragment_is_refused_when_the_fragments_decide_the_version(repository: World) -> None:
    ready(repository)
    repository.commit("a fragment", **{"changelog.d/12.fix.md": " \n"})

    assert refusal(repository, "auto") == (
        'cannot use the fragment 12.fix.md\n  why: it is empty\n  run: inv note fix "what changed"'
    )


def test_a_changelog_that_announces_the_version_already_is_refused(repository: World) -> None:
    ready(repository)
    repository.commit("told", **{"CHANGELOG.md": "# Changelog\n\n## 0.1.0 (2026-01-01)\n"})

    assert refusal(repository) == (
        "cannot release: changelog\n  why: CHANGELOG.md has a section of 0.1.0 already\n  run: $EDITOR CHANGELOG.md"
    )


@pytest.mark.parametrize("pushed", [False, True])
def test_a_release_commit_that_lost_its_mark_is_given_it_again(repository: World, pushed: bool) -> None:
    ready(repository)
    assert repository.inv("bump", "minor").code == 0
    repository.git("commit", "--quiet", "--amend", "--message", "release it")
    if pushed:
        repository.git("push", "--quiet", "origin", "main")

    ran = repository.inv("release", "minor", "--yes")

    assert ran.code == 1
    run = re.search(r"run: (git (?:commit --amend|revert).*?)(?:      \(.*)?$", ran.err, re.MULTILINE)
    assert run, ran.err
    assert repository.run("bash", "-c", run[1]).code == 0
    repository.released("minor")
    assert "- Something new" in repository.git("show", "v0.1.0:CHANGELOG.md")
