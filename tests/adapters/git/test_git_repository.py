"""git in odd but real repositories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from release.adapters.git.hooked_commit import commit_all
from release.adapters.git.project_folder import find_root
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from tests.support.making import tag
from tests.support.opening import git
from tests.support.traces import bytes_below
from tests.support.world import World


def moved(world: World) -> World:
    path = world.project.parent / "Ünïcode – and spaces" / "-acme ☕\t'x'"
    path.parent.mkdir()
    world.project.rename(path)
    return replace(world, project=path)


def in_a_worktree(world: World) -> World:
    path = world.project.parent / "worktree"
    world.git("switch", "--quiet", "--create", "topic")
    world.git("worktree", "add", "--quiet", path, "main")
    return replace(world, project=path)


def as_a_submodule(world: World) -> World:
    outer = world.project.parent / "outer"
    world.git("init", "--quiet", outer, cwd=world.project.parent)
    words = ("submodule", "--quiet", "add", str(world.remote), "inner part")
    ran = world.run("git", *words, cwd=outer, env={"GIT_ALLOW_PROTOCOL": "file"})
    assert ran.code == 0, ran.text
    return replace(world, project=outer / "inner part")


def plain(world: World) -> World:
    return world


ODD = [plain, moved, in_a_worktree, as_a_submodule]


@pytest.mark.parametrize("make", ODD)
def test_an_odd_repository_is_read_and_written(repository: World, make: Callable[[World], World]) -> None:
    world = make(repository)
    head = world.git("rev-parse", "HEAD")
    here = git(world)

    assert find_root(world.project / "src") == world.project.resolve()
    assert here.branch() == "main"
    assert here.commit_of("main") == head
    assert here.changes() == ()
    assert not here.shallow()
    assert here.remote_refs("origin").branches["main"] == head
    with here.checkout(head) as path:
        (path / "new file ☕").write_text("new\n")
        commit = commit_all(here, path, "Thaw release/1.2", "Thawed: 1.2")
    here.forward("main", commit)
    here.tag("v1", commit, "message")
    assert here.push("origin", f"{commit}:refs/heads/main", "refs/tags/v1").code == 0

    assert world.git("status", "--porcelain") == ""
    assert (world.project / "new file ☕").read_text() == "new\n"
    assert world.remote_refs()["refs/tags/v1^{}"] == commit
    assert world.git("log", "-1", "--format=%B") == "Thaw release/1.2\n\nThawed: 1.2"
    assert here.marks.commit_with("Thawed", "1.2", commit) == commit


def test_the_lock_of_all_worktrees_lies_in_one_folder(repository: World) -> None:
    worktree = in_a_worktree(repository)

    assert git(worktree).folder() == git(repository).folder() == (repository.project / ".git").resolve()


@pytest.mark.parametrize(
    "variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"]
)
def test_variables_that_point_elsewhere_do_not_count(repository: World, variable: str) -> None:
    """As they are set inside of a hook."""
    other = repository.project.parent / "other"
    repository.git("init", "--quiet", other, cwd=repository.project.parent)
    repository.write("new.txt", "new\n")

    here = git(repository, **{variable: str(other / ".git")})

    assert here.changes() == ("?? new.txt",)
    assert here.commit_of("HEAD") == repository.git("rev-parse", "HEAD")


def test_a_detached_head_is_no_branch(repository: World) -> None:
    repository.git("switch", "--quiet", "--detach")

    assert git(repository).branch() is None


def test_a_branch_without_commits_is_a_branch_without_commit(tmp_path: Path, repository: World) -> None:
    repository.git("init", "--quiet", tmp_path / "empty")
    empty = replace(repository, project=tmp_path / "empty")

    assert git(empty).branch() == "main"
    assert git(empty).commit_of("HEAD") is None
    assert git(empty).tags() == {}


def test_a_shallow_clone_is_known(repository: World) -> None:
    repository.commit("second")
    repository.git("push", "--quiet")
    path = repository.project.parent / "shallow"
    repository.git("clone", "--quiet", "--depth", "1", repository.remote.as_uri(), path)

    assert git(replace(repository, project=path)).shallow()


def test_tags_mean_commits_whether_they_are_annotated_or_not(repository: World) -> None:
    head = repository.git("rev-parse", "HEAD")
    tag(repository, version="1.0")
    repository.git("tag", "light")
    repository.git("tag", "--annotate", "--message", "of a tag", "nested", "v1.0")
    repository.git("push", "--quiet", "--tags", "origin")

    assert {name: git(repository).tags()[name] for name in ("v1.0", "light")} == {"v1.0": head, "light": head}
    there = git(repository).remote_refs("origin")
    assert there.tags == {"v1.0": head, "light": head, "nested": head}
    assert there.tag_objects.keys() == {"v1.0", "nested"}


def test_tags_of_another_line_can_be_left_out(repository: World) -> None:
    tag(repository, version="1.0")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("topic")
    tag(repository, version="2.0")

    assert list(git(repository).tags()) == ["v1.0", "v2.0"]
    assert list(git(repository).tags(merged="main")) == ["v1.0"]


def test_an_unsound_name_is_no_option(repository: World) -> None:
    assert git(repository).commit_of("--all") is None
    assert git(repository).commit_of("") is None


def test_the_history_tells_what_contains_what(repository: World) -> None:
    first, second = repository.git("rev-parse", "HEAD"), repository.commit("second")

    assert git(repository).contains(second, first)
    assert git(repository).contains(first, first)
    assert not git(repository).contains(first, second)


def test_a_failed_question_is_no_answer(repository: World) -> None:
    """An exit code that is neither yes nor no is raised."""
    with pytest.raises(CommandFailed):
        git(repository).contains("HEAD", "0" * 40)
    with pytest.raises(CommandFailed):
        git(repository).file_at("no-such-commit", "README.md")


def test_files_of_a_commit_are_read_from_there(repository: World) -> None:
    first = repository.commit("one", **{"text.txt": "one\n"})
    repository.commit("two", **{"text.txt": "two\n"})

    assert git(repository).file_at(first, "text.txt") == "one\n"
    assert git(repository).file_at(first, "nothing.txt") is None


def test_changes_are_told_with_odd_names(repository: World) -> None:
    repository.write("with space ☕\n.txt", "x")
    repository.git("mv", "README.md", "READ ME.md")

    found = git(repository).changes()

    assert "?? with space ☕\n.txt" in found
    assert any(entry.startswith("R  READ ME.md") for entry in found)


def test_looking_writes_nothing(repository: World) -> None:
    (repository.project / "README.md").touch()
    before = bytes_below(repository.project)
    here = git(repository)

    here.changes()
    here.tags()
    here.remote_refs("origin")
    here.folder()

    assert bytes_below(repository.project) == before


def test_a_trailer_is_one_only_where_git_reads_it(repository: World) -> None:
    repository.commit("Release: 1.0\n\nRelease: 1.0 is what a trailer would say.\n\nRelease: 1.0\n\nThe end.")
    mentioned = repository.git("rev-parse", "HEAD")
    commit = repository.commit("Release acme 1.0\n\nBody.\n\nSigned-off-by: Ada <ada@example.org>\nRelease: 1.0")
    head = repository.commit("Release acme 1.0.1 (#7)\n\nRelease: 1.0.1")

    here = git(repository)

    assert here.marks.commit_with("Release", "1.0", mentioned) is None
    assert here.marks.commit_with("Release", "1.0", head) == commit
    assert here.marks.commit_with("Release", "1.0", head, since=commit) is None
    assert here.marks.commit_with("Release", "1.0.1", head) == head
    assert here.marks.commit_with("Release", "100", head) is None
    assert [line for _, line in here.marks.trailers(("Release",), head)] == ["Release: 1.0.1", "Release: 1.0"]


def test_a_folder_in_no_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(ReleaseError) as refusal:
        find_root(tmp_path)

    assert refusal.value.what == f"{tmp_path} is in no git repository"
    assert refusal.value.run == 'git init && git add -A && git commit -m "start"'


def test_who_made_a_commit_is_told_with_the_time(repository: World) -> None:
    commit = repository.git("rev-parse", "HEAD")
    when = repository.git("show", "--no-patch", "--date=format-local:%Y-%m-%d %H:%M", "--format=%cd", commit)

    assert git(repository).author_of(commit) == f"Ada Lovelace <ada@example.org>, {when}"
    assert git(repository).time_of(commit) == int(repository.git("show", "--no-patch", "--format=%ct", commit))
