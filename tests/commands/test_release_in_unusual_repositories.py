"""An unusual repository is treated like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.making import ready
from tests.support.refusing import refusal
from tests.support.world import OFF, World


def test_a_branch_without_an_upstream_is_released(repository: World) -> None:
    """Branch and remote are named in release.toml; nobody needs git's own setting for them."""
    ready(repository)
    repository.git("branch", "--unset-upstream")

    repository.released("minor")

    assert "refs/tags/v0.1.0" in repository.remote_refs()


def signing(world: World) -> World:
    key = world.home / "key"
    ran = world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key)
    assert ran.code == 0, ran.text
    settings = {
        "gpg.format": "ssh",
        "commit.gpgSign": "true",
        "tag.gpgSign": "true",
        "user.signingKey": f"{key}.pub",
        "gpg.ssh.allowedSignersFile": str(world.home / "signers"),
    }
    (world.home / "signers").write_text(f"ada@example.org {Path(f'{key}.pub').read_text()}")
    for name, value in settings.items():
        world.git("config", name, value)
    return world


def in_a_worktree(world: World) -> World:
    world.git("switch", "--quiet", "--create", "topic")
    world.git("worktree", "add", "--quiet", world.project.parent / "worktree", "main")
    return replace(world, project=world.project.parent / "worktree")


def converting_line_ends(world: World) -> World:
    world.git("config", "core.autocrlf", "true")
    return world


def moved_to_an_odd_path(world: World) -> World:
    path = world.project.parent / "Ünïcode – and spaces" / "acme ☕"
    path.parent.mkdir()
    world.project.rename(path)
    return replace(world, project=path)


def with_a_slash_in_its_tags(world: World) -> World:
    world.commit("tags", **{"release.toml": f'index = []\nquality = []\ntag = "acme/{{version}}"\n\n{OFF}'})
    world.git("push", "--quiet")
    return world


@pytest.mark.parametrize(
    "make", [signing, in_a_worktree, converting_line_ends, moved_to_an_odd_path, with_a_slash_in_its_tags]
)
def test_an_unusual_repository_is_released(repository: World, make: Callable[[World], World]) -> None:
    world = make(ready(repository))
    name = "acme/0.1.0" if make is with_a_slash_in_its_tags else "v0.1.0"

    world.released("minor")

    assert world.remote_refs()[f"refs/tags/{name}^{{}}"] == world.git("rev-parse", "HEAD^")
    assert world.git("status", "--porcelain") == ""
    assert world.git("log", "-2", "--format=%s") == "Open main for 0.2.0.dev0\nRelease acme 0.1.0"
    if make is signing:
        world.git("verify-tag", "v0.1.0")
        world.git("verify-commit", "HEAD", "HEAD^")


def with_submodule(world: World) -> World:
    """Give the project a submodule; its address is a path, which git uses only when it is allowed to."""
    library = world.project.parent / "library"
    world.git("init", "--quiet", library, cwd=world.project.parent)
    world.git("commit", "--quiet", "--allow-empty", "--message", "start", cwd=library)
    ran = world.run("git", "submodule", "--quiet", "add", library, "vendored", env={"GIT_ALLOW_PROTOCOL": "file"})
    assert ran.code == 0, ran.text
    world.commit("a submodule")
    world.git("push", "--quiet", "origin", "main")
    return world


def test_a_project_with_a_submodule_is_released(repository: World) -> None:
    world = with_submodule(ready(repository))

    world.released("minor", GIT_ALLOW_PROTOCOL="file")

    assert world.git("ls-tree", "v0.1.0", "vendored").startswith("160000 commit ")
    assert world.git("status", "--porcelain") == ""


def test_a_changed_submodule_is_refused(repository: World) -> None:
    world = with_submodule(ready(repository))
    world.git("commit", "--quiet", "--allow-empty", "--message", "more", cwd=world.project / "vendored")

    assert refusal(world, GIT_ALLOW_PROTOCOL="file") == (
        "cannot release: working tree\n  why: uncommitted changes:\n        M vendored\n"
        "  run: git stash --include-untracked      (git stash pop --index restores it)"
    )
