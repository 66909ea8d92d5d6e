"""Bringing a release to another line: version, pins and notes put right, the rest merged or told as a conflict."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from release.base.changelog import sections
from release.base.errors import ReleaseError
from release.branches.release_merge import commit_merge, merge
from release.context import Context
from release.context_loader import load_context
from release.engine.step import State
from release.steps.merge_into import merge_back_to
from release.values.release import Release
from tests.support.lines import CODE, final, fix, frozen, here, released, there
from tests.support.making import set_version
from tests.support.world import World


@pytest.fixture
def lines(repository: World) -> World:
    """0.1.0 released, and a hotfix 0.1.1 of it on a branch, while main goes on."""
    released(repository)
    repository.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    return repository


def merged(world: World, version: str, into: str = "origin/main") -> tuple[str, tuple[str, ...]]:
    """Merge the tag of a version into a branch, push it where there is no conflict, and return the tree."""
    ctx = here(world)
    head, tag = ctx.git.read("rev-parse", into), ctx.git.read("rev-parse", f"v{version}^{{commit}}")
    found = merge(ctx, head, tag, Version(version))
    if not found.conflicts:
        commit = commit_merge(ctx, found, head, tag, f"Merge {version}")
        world.git("push", "--quiet", "origin", f"{commit}:refs/heads/main")
    return found.tree, found.conflicts


def test_a_hotfix_comes_to_main_without_its_version(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")

    _, conflicts = merged(lines, "0.1.1")

    assert conflicts == ()
    assert 'version = "0.2.0.dev0"' in there(lines, "main", "pyproject.toml")
    assert "ONE = 11" in there(lines, "main", CODE)
    assert [str(each.version) for each in sections(there(lines, "main", "CHANGELOG.md"))] == ["0.1.1", "0.1.0"]


def test_its_section_stands_below_those_of_newer_versions(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")
    lines.git("switch", "--quiet", "main")
    final(lines, "0.2.0")

    assert merged(lines, "0.1.1")[1] == ()
    found = [str(each.version) for each in sections(there(lines, "main", "CHANGELOG.md"))]
    assert found == ["0.2.0", "0.1.1", "0.1.0"]


def test_what_the_release_has_told_of_is_not_told_again(lines: World) -> None:
    lines.git("switch", "--quiet", "main")
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.git("switch", "--quiet", "hotfix/0.1.1")
    lines.git("cherry-pick", "-x", commit)
    final(lines, "0.1.1")

    assert merged(lines, "0.1.1")[1] == ()
    assert "one-is-eleven" not in lines.git("ls-tree", "-r", "--name-only", "main", cwd=lines.remote)


def test_a_fragment_that_main_has_changed_meanwhile_stays(lines: World) -> None:
    lines.git("switch", "--quiet", "main")
    commit = fix(lines, "ONE = 1", "ONE = 11", "One is eleven")
    lines.write("changelog.d/+one-is-eleven.fix.md", "One is eleven, at last.\n")
    lines.commit("say it better")
    lines.git("push", "--quiet", "origin", "main")
    lines.git("switch", "--quiet", "hotfix/0.1.1")
    lines.git("cherry-pick", "-x", commit)
    final(lines, "0.1.1")

    assert merged(lines, "0.1.1")[1] == ()
    assert "at last" in there(lines, "main", "changelog.d/+one-is-eleven.fix.md")


def test_a_conflict_in_the_code_is_named_and_nothing_else_is(lines: World) -> None:
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")
    lines.git("switch", "--quiet", "main")
    fix(lines, "ONE = 1", "ONE = 111")

    assert merged(lines, "0.1.1")[1] == (CODE,)


def test_a_line_keeps_its_pins_to_itself_and_its_dependencies_come_along(repository: World) -> None:
    released(repository)
    frozen(repository)
    constraints = (repository.project / "constraints.txt").read_text(encoding="utf-8")
    repository.write("constraints.txt", constraints + "pinned==1.0\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--amend", "--no-edit")
    repository.git("push", "--quiet", "--force", "origin", "release/0.2")
    set_version(repository, "0.2.0rc1")
    repository.commit("Release acme 0.2.0rc1\n\nRelease: 0.2.0rc1")
    text = (repository.project / "pyproject.toml").read_text(encoding="utf-8")
    repository.write("pyproject.toml", text.replace("dependencies = []", 'dependencies = ["attrs"]'))
    repository.commit("Need attrs")
    final(repository, "0.2.0")

    assert merged(repository, "0.2.0")[1] == ()
    assert there(repository, "main", "constraints.txt") == constraints.rstrip()
    main = there(repository, "main", "pyproject.toml")
    assert 'version = "0.3.0.dev0"' in main
    assert 'dependencies = ["attrs"]' in main


def test_pins_that_a_freeze_was_first_to_make_stay_on_the_line(repository: World) -> None:
    released(repository)
    frozen(repository)
    repository.write("constraints-own.txt", "pinned==1.0\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--amend", "--no-edit")
    repository.git("push", "--quiet", "--force", "origin", "release/0.2")
    fix(repository, "ONE = 1", "ONE = 11")
    final(repository, "0.2.0")

    assert merged(repository, "0.2.0")[1] == ()
    assert "constraints-own.txt" not in repository.git("ls-tree", "--name-only", "main", cwd=repository.remote)
    assert "ONE = 11" in there(repository, "main", CODE)


def with_git(world: World, place: Path, code: int) -> Context:
    """Return a context whose git ends with `code` when it is to merge without a working tree."""
    place.mkdir()
    shim = place / "git"
    real = shutil.which("git")
    shim.write_text(f'#!/bin/sh\nfor word; do [ "$word" = merge-tree ] && exit {code}; done\nexec {real} "$@"\n')
    shim.chmod(0o755)
    environment = world.environment()
    return load_context(world.project, environment | {"PATH": f"{place}:{environment['PATH']}"}, write=False)


def taken(world: World, ctx: Context) -> Context:
    return ctx.taking(Release("acme", Version("0.1.1"), "hotfix/0.1.1", "v0.1.1"))


def test_a_git_that_is_too_old_to_merge_leaves_a_debt(lines: World, tmp_path: Path) -> None:
    """git before 2.38 does not know the option, and says so with 129."""
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")

    seen = merge_back_to("main").observe(taken(lines, with_git(lines, tmp_path / "old", 129)))

    assert seen.state is State.DONE
    assert seen.fact.startswith("not merged back: conflicts (git before 2.38 cannot show where)")


def test_a_git_that_fails_is_no_conflict(lines: World, tmp_path: Path) -> None:
    fix(lines, "ONE = 1", "ONE = 11")
    final(lines, "0.1.1")

    with pytest.raises(ReleaseError, match=r"cannot merge 0\.1\.1"):
        merge_back_to("main").observe(taken(lines, with_git(lines, tmp_path / "broken", 128)))
