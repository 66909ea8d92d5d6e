"""Freezing, by the commands: what is made, in one push or not at all, and what is refused."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.commands.freeze import freeze
from tests.support.ended import assert_clean
from tests.support.lines import (
    Told,
    agreed,
    another,
    configured,
    frozen,
    here,
    history,
    released,
    there,
)
from tests.support.making import pushed_by_another, short
from tests.support.world import World


@pytest.fixture
def ready(repository: World) -> World:
    """0.1.0 released; a freeze pins nothing, which would ask the network."""
    configured(repository, "\n[freeze]\nlock = false\n")
    return released(repository)


def test_a_freeze_makes_the_line_and_opens_main_in_one_push(ready: World) -> None:
    told, before = Told(), ready.git("rev-parse", "main")

    freeze(here(ready), "minor", told)

    refs = ready.remote_refs()
    assert ready.git("rev-parse", "main") == refs["refs/heads/main"]
    line = refs["refs/heads/release/0.2"]
    assert ready.git("rev-parse", f"{line}^", cwd=ready.remote) == before
    assert ready.git("rev-parse", "main^", cwd=ready.remote) == before
    assert 'version = "0.2.0.dev0"' in there(ready, "release/0.2", "pyproject.toml")
    assert 'version = "0.3.0.dev0"' in there(ready, "main", "pyproject.toml")
    assert "release/0.2 on origin, which accepts only fix, security, docs" in told.text
    assert "main continues as 0.3.0.dev0" in told.text
    assert_clean(ready)


def test_a_major_freeze_is_for_the_next_major(ready: World) -> None:
    freeze(here(ready), "major", agreed)

    assert "refs/heads/release/1.0" in ready.remote_refs()
    assert 'version = "1.1.0.dev0"' in there(ready, "main", "pyproject.toml")


def test_a_freeze_takes_along_what_was_not_pushed_yet(ready: World) -> None:
    commit = ready.commit("mine")

    freeze(here(ready), "minor", agreed)

    assert ready.git("rev-parse", "release/0.2^", cwd=ready.remote) == commit


def test_a_freeze_repeated_is_the_same_freeze(ready: World) -> None:
    freeze(here(ready), "minor", agreed)
    refs = ready.remote_refs()

    freeze(here(ready), "minor", agreed)

    assert ready.remote_refs() == refs


def test_a_clone_that_was_behind_follows(ready: World) -> None:
    other = another(ready)
    freeze(here(ready), "minor", agreed)

    freeze(here(other), "minor", agreed)

    assert other.git("rev-parse", "main") == ready.remote_refs()["refs/heads/main"]


def test_a_freeze_that_was_made_half_is_told_and_finished(ready: World) -> None:
    before = ready.git("rev-parse", "main")
    frozen(ready)
    ready.git("push", "--quiet", "--force", "origin", f"{before}:refs/heads/main")
    other = another(ready)
    line = other.remote_refs()["refs/heads/release/0.2"]

    freeze(here(other), "minor", agreed)

    assert other.remote_refs()["refs/heads/release/0.2"] == line
    assert history(other, "main")[0] == "Open main for 0.3.0.dev0"


def test_a_line_that_no_freeze_made_is_a_conflict(ready: World) -> None:
    ready.git("push", "--quiet", "origin", "main:refs/heads/release/0.2")

    with pytest.raises(ReleaseError) as refused:
        freeze(here(ready), "minor", agreed)

    assert refused.value.why.startswith(f"release/0.2 is {short(ready)} on origin (Ada Lovelace <ada@example.org>, ")
    assert refused.value.why.endswith(", not made by a freeze")
    assert refused.value.run == "git log origin/main..origin/release/0.2"


def test_a_line_that_is_gone_is_a_conflict(ready: World) -> None:
    freeze(here(ready), "minor", agreed)
    ready.git("push", "--quiet", "origin", ":refs/heads/release/0.2")

    with pytest.raises(ReleaseError, match=r"cannot freeze release/0\.2") as refused:
        freeze(here(ready), "minor", agreed)

    assert "origin has no release/0.2" in refused.value.why


def test_who_loses_the_race_has_pushed_neither(ready: World) -> None:
    hook = ready.remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n')
    hook.chmod(0o755)
    refs = ready.remote_refs()

    with pytest.raises(ReleaseError, match=r"cannot push release/0\.2 and main to origin"):
        freeze(here(ready), "minor", agreed)

    assert ready.remote_refs() == refs
    assert_clean(ready)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [("patch", "a release branch is made for a minor or a major release"), ("1.2", "a release branch is made for")],
)
def test_a_freeze_is_for_a_minor_or_a_major_release(ready: World, wanted: str, why: str) -> None:
    with pytest.raises(ReleaseError, match=why):
        freeze(here(ready), wanted, agreed)


def test_a_line_is_made_from_main(ready: World) -> None:
    frozen(ready)

    with pytest.raises(ReleaseError) as refused:
        freeze(here(ready), "minor", agreed)

    assert (refused.value.why, refused.value.run) == (
        "on release/0.2; a release branch is made from main",
        "git switch main",
    )


def test_a_freeze_is_refused_where_the_clone_is_not_fit(ready: World) -> None:
    pushed_by_another(ready)
    ready.write("left.txt", "")

    with pytest.raises(ReleaseError) as refused:
        freeze(here(ready), "minor", agreed)

    assert "working tree" in str(refused.value)
    assert "in sync" in str(refused.value)


def test_a_dry_run_changes_nothing(ready: World, capsys: pytest.CaptureFixture[str]) -> None:
    refs = ready.remote_refs()

    freeze(here(ready, write=False), "minor", agreed, dry_run=True)

    assert ready.remote_refs() == refs
    assert "to do   freeze release/0.2                  origin has no release/0.2" in capsys.readouterr().out


def test_a_dry_run_refuses_what_the_freeze_would_refuse(ready: World) -> None:
    ready.write("not-committed.py", "X = 1\n")

    with pytest.raises(ReleaseError, match="working tree"):
        freeze(here(ready, write=False), "minor", agreed, dry_run=True)


def test_a_freeze_asks_the_gates_of_the_release_that_the_line_gives(ready: World) -> None:
    item = '[[item]]\nid = "parser"\ntitle = "A parser"\nmust = true\n'
    plans = {"plans/0.2.toml": item, "plans/0.3.toml": item.replace("parser", "later")}
    ready.commit("plans", **plans)

    with pytest.raises(ReleaseError, match=r"feature-complete of 0\.2 must have: parser\n"):
        freeze(here(ready), "minor", agreed)

    ready.commit("the parser", **{"changelog.d/parser.feature.md": "A parser\n"})
    freeze(here(ready), "minor", agreed)
    assert "refs/heads/release/0.2" in ready.remote_refs()


def test_a_freeze_pins_what_the_line_is_built_and_tested_with(repository: World) -> None:
    released(repository)
    text = (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    repository.commit(
        "Need attrs", **{"pyproject.toml": text.replace("dependencies = []", 'dependencies = ["iniconfig"]')}
    )

    freeze(here(repository), "minor", agreed)

    pins = there(repository, "release/0.2", "constraints-own.txt")
    before = there(repository, "main", "constraints.txt")
    for name in ("hatchling", "pytest", "twine", "iniconfig"):
        [row] = [line for line in pins.splitlines() if line.startswith(f"{name}==")]
        assert row.split(" ")[0] in before, "what was pinned keeps its version"


# Exceptions and the check for CI


def test_main_does_not_take_the_numbers_of_a_line(ready: World) -> None:
    frozen(ready)
    ready.git("switch", "--quiet", "main")

    ran = ready.inv("release", "0.2.1", "--yes")

    assert ran.code == 1
    assert "why: 0.2 was frozen as release/0.2, and main has new commits" in ran.text
    assert "run: inv release minor" in ran.text
