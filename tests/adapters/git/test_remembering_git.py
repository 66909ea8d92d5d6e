"""A git that remembers answers as git does, commit by commit, in a history with all that could make them differ."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN, RELEASE
from release.adapters.git.remembering_git import RememberingGit
from release.base.shell import CommandFailed
from release.config.towncrier_config import TowncrierConfig
from release.planning.landings import fragments_landed, items_named
from tests.support.past import Past, at, note

NOTES = TowncrierConfig(("changelog.d",), ("feature", "fix"), "CHANGELOG.md")

PATHS = ("plans/1.1.toml", "release.toml", "src", "nothing", "link")
NAMES = ("refs/tags/v1.1.0", "refs/heads/main", "refs/heads/release/1.1", "refs/tags/none", "main^", "no such", "HEAD")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Git, list[str]]:
    """A clone with merges, a hotfix, clocks that go backwards, a release branch, and a commit without a name."""
    past = Past(tmp_path_factory.mktemp("past"))
    past.commit("start", 0, {"release.toml": "a\r\nb\n", "src/a.py": "1\n", **note("1.feature.md"), "CHANGELOG.md": ""})
    past.commit("plan", 1, {"plans/1.1.toml": "date = 2026-02-01\n"}, body="Item: one")
    topic = past.commit("topic", 4, note("2.fix.md"), branch="topic", start=past.heads["main"])
    past.commit("other", 3, {"src/b.py": "1\n", **note("3.fix.md")})  # made before its parent, by the clock
    past.commit("Merge topic", 5, merge=topic, body="Item: two\nItem: one")
    made = past.release("1.0.0", 6, gone=("1.feature.md", "2.fix.md", "3.fix.md"))
    past.commit("move", 7, {"plans/1.1.toml": "date = 2026-03-01\n", **note("4.feature.md")})
    fix = past.commit("fix", 8, note("5.fix.md"), branch="hotfix/1.0.1", start=made)
    past.release("1.0.1", 9, branch="hotfix/1.0.1", gone=("5.fix.md",))
    past.commit("Merge hotfix", 10, merge=past.heads["hotfix/1.0.1"])
    past.commit("Freeze release/1.1", 11, body="Frozen: 1.1", branch="release/1.1", start=past.heads["main"])
    past.commit("rename", 12, {"changelog.d/4.feature.md": None, **note("6.feature.md")}, branch="release/1.1")
    past.release("1.1.0", 13, branch="release/1.1", gone=("6.feature.md",))
    past.commit("dropped", 12.5, {"changelog.d/4.feature.md": None, "plans/1.1.toml": None})
    past.commit("lost", 14, branch="lost", start=fix)
    here = Git(past.made(), os.environ)
    commits = here.read("rev-list", "--all").split()
    here.change("branch", "--quiet", "-D", "lost")
    return here, [*commits[::2], *NAMES]


def answered(call: Callable[[], object]) -> object:
    """Return what a call returns, or how it failed."""
    try:
        return call()
    except CommandFailed as error:
        return error.completed.code


def test_each_commit_is_known_as_git_knows_it(both: tuple[Git, list[str]]) -> None:
    plain, names = both
    known = RememberingGit(plain)
    questions: list[Callable[[Git, str], object]] = [
        lambda git, name: git.commit_of(name),
        lambda git, name: git.time_of(f"{name}^{{commit}}"),
        lambda git, name: git.tags(merged=name),
        lambda git, name: [git.contains(name, other) for other in names[:-9:3]],
        lambda git, name: [git.newest_before(name, at(day)) for day in (-1, 3.5, 12)],
        lambda git, name: [git.file_at(name, path) for path in PATHS],
        lambda git, name: [git.changes_of(name, *paths) for paths in (PATHS[:1], PATHS[:2], PATHS[3:])],
        lambda git, name: fragments_landed(git, NOTES, name),
        lambda git, name: fragments_landed(git, NOTES, name, without="refs/tags/v1.0.0"),
        lambda git, name: fragments_landed(git, NOTES, name, since=at(6.5)),
        lambda git, name: (items_named(git, name), items_named(git, name, without="refs/tags/v1.0.1")),
        lambda git, name: git.marks.commit_with(FROZEN, "1.1", name),
        lambda git, name: git.marks.commit_with(FROZEN, "1.1", name, "refs/tags/v1.1.0"),
        lambda git, name: list(git.marks.trailers((RELEASE, FROZEN), name)),
    ]
    for number, ask in enumerate(questions):
        for name in names:
            theirs, ours = (answered(partial(ask, each, name)) for each in (plain, known))
            assert ours == theirs, (number, name)


def test_a_history_is_read_once(both: tuple[Git, list[str]], tmp_path: Path) -> None:
    plain, _ = both
    trace = tmp_path / "trace"
    known = RememberingGit(Git(plain.root, {**os.environ, "GIT_TRACE": str(trace)}))
    main = known.commit_of("refs/heads/main")
    assert main
    for commit in known.read("rev-list", "--first-parent", main).split():
        fragments_landed(known, NOTES, commit)
        known.file_at(commit, "release.toml")
        known.contains(main, commit)
        known.marks.commit_with(FROZEN, "1.1", commit)

    words = [row.partition("built-in: git ")[2].split() for row in trace.read_text().splitlines()]
    assert Counter(row[0] for row in words if row) == {
        "log": 3,  # the history, what it did to fragments, its marks
        "for-each-ref": 1,
        "rev-parse": 1,
        "rev-list": 1,  # ours, above
        "cat-file": 1,
    }


def test_an_object_that_cannot_be_read_is_an_error_and_no_absence(tmp_path: Path) -> None:
    past = Past(tmp_path / "broken")
    past.commit("start", 0, {"a": "text\n", "folder/b": "text\n"})
    plain = Git(past.made(), os.environ)  # a history this small has its objects as files
    main = str(plain.commit_of("refs/heads/main"))
    whole = RememberingGit(plain)
    assert [whole.file_at(main, path) for path in ("a", "folder/b", "folder/none", "folder")] == ["text\n"] * 2 + [
        None
    ] * 2

    for name, path in ((f"{main}:a", "a"), (f"{main}:folder", "folder/b"), (f"{main}:", "a")):
        sha = plain.read("rev-parse", name)
        (plain.folder() / "objects" / sha[:2] / sha[2:]).unlink()
        with pytest.raises(CommandFailed, match=r"command failed: git (ls-tree|show) "):
            RememberingGit(plain).file_at(main, path)
