"""Debts: what a branch lacks of other lines and of hotfixes, and by what they count as paid."""

from __future__ import annotations

import pytest

from release.branches.unmerged_fixes import debts, owed_by
from release.values.version_numbers import parse_version
from tests.support.lines import another, final, fix, frozen, here, released, reopened
from tests.support.making import short
from tests.support.world import World


@pytest.fixture
def lines(repository: World) -> World:
    """0.1.0 from main, and the line 0.2, frozen and checked out."""
    released(repository)
    frozen(repository)
    return repository


def owed(world: World, branch: str = "main") -> dict[str, list[str]]:
    """Return {source: the subjects that a branch lacks of it}."""
    return {debt.source: list(debt.missing.values()) for debt in debts(here(world), branch)}


def test_a_project_without_lines_owes_nothing(repository: World) -> None:
    assert owed(released(repository)) == {}


def test_a_fix_on_a_line_is_owed_to_main(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11", "One is eleven")

    assert owed(lines) == {"release/0.2": ["One is eleven"]}
    assert owed(lines, "release/0.2") == {}


def test_it_is_paid_by_the_same_change(lines: World) -> None:
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "main")
    lines.git("cherry-pick", commit)
    lines.git("push", "--quiet", "origin", "main")

    assert owed(lines) == {}


def test_it_is_paid_by_another_change_that_names_it(lines: World) -> None:
    """A conflict was resolved, so that the patch differs."""
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "main")
    fix(lines, "ONE = 1", "ONE = 2")
    lines.commit(f"One is eleven\n\n(cherry picked from commit {commit})")
    lines.git("push", "--quiet", "origin", "main")

    assert owed(lines) == {}


def test_what_came_from_main_is_not_owed_to_it(lines: World) -> None:
    lines.git("switch", "--quiet", "main")
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "release/0.2")
    fix(lines, "TWO = 2", "TWO = 2  # here")
    fix(lines, "ONE = 1", f"ONE = 11\n\n(cherry picked from commit {commit})")
    lines.git("commit", "--amend", "--quiet", "--message", f"x\n\n(cherry picked from commit {commit})")
    lines.git("push", "--quiet", "--force", "origin", "release/0.2")

    assert owed(lines) == {"release/0.2": ["TWO = 2 is TWO = 2  # here"]}


def test_it_is_paid_by_a_merge_even_of_nothing(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "main")
    lines.git("merge", "--quiet", "--strategy=ours", "--message", "not here", "release/0.2")
    lines.git("push", "--quiet", "origin", "main")

    assert owed(lines) == {}


def test_notes_pins_and_versions_of_candidates_are_not_owed(lines: World) -> None:
    lines.note("docs", "Say it")
    lines.git("push", "--quiet", "origin", "release/0.2")

    assert owed(lines) == {}


def test_a_final_owes_its_notes_as_well(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    final(lines, "0.2.0")
    reopened(lines, "0.2.0", "0.2.1.dev0")

    assert owed(lines) == {"v0.2.0": ["One is eleven", "the notes of 0.2.0 in CHANGELOG.md"]}


def test_a_hotfix_is_owed_to_main_and_to_later_lines_only(lines: World) -> None:
    lines.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")
    lines.git("push", "--quiet", "origin", "v0.1.0^{commit}:refs/heads/release/0.0")

    told = ["ONE = 1 is ONE = 11", "the notes of 0.1.1 in CHANGELOG.md"]
    assert owed(lines) == owed(lines, "release/0.2") == {"v0.1.1": told}
    assert owed(lines, "release/0.0") == {}
    assert owed_by(here(lines), parse_version("0.1.1")) == ["main", "release/0.2"]


def test_the_last_of_several_hotfixes_stands_for_those_before_it(lines: World) -> None:
    lines.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")
    lines.git("switch", "--quiet", "--create", "hotfix/0.1.2")
    fix(lines, "TWO = 2", "TWO = 22")
    final(lines, "0.1.2")

    [(source, missing)] = owed(lines).items()
    assert source == "v0.1.2"
    assert missing[:2] == ["ONE = 1 is ONE = 11", "TWO = 2 is TWO = 22"]


def test_what_was_tagged_before_this_process_owes_nothing(repository: World) -> None:
    """An old line that was adopted with its project has hundreds of commits that main never got."""
    repository.git("switch", "--quiet", "--create", "release/0.0")
    repository.commit("old", **{"src/acme/old.py": '"""Old."""\n'})
    repository.git("tag", "v0.0.9")
    repository.git("push", "--quiet", "origin", "release/0.0", "v0.0.9")
    repository.git("switch", "--quiet", "main")

    assert owed(repository) == {}


def test_a_clone_that_has_only_main_knows_of_debts_too(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    other = another(lines)
    other.git("remote", "set-branches", "origin", "main")
    for ref in ("release/0.2", "HEAD"):
        other.git("update-ref", "-d", f"refs/remotes/origin/{ref}")
    refs = other.git("for-each-ref")

    assert owed(other) == {"release/0.2": ["One is eleven"]}
    assert other.git("for-each-ref") == refs


def test_a_debt_is_told_with_its_commits(lines: World) -> None:
    commits = [fix(lines, "ONE = 1", f"ONE = 1{number}") for number in "1234"]
    [debt] = debts(here(lines), "main")

    assert list(debt.missing) == commits
    assert str(debt).startswith(f"main lacks of release/0.2: {commits[0][:7]} ONE = 1 is ONE = 11, {commits[1][:7]} ")
    assert str(debt).endswith(" and 1 more")
    assert short(lines) == commits[-1][:7]


def test_a_change_that_was_taken_back_is_not_owed(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11")
    lines.git("revert", "--no-edit", "HEAD")
    lines.git("push", "--quiet", "origin", "release/0.2")

    assert owed(lines) == {}


def test_a_pick_that_came_to_both_by_a_merge_pays(lines: World) -> None:
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    lines.git("cherry-pick", "-x", commit)
    final(lines, "0.1.1")
    for branch in ("main", "release/0.2"):
        lines.git("switch", "--quiet", branch)
        lines.git("merge", "--quiet", "--strategy-option=ours", "--message", "Merge", "hotfix/0.1.1")
        lines.git("push", "--quiet", "origin", branch)

    assert owed(lines) == {}
