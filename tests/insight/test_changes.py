"""What counts as a change, and to which release it belongs: by ancestry, each once."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.pyproject import Project
from release.config.release_toml import Config
from release.config.towncrier_config import TowncrierConfig
from release.insight.change_marks import releases_only
from release.insight.release_history import History, Served, read_history
from release.planning.moment import moment_of
from tests.support.past import BOT, Past, at, note

NOTES = TowncrierConfig(("changelog.d",), ("breaking", "feature", "fix", "security"), "CHANGELOG.md")
ACME = Project("acme", "1.0", (), (), NOTES)


def read(past: Past | Path, day: str = "", served: dict[Version, Served] | None = None, since: int = 0) -> History:
    root = past.made() if isinstance(past, Past) else past
    git, config = Git(root, os.environ), replace(Config(), index=())
    return read_history(git, config, ACME, moment_of(git, config, day), served, since)


def changes(history: History) -> dict[str, list[str]]:
    """Return {version: the names of its changes}, and those that wait."""
    found = {str(each.version): [change.name for change in each.changes] for each in history.releases}
    return found | {"waiting": [change.name for change in history.waiting]}


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """One commit on main, released as 1.0.0."""
    past = Past(tmp_path / "acme")
    past.commit("start", 0, {"a.py": "a"})
    past.release("1.0.0", 1)
    return past


def test_first_parent_commits_are_the_changes_where_there_are_no_fragments(past: Past) -> None:
    past.commit("part one", 2, {"b.py": "1"}, branch="topic", start=past.heads["main"])
    tip = past.commit("part two", 3, {"b.py": "2"}, branch="topic")
    past.commit("Merge pull request #7 from ada/topic", 4, merge=tip)
    past.commit("Squash of many (#8)", 5, {"c.py": "c"}, body="* one\n\n* two\n\nCo-authored-by: Bob <bob@example.org>")
    past.release("1.1.0", 6)

    assert changes(read(past))["1.1.0"] == ["Merge pull request #7 from ada/topic", "Squash of many (#8)"]


def test_fragments_are_the_changes_where_there_are_any(past: Past) -> None:
    past.commit("two in one", 2, note("1.feature.md") | note("+words.fix.md"))
    past.commit("no fragment", 3, {"b.py": "b"})
    past.release("1.1.0", 4, gone=("1.feature.md", "+words.fix.md"))

    history = read(past)

    assert changes(history)["1.1.0"] == ["+words.fix.md", "1.feature.md"]
    assert [each.kind for each in history.releases[-1].changes] == ["fix", "feature"]
    assert [each.by_fragments for each in history.releases] == [False, True]


@pytest.mark.parametrize("with_note", [True, False])
@pytest.mark.parametrize("said", [True, False])
def test_a_cherry_pick_counts_once_in_the_release_that_has_it_first(past: Past, with_note: bool, said: bool) -> None:
    """With `-x` it says so; without, author, time and subject are the same."""
    fix: dict[str, str | None] = {"a.py": "fixed", **(note("9.fix.md") if with_note else {})}
    first = past.commit("Fix it", 2, fix)
    root = past.heads["main"]
    past.made()
    body = f"(cherry picked from commit {past.sha(first)})" if said else ""
    again = Past(past.root, past.count, list(past.rows), dict(past.heads))
    written = 2 if not said else 2.5  # picked with another author's time, such as by a squash on a forge
    again.commit("Fix it", 3, fix, branch="release/1.0", start=2, body=body, written=written)
    gone = ("9.fix.md",) if with_note else ()
    again.release("1.0.1", 4, branch="release/1.0", gone=gone)
    again.release("1.1.0", 30, gone=gone)

    history = read(again)

    name = "9.fix.md" if with_note else "Fix it"
    assert changes(history) == {"1.0.0": ["start"], "1.0.1": [name], "1.1.0": [], "waiting": []}
    assert history.releases[1].changes[0].at == at(3)  # when it landed on the branch of that release
    assert root == first


@pytest.mark.parametrize("with_note", [True, False])
def test_a_backport_of_a_change_that_was_released_is_none(past: Past, with_note: bool) -> None:
    """Also where only the newest releases are looked at, and the original is in none of them."""
    fix: dict[str, str | None] = {"a.py": "fixed", **(note("9.fix.md") if with_note else {})}
    gone = ("9.fix.md",) if with_note else ()
    past.commit("Fix it", 2, fix)
    past.release("1.1.0", 3, gone=gone)
    past.commit("Fix it", 50, fix, branch="release/1.0", start=2, written=2)
    past.release("1.0.1", 51, branch="release/1.0", gone=gone)

    root = past.made()

    assert changes(read(root))["1.0.1"] == []
    assert changes(read(root, since=at(10)))["1.0.1"] == []


def test_a_pull_request_of_which_a_part_was_picked_for_an_older_release_was_in_that_release(past: Past) -> None:
    """Also where only the newest releases are looked at, and what says that it was picked is in none of them."""
    part = past.commit("part one", 2, {"b.py": "1"}, branch="topic", start=past.heads["main"])
    past.made()
    body = f"(cherry picked from commit {past.sha(part)})"
    again = Past(past.root, past.count, list(past.rows), dict(past.heads))
    tip = again.commit("part two", 3, {"b.py": "2"}, branch="topic")
    again.commit("Merge pull request #7 from ada/topic", 4, merge=tip)
    again.commit("part one", 5, {"b.py": "1"}, branch="release/1.0", start=1, body=body, written=5)
    again.release("1.0.1", 6, branch="release/1.0")
    again.commit("Other", 20, {"c.py": "c"})
    again.release("1.1.0", 30)

    root = again.made()

    assert changes(read(root))["1.1.0"] == ["Other"]
    assert changes(read(root, since=at(10)))["1.1.0"] == ["Other"]


def test_the_same_fragment_again_after_its_release_is_another_change(past: Past) -> None:
    past.commit("Update", 2, note("+update.fix.md"))
    past.release("1.0.1", 3, gone=("+update.fix.md",))
    past.commit("Update again", 4, note("+update.fix.md"))
    past.release("1.0.2", 5, gone=("+update.fix.md",))

    assert changes(read(past)) == {
        "1.0.0": ["start"],
        "1.0.1": ["+update.fix.md"],
        "1.0.2": ["+update.fix.md"],
        "waiting": [],
    }


@pytest.mark.parametrize("with_note", [True, False])
def test_a_release_branch_that_is_merged_back_counts_once(past: Past, with_note: bool) -> None:
    fix: dict[str, str | None] = {"a.py": "fixed", **(note("9.fix.md") if with_note else {})}
    past.commit("More", 2, {"b.py": "b", **(note("10.feature.md") if with_note else {})})
    past.commit("Fix it", 3, fix, branch="release/1.0", start=2)
    made = past.release("1.0.1", 4, branch="release/1.0", gone=("9.fix.md",) if with_note else ())
    past.commit("Merge 1.0.1 into main", 5, fix, merge=made)
    past.release("1.1.0", 6, gone=("9.fix.md", "10.feature.md") if with_note else ())

    found = changes(read(past))

    assert found["1.0.1"] == ["9.fix.md" if with_note else "Fix it"]
    assert found["1.1.0"] == ["10.feature.md" if with_note else "More"]


def test_a_fragment_that_was_renamed_and_edited_is_one_change(past: Past) -> None:
    text = "a long enough text that git knows it again\n" * 3
    past.commit("add", 2, note("+words.feature.md", text))
    past.commit("rename", 3, {"changelog.d/+words.feature.md": None, **note("12.feature.md", text)})
    past.commit("edit", 4, note("12.feature.md", text + "more"))
    past.release("1.1.0", 5, gone=("12.feature.md",))

    assert [(each.name, each.at) for each in read(past).releases[-1].changes] == [("+words.feature.md", at(2))]


def test_a_fragment_that_was_taken_back_is_no_change(past: Past) -> None:
    past.commit("add", 2, note("1.feature.md") | note("2.fix.md"))
    past.commit("Revert", 3, {"changelog.d/1.feature.md": None})
    past.release("1.1.0", 4, gone=("2.fix.md",))

    assert changes(read(past))["1.1.0"] == ["2.fix.md"]


def test_bots_and_release_commits_are_no_changes(past: Past) -> None:
    past.commit("Bump tool from 1 to 2 (#3)", 2, {"c.txt": "2"}, author=BOT)
    tip = past.commit("Bump other", 2, {"d.txt": "2"}, author=BOT, branch="bot", start=past.heads["main"])
    past.commit("Merge pull request #4 from acme/dependabot/other", 3, merge=tip)
    past.commit("By a person", 4, {"b.py": "b"}, author="Rob Abbott <abbott@example.org>")
    past.commit("Open main for 1.1.0.dev0", 5, {"v.py": "1"}, body="Reopened-after: 1.0.0")
    past.commit("Bump version: 1.0.0 -> 1.1.0", 6, {"v.py": "2"})
    past.tag("v1.1.0", 6)

    assert changes(read(past))["1.1.0"] == ["By a person"]


@pytest.mark.parametrize(
    ("subject", "only"),
    [
        ("Release acme 1.2.0", True),
        ("release version 3.1.0 (#5640)", True),
        ("start version 3.2.0", True),
        ("v2.32.5", True),
        ("Bump for release", True),
        ("Back to development: 2.1", True),
        ("#659 Release 24.8.0 (#660)", True),
        ("Bump mypy to 2.0", False),
        ("Support Python 3.14", False),
        ("Update the documentation", False),
        ("Fix the release of memory", False),
    ],
)
def test_a_subject_that_only_names_a_version_is_that_of_a_release(subject: str, only: bool) -> None:
    assert releases_only(subject, "acme") is only


def test_dates_that_contradict_the_ancestry_move_no_change(past: Past) -> None:
    """1.1.0 was tagged by a clock that was a month fast; 1.2.0, which contains it, is still the later one."""
    past.commit("one", 2, {"b.py": "1"})
    past.release("1.1.0", 40)
    past.commit("two", 3, {"b.py": "2"})
    past.release("1.2.0", 10)

    history = read(past)

    assert changes(history) == {"1.0.0": ["start"], "1.1.0": ["one"], "1.2.0": ["two"], "waiting": []}
    assert [each.at for each in history.releases] == [at(1), at(40), at(40)]


def test_a_shallow_clone_is_refused(past: Past, tmp_path: Path) -> None:
    root = past.made()
    os.system(f"git clone --quiet --depth 1 file://{root} {tmp_path / 'shallow'}")  # noqa: S605  # paths of ours

    with pytest.raises(ReleaseError) as refused:
        read(tmp_path / "shallow")

    assert str(refused.value) == (
        "cannot read the history\n"
        "  why: this clone is shallow: a part of its history is missing\n"
        "  run: git fetch --unshallow --tags origin"
    )


def test_a_release_is_what_an_index_serves_and_dates_from_its_first_upload(past: Past) -> None:
    past.release("1.1.0", 5)
    past.release("1.2.0", 6)
    uploaded = datetime.fromtimestamp(at(7), UTC)
    served = {
        Version("1.0.0"): Served(None, yanked=False),
        Version("1.2.0"): Served(uploaded, yanked=True),
        Version("1.3.0"): Served(uploaded, yanked=False),
        Version("2.0.0rc1"): Served(uploaded, yanked=False),
    }

    history = read(past, served=served)

    assert [(str(each.version), each.at, each.yanked) for each in history.releases] == [
        ("1.0.0", at(1), False),
        ("1.2.0", at(7), True),
    ]
    assert (history.unserved, history.untagged) == ((Version("1.1.0"),), (Version("1.3.0"),))


def test_a_past_day_shows_what_was_known_then(past: Past) -> None:
    past.commit("one", 2, {"b.py": "1"})
    past.release("1.1.0", 40)
    past.commit("two", 41, {"b.py": "2"})

    root = past.made()

    assert changes(read(root, "2026-01-05")) == {"1.0.0": ["start"], "waiting": ["one"]}
    assert changes(read(root, "2026-03-01")) == {"1.0.0": ["start"], "1.1.0": ["one"], "waiting": ["two"]}


def test_pre_releases_and_other_tags_are_no_releases(past: Past) -> None:
    past.commit("one", 2, {"b.py": "1"})
    past.tag("v1.1.0rc1", 2)
    past.tag("nightly", 2)
    past.tag("v1.1.0+local", 2)

    assert changes(read(past)) == {"1.0.0": ["start"], "waiting": ["one"]}
