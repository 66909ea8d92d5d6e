"""Merging trees: whatever one side did to a file, nothing that the owner wrote is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.adapters.git.git_repository import Git
from release.template.three_way_merge import merge, moved, places, tree_of
from tests.support.world import environment

Files = dict[str, str]
LONG = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """An empty repository."""
    root = tmp_path / "repository"
    root.mkdir()
    git = Git(root, environment(tmp_path / "home"))
    git.change("init", "--quiet")
    return git


def tree(git: Git, files: Files) -> str:
    """Return the tree of some files."""
    folder = git.root.parent / f"files-{len(list(git.root.parent.iterdir()))}"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return tree_of(git, folder, git.root.parent / "index")


def merged(git: Git, base: Files, ours: Files, theirs: Files) -> tuple[Files, tuple[str, ...], tuple[str, ...]]:
    """Return the files that a merge leaves, those with markers, and those that were kept."""
    result = merge(git, tree(git, base), tree(git, ours), tree(git, theirs), "1.0")
    names = git.read("ls-tree", "-r", "--name-only", result.tree).splitlines()
    return {name: git.read("show", f"{result.tree}:{name}") + "\n" for name in names}, result.marked, result.kept


def test_what_both_changed_in_different_places_is_merged(git: Git) -> None:
    files, marked, _ = merged(
        git, {"a": LONG}, {"a": LONG.replace("line 3\n", "ours\n")}, {"a": LONG.replace("line 9\n", "theirs\n")}
    )

    assert marked == ()
    assert files == {"a": LONG.replace("line 3\n", "ours\n").replace("line 9\n", "theirs\n")}


def test_an_edit_follows_a_file_that_was_moved(git: Git) -> None:
    files, marked, kept = merged(git, {"a": LONG}, {"a": f"{LONG}ours\n"}, {"b/c": LONG})

    assert (files, marked, kept) == ({"b/c": f"{LONG}ours\n"}, (), ())


def test_an_edited_file_that_was_removed_is_kept(git: Git) -> None:
    files, marked, kept = merged(git, {"a": LONG, "b": "b\n"}, {"a": f"{LONG}ours\n", "b": "b\n"}, {"b": "b\n"})

    assert (files["a"], marked, kept) == (f"{LONG}ours\n", (), ("a",))


def test_a_deleted_file_that_was_changed_stays_deleted(git: Git) -> None:
    files, marked, kept = merged(git, {"a": "1\n", "b": "b\n"}, {"b": "b\n"}, {"a": "2\n", "b": "b\n"})

    assert (files, marked, kept) == ({"b": "b\n"}, (), ())


def test_the_same_place_gets_markers_with_both_texts(git: Git) -> None:
    files, marked, _ = merged(git, {"a": "1\n"}, {"a": "ours\n"}, {"a": "theirs\n"})

    assert marked == ("a",)
    assert files["a"] == "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> template/1.0\n"
    assert places(git.root / "a") == [(1, "ours\n")]


def test_a_new_file_of_both_gets_markers(git: Git) -> None:
    _, marked, _ = merged(git, {"b": "b\n"}, {"a": "ours\n", "b": "b\n"}, {"a": "theirs\n", "b": "b\n"})

    assert marked == ("a",)


def test_files_of_the_owners_in_a_folder_that_moves_stay(git: Git) -> None:
    base = {f"old/{name}": f"{LONG}{name}\n" for name in "abc"}
    theirs = {name.replace("old", "new"): text for name, text in base.items()}

    files, marked, _ = merged(git, base, base | {"old/mine": "mine\n"}, theirs)

    assert marked == ()
    assert set(files) == {"new/a", "new/b", "new/c", "old/mine"}


def test_a_declared_move_needs_no_likeness(git: Git) -> None:
    moves = {"a": "b", "nowhere": "c"}

    renamed = moved(git, tree(git, {"a": "1\n", "x": "x\n"}), moves, git.root.parent / "index")

    assert git.read("ls-tree", "-r", "--name-only", renamed).splitlines() == ["b", "x"]
    taken = moved(git, tree(git, {"a": "1\n", "b": "2\n"}), moves, git.root.parent / "index")
    assert git.read("ls-tree", "-r", "--name-only", taken).splitlines() == ["a", "b"]
