"""What git itself refuses, by a hook or for want of a key, is told in git's words; a private commit may remain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.making import ready
from tests.support.refusing import refusal
from tests.support.world import World


def hook(world: World, name: str, body: str, where: Path | None = None) -> None:
    """Install a hook of git."""
    path = (where or world.project / ".git") / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_refuses_the_release_commit_is_told(repository: World, name: str) -> None:
    ready(repository)
    hook(repository, name, "echo no commits today >&2; exit 1")
    other_form = '      (or, in release.toml: subject = "chore: {subject}")' if name == "commit-msg" else ""

    assert refusal(repository) == (
        'cannot commit "Release acme 0.1.0"\n'
        f"  why: the hook {name} refuses it (exit code 1)\n"
        "       no commits today\n"
        f"  run: $EDITOR .git/hooks/{name}{other_form}"
    )


@pytest.mark.parametrize("where", ["here", "on the remote"])
def test_a_hook_that_refuses_the_push_leaves_no_tag(repository: World, where: str) -> None:
    """The release commit is made by then, and private; nothing of the release is anywhere else."""
    ready(repository)
    remote, head = repository.remote_refs(), repository.git("rev-parse", "HEAD")
    if where == "here":
        hook(repository, "pre-push", "echo no pushes today >&2; exit 1")
    else:
        hook(repository, "pre-receive", "echo no pushes today >&2; exit 1", repository.remote)

    ran = repository.inv("release", "minor", "--yes")

    lines = ran.err.strip("\n").splitlines()
    assert ran.code == 1
    assert lines[0] == "cannot push v0.1.0 to origin"
    assert any("no pushes today" in line for line in lines), ran.err
    assert lines[-1] == (
        "  run: the same command again, when the remote accepts it      (inv abort undoes the release commit)"
    )
    assert repository.git("tag", "--list") == ""
    assert repository.remote_refs() == remote
    assert repository.git("rev-parse", "HEAD^") == head
    assert repository.git("status", "--porcelain") == ""

    (repository.project / ".git" / "hooks" / "pre-push").unlink(missing_ok=True)
    (repository.remote / "hooks" / "pre-receive").unlink(missing_ok=True)
    repository.released("minor")


def test_a_signing_key_that_is_not_there_is_told(repository: World) -> None:
    ready(repository)
    key = repository.home / "missing.pub"
    for name, value in (("gpg.format", "ssh"), ("commit.gpgSign", "true"), ("user.signingKey", str(key))):
        repository.git("config", name, value)

    message = refusal(repository)

    assert message.splitlines()[:2] == [
        "cannot release: signing",
        "  why: commit.gpgSign is set, but signing fails",
    ]
    assert str(key) in message
    assert message.splitlines()[-1] == "  run: git config user.signingKey PATH"
