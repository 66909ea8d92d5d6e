"""The release commit: seen, made, and left half-way."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.engine.step import State, absent, done
from release.steps.commit import COMMIT
from tests.support.making import clone_of, ready, release_commit, releasing, set_version, short, taken_back
from tests.support.traces import traces
from tests.support.world import World


def test_it_is_to_do_while_no_commit_carries_the_trailer(repository: World) -> None:
    repository.commit("Release acme 0.1.0")
    repository.commit("Release acme 0.1.0rc1\n\nRelease: 0.1.0rc1")
    repository.commit("Release acme 0a1.0\n\nRelease: 0a1.0")

    assert COMMIT.observe(releasing(repository)) == absent("no commit carries Release: 0.1.0")


def test_it_is_done_when_the_commit_is_only_here(repository: World) -> None:
    commit = release_commit(repository)
    repository.commit("later")

    assert COMMIT.observe(releasing(repository)) == done(f"{commit[:7]} on main")


def test_it_is_done_in_a_clone_whose_branch_is_behind(repository: World) -> None:
    clone = clone_of(repository)
    commit = release_commit(repository)
    repository.git("push", "--quiet", "origin", "main")
    clone.git("fetch", "--quiet")

    assert COMMIT.observe(releasing(clone)) == done(f"{commit[:7]} on main")


def test_it_is_to_do_again_after_it_was_taken_back(repository: World) -> None:
    release_commit(repository)
    taken_back(repository)

    assert COMMIT.observe(releasing(repository)).state is State.ABSENT

    again = release_commit(repository)
    assert COMMIT.observe(releasing(repository)) == done(f"{again[:7]} on main")


def test_the_commit_holds_version_and_changelog_and_nothing_else(repository: World) -> None:
    ready(repository)
    head = repository.git("rev-parse", "HEAD")

    COMMIT.do(releasing(repository))

    assert COMMIT.observe(releasing(repository)) == done(f"{short(repository)} on main")
    assert repository.git("rev-parse", "HEAD^") == head
    assert repository.git("log", "-1", "--format=%B") == "Release acme 0.1.0\n\nRelease: 0.1.0"
    changed = repository.git("show", "--format=", "--name-status", "--no-renames", "HEAD").splitlines()
    versions = ["M\tpyproject.toml", "M\tsbom.cdx.json"]
    assert changed == ["M\tCHANGELOG.md", "D\tchangelog.d/+something-new.feature.md", *versions]
    assert "- Something new" in repository.git("show", "HEAD:CHANGELOG.md")
    assert '\nversion = "0.1.0"\n' in repository.git("show", "HEAD:pyproject.toml")
    assert repository.git("status", "--porcelain") == ""
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_a_fragment_that_git_did_not_remove_is_removed(repository: World, tmp_path: Path) -> None:
    """As where bump-my-version's git holds the index at that moment; towncrier does not look."""
    ready(repository)
    (tmp_path / "bin").mkdir()
    busy = tmp_path / "bin" / "git"
    busy.write_text(f'#!/bin/sh\n[ "$1" = rm ] && exit 128\nexec {shutil.which("git")} "$@"\n')
    busy.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{repository.environment()['PATH']}"

    COMMIT.do(releasing(repository, PATH=path))

    assert "D\tchangelog.d/+something-new.feature.md" in repository.git("show", "--format=", "--name-status", "HEAD")
    assert repository.git("status", "--porcelain") == ""


def test_a_candidate_keeps_its_fragments_for_the_final(repository: World) -> None:
    ready(repository)

    COMMIT.do(releasing(repository, "0.1.0rc1"))

    changed = repository.git("show", "--format=", "--name-status", "HEAD").splitlines()
    assert changed == ["M\tpyproject.toml", "M\tsbom.cdx.json"]
    assert '\nversion = "0.1.0rc1"\n' in repository.git("show", "HEAD:pyproject.toml")


def test_a_commit_that_was_killed_half_way_is_made_by_the_next_command(repository: World) -> None:
    ready(repository)
    head = repository.git("rev-parse", "HEAD")
    left = Path(tempfile.mkdtemp(prefix="release-")).resolve() / "acme"
    repository.git("worktree", "add", "--quiet", "--detach", left)
    (left / "pyproject.toml").write_text('version = "0.1')

    assert COMMIT.observe(releasing(repository)).state is State.ABSENT
    COMMIT.do(releasing(repository))

    assert repository.git("rev-parse", "HEAD^") == head
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert not left.parent.exists()


def test_a_worktree_of_the_owner_is_not_swept_away(repository: World) -> None:
    ready(repository)
    mine = repository.project.parent / "release-notes" / "acme"
    repository.git("worktree", "add", "--quiet", "--detach", mine)
    (mine / "draft").write_text("mine")

    COMMIT.do(releasing(repository))

    assert (mine / "draft").read_text() == "mine"


def test_a_commit_that_no_branch_points_at_is_made_again(repository: World) -> None:
    """Killed between the commit in the temporary checkout and the move of the branch."""
    ready(repository)
    repository.git("switch", "--quiet", "--detach")
    release_commit(repository)
    repository.git("switch", "--quiet", "main")

    assert COMMIT.observe(releasing(repository)).state is State.ABSENT
    COMMIT.do(releasing(repository))

    assert repository.git("log", "--format=%s", "-1") == "Release acme 0.1.0"
    assert repository.git("rev-list", "--count", "origin/main..main") == "1"


def test_a_version_that_bump_my_version_mangles_is_refused(repository: World) -> None:
    ready(repository)
    path = repository.project / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('  "{major}.{minor}.{patch}",\n', '  "{major}.{minor}",\n'), encoding="utf-8")
    repository.commit("mangling")
    before = traces(repository)

    with pytest.raises(ReleaseError) as refusal:
        COMMIT.do(releasing(repository, "0.2.0"))

    assert traces(repository) == before
    assert str(refusal.value) == (
        "cannot write the version 0.2.0\n"
        "  why: bump-my-version left 0.2 in the project\n"
        "  run: $EDITOR pyproject.toml      (parse and serialize of bump-my-version)"
    )


def test_a_version_that_is_set_already_is_committed_all_the_same(repository: World) -> None:
    """The owner wrote the version by hand; the commit with the trailer is still needed."""
    set_version(repository, "0.1.0")
    repository.commit("by hand")
    ready(repository)

    COMMIT.do(releasing(repository))

    assert COMMIT.observe(releasing(repository)).state is State.DONE


def test_a_candidate_whose_version_is_set_already_is_committed_all_the_same(repository: World) -> None:
    """Nothing differs then, and git makes no empty commit by itself."""
    set_version(repository, "0.1.0rc1")
    repository.commit("by hand")
    repository.git("push", "--quiet")

    COMMIT.do(releasing(repository, "0.1.0rc1"))

    assert COMMIT.observe(releasing(repository, "0.1.0rc1")).state is State.DONE
