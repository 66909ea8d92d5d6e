"""Checkouts of one commit beside a project's own files."""

from __future__ import annotations

import pytest

from tests.support.opening import git
from tests.support.world import World


@pytest.mark.parametrize("setting", [("core.autocrlf", "true"), ("core.eol", "crlf"), ("core.autocrlf", "input")])
def test_a_checkout_has_the_same_bytes_whatever_line_ends_its_owner_likes(
    repository: World, setting: tuple[str, str]
) -> None:
    (repository.project / ".gitattributes").unlink()
    commit = repository.commit("text", **{"text.txt": "one\ntwo\n"})
    repository.git("config", *setting)

    with git(repository).checkout(commit) as path:
        assert (path / "text.txt").read_bytes() == b"one\ntwo\n"
        assert path.joinpath("README.md").read_bytes().count(b"\r") == 0


def test_a_checkout_is_gone_whatever_happened_in_it(repository: World) -> None:
    with pytest.raises(ZeroDivisionError), git(repository).checkout("HEAD") as path:
        (path / "README.md").write_text("changed\n")
        raise ZeroDivisionError

    assert not path.exists()
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert repository.git("status", "--porcelain") == ""


def test_a_checkout_has_its_submodules(repository: World) -> None:
    library = repository.project.parent / "library"
    repository.git("init", "--quiet", library, cwd=repository.project.parent)
    (library / "code.py").write_text("code = 1\n")
    repository.git("add", "--all", cwd=library)
    repository.git("commit", "--quiet", "--message", "start", cwd=library)
    allowed = {"GIT_ALLOW_PROTOCOL": "file"}
    repository.run("git", "submodule", "--quiet", "add", library, "vendored", env=allowed)
    commit = repository.commit("a submodule")

    with git(repository, **allowed).checkout(commit) as path:
        assert (path / "vendored" / "code.py").read_text() == "code = 1\n"
    assert (repository.project / "vendored" / "code.py").exists()
    assert repository.git("status", "--porcelain") == ""
