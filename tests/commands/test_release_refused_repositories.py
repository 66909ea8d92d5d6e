"""A repository that is in no state to release from is refused with what, why and run; nothing is changed by that."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.making import pushed_by_another, ready, short
from tests.support.refusing import refusal
from tests.support.traces import traces
from tests.support.world import World


def test_what_is_not_committed_is_refused(repository: World) -> None:
    ready(repository)
    repository.write("README.md", "changed\n")
    repository.write("new file.txt", "new\n")

    assert refusal(repository) == (
        "cannot release: working tree\n"
        "  why: uncommitted changes:\n"
        "        M README.md\n"
        "       ?? new file.txt\n"
        "  run: git stash --include-untracked      (git stash pop --index restores it)"
    )


def test_a_merge_that_is_open_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("theirs", **{"README.md": "theirs\n"})
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "topic")
    repository.git("checkout", "--quiet", "HEAD", "--", "README.md")

    assert refusal(repository) == (
        "cannot release: merge or rebase\n  why: a merge is not finished\n  run: git merge --abort"
    )


def test_a_branch_behind_its_remote_is_refused(repository: World) -> None:
    ready(repository)
    pushed_by_another(repository)
    repository.git("fetch", "--quiet")

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: behind: main is {short(repository)} here and {short(repository, 'origin/main')} on origin\n"
        "  run: git pull --ff-only origin main"
    )


def test_a_branch_behind_its_remote_is_refused_when_the_clone_has_not_heard_of_it(repository: World) -> None:
    ready(repository)
    there = pushed_by_another(repository)

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: origin has commits that are missing here: main is {short(repository)} here and {there[:7]} on origin\n"
        "  run: git pull --rebase origin main"
    )
    repository.git("pull", "--rebase", "origin", "main")
    repository.released("minor")


def test_a_branch_that_diverged_is_refused(repository: World) -> None:
    ready(repository)
    there = pushed_by_another(repository)
    repository.git("fetch", "--quiet")
    here = repository.commit("a change of ours")

    assert refusal(repository) == (
        "cannot release: in sync\n"
        f"  why: diverged: main is {here[:7]} here and {there[:7]} on origin\n"
        "  run: git pull --rebase origin main"
    )
    repository.git("pull", "--rebase", "origin", "main")
    repository.released("minor")


def test_a_detached_head_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--detach")

    assert refusal(repository) == (
        "cannot release: branch\n  why: HEAD is detached; releases are made from main\n  run: git switch main"
    )


def test_a_topic_branch_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("switch", "--quiet", "--create", "topic")

    assert refusal(repository) == (
        "cannot release: branch\n  why: on topic; releases are made from main\n  run: git switch main"
    )


def test_a_repository_without_a_remote_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("remote", "remove", "origin")

    assert refusal(repository) == (
        "cannot release: in sync\n  why: there is no remote origin\n  run: git remote add origin URL"
    )


def test_a_remote_that_does_not_answer_is_refused(repository: World) -> None:
    ready(repository)
    shutil.rmtree(repository.remote)

    assert refusal(repository) == (
        "cannot read the remote origin\n"
        "  why: exit code 128\n"
        f"       fatal: '{repository.remote}' does not appear to be a git repository\n"
        "       fatal: Could not read from remote repository.\n"
        "       Please make sure you have the correct access rights\n"
        "       and the repository exists.\n"
        "  run: git remote -v && git ls-remote origin"
    )


def test_a_shallow_clone_is_refused(repository: World) -> None:
    ready(repository)
    path = repository.project.parent / "shallow"
    repository.git("clone", "--quiet", "--depth", "1", repository.remote.as_uri(), path)
    shallow = replace(repository, project=path)

    assert refusal(shallow) == (
        "cannot release: in sync\n"
        "  why: this clone is shallow: a part of its history is missing\n"
        "  run: git fetch --unshallow --tags"
    )
    shallow.git("fetch", "--quiet", "--unshallow", "--tags")
    shallow.released("minor")


def test_a_line_that_the_remote_does_not_have_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("push", "--quiet", "origin", "main:other")
    repository.git("symbolic-ref", "HEAD", "refs/heads/other", cwd=repository.remote)
    repository.git("push", "--quiet", "origin", ":main")

    assert refusal(repository) == (
        "cannot release: in sync\n  why: origin has no main\n  run: git push --set-upstream origin main"
    )
    repository.git("push", "--set-upstream", "origin", "main")
    repository.released("minor")


def test_a_repository_without_any_commit_is_refused(tmp_path: Path, rendered: Path) -> None:
    world = World(tmp_path / "acme", tmp_path / "acme.git", "", tmp_path / "home")
    shutil.copytree(rendered, world.project)
    world.git("init", "--quiet")

    ran = world.inv("release", "minor", "--yes")

    assert ran.code == 1, ran.text
    assert "Traceback" not in ran.text


def test_somebody_without_a_name_is_refused(repository: World) -> None:
    ready(repository)
    repository.git("config", "user.useConfigOnly", "true")
    nobody = {"GIT_CONFIG_COUNT": "2"}
    for number, name in enumerate(("user.name", "user.email")):
        nobody |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}

    assert refusal(repository, **nobody) == (
        "cannot release: git identity\n"
        "  why: git identity is not configured\n"
        '  run: git config user.name "You" && git config user.email you@example.org'
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "release.toml",
            'remot = "origin"\n',
            "cannot use release.toml: remot\n  why: no such key; did you mean remote?\n  run: $EDITOR release.toml",
        ),
        (
            "pyproject.toml",
            "[tool.acme]\n",
            "cannot use pyproject.toml\n"
            "  why: it has no [project] table with a name (PEP 621)\n"
            "  run: $EDITOR pyproject.toml",
        ),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(repository: World, name: str, text: str, message: str) -> None:
    repository.commit("broken", **{name: text})

    assert refusal(repository) == message


def test_several_obstacles_are_told_at_once(repository: World) -> None:
    repository.write("new", "new\n")
    repository.git("remote", "remove", "origin")

    message = refusal(repository)

    assert [line for line in message.splitlines() if not line.startswith(" ")] == [
        "cannot release: working tree",
        "cannot release: in sync",
        "cannot release: fragments",
    ]


def test_a_release_without_agreement_is_refused(repository: World) -> None:
    ready(repository)
    before = traces(repository)

    ran = repository.inv("release", "minor")

    assert ran.code == 1
    assert ran.err.strip("\n") == (
        "cannot ask for confirmation\n"
        "  why: there is no terminal, and --yes was not given\n"
        "  run: the same command with --yes"
    )
    assert traces(repository) == before
