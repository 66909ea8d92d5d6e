"""What may enter a frozen line: exceptions, the check of a range, and a thaw after which anything may."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.branches.freezes import exceptions
from release.commands.freeze import thaw
from release.commands.freeze_check import allow, check
from tests.support.lines import (
    CODE,
    agreed,
    as_somebody,
    configured,
    fix,
    frozen,
    here,
    history,
    released,
)
from tests.support.world import World

ROLES = (
    '[[roles]]\nname = "rm"\nmembers = ["grace@example.org"]\n[[stages]]\nname = "feature-complete"\nroles = ["rm"]\n'
)


@pytest.fixture
def ready(repository: World) -> World:
    """0.1.0 released; a freeze pins nothing, which would ask the network."""
    configured(repository, "\n[freeze]\nlock = false\n")
    return released(repository)


def test_an_exception_is_granted_with_a_reason_and_by_somebody(ready: World) -> None:
    frozen(ready)
    commit = fix(ready, "ONE = 1", "ONE = 11")
    assert check(here(ready), "HEAD^..HEAD") is False

    allow(here(ready), "HEAD", "a customer waits")

    assert check(here(ready), "HEAD^..HEAD") is True
    [granted] = exceptions(here(ready), "0.2")
    assert (granted.commit, granted.facts["Reason"], str(granted.by)) == (
        commit,
        "a customer waits",
        "Ada Lovelace <ada@example.org>",
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("HEAD", " "), "an exception needs a reason"),
        (("nothing", "x"), "this clone has no such commit"),
        (("HEAD", "x", "", "0.9"), "0.9 is not frozen"),
    ],
)
def test_an_exception_is_refused(ready: World, words: tuple[str, ...], why: str) -> None:
    frozen(ready)

    with pytest.raises(ReleaseError, match=why):
        allow(here(ready), *words)


def test_an_exception_is_for_those_who_hold_the_role(ready: World) -> None:
    configured(ready, ROLES)
    frozen(ready)

    with pytest.raises(ReleaseError, match=r"ada@example\.org does not hold the role rm; it is held by grace"):
        allow(here(ready), "HEAD", "why not")
    with pytest.raises(ReleaseError, match=r"ada@example\.org does not hold the role rm"):
        thaw(here(ready), "0.2", agreed)

    as_somebody(ready, "Grace", "grace@example.org")
    allow(here(ready), "HEAD", "why not")
    assert len(exceptions(here(ready), "0.2")) == 1


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("origin/release/0.2..HEAD", "these commits are not allowed"),
        ("release/0.2~1..HEAD", "these commits are not allowed"),
        ("main..HEAD", "main is not on a frozen release branch: every change is allowed"),
        ("HEAD..HEAD", "all commits of HEAD..HEAD are allowed"),
    ],
)
def test_the_check_finds_the_line_by_its_name_or_its_commits(
    ready: World, span: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen(ready)
    ready.write("src/acme/more.py", "")
    ready.commit("more")

    check(here(ready), span)

    assert told in capsys.readouterr().out


def test_the_check_goes_by_the_rules_before_the_change(ready: World) -> None:
    frozen(ready)
    configured(ready, 'free = ["*"]\n')
    ready.commit("looser")

    assert check(here(ready), "HEAD^..HEAD") is False


def test_a_thaw_that_is_part_of_what_is_checked_does_not_count(ready: World) -> None:
    frozen(ready)
    ready.commit("Thaw release/0.2\n\nThawed: 0.2")
    ready.commit("more", **{"src/acme/more.py": ""})

    assert check(here(ready), "origin/release/0.2..HEAD") is False


def test_a_range_reads_as_one(ready: World) -> None:
    frozen(ready)

    with pytest.raises(ReleaseError, match=r"a range is written A\.\.B"):
        check(here(ready), "HEAD")


def test_a_thawed_line_takes_anything(ready: World) -> None:
    frozen(ready)

    thaw(here(ready), "", agreed)

    assert history(ready, "release/0.2")[0] == "Thaw release/0.2"
    assert ready.git("rev-parse", "HEAD") == ready.remote_refs()["refs/heads/release/0.2"]
    ready.commit("more", **{"src/acme/more.py": ""})
    assert check(here(ready), "HEAD^..HEAD") is True
    refs = ready.remote_refs()
    thaw(here(ready), "", agreed)
    assert ready.remote_refs() == refs


def test_what_counts_as_a_note_is_also_that_of_before_the_change(ready: World) -> None:
    frozen(ready)
    text = (ready.project / "pyproject.toml").read_text(encoding="utf-8")
    ready.write("pyproject.toml", text.replace('filename = "CHANGELOG.md"', f'filename = "{CODE}"'))
    ready.commit("looser", **{"changelog.d/+looser.fix.md": "Looser.\n"})
    fix(ready, "ONE = 1", "ONE = 11")

    assert check(here(ready), "HEAD~2..HEAD") is False
