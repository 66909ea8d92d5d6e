"""The same command again: it finishes what it began and nothing else; what is done already ends with exit code 0."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.killing import Kill, Running
from tests.support.making import clone_of, ready
from tests.support.world import World

AGAIN = ("release", "minor", "--yes")


def finals(world: World) -> list[str]:
    """Return the tags of the remote."""
    return [ref for ref in world.remote_refs() if ref.startswith("refs/tags/") and not ref.endswith("^{}")]


@pytest.mark.parametrize("words", [["minor"], ["auto"], ["0.1.0"]])
def test_a_release_that_is_complete_is_not_followed_by_another(repository: World, words: list[str]) -> None:
    ready(repository)
    repository.released("minor")
    before = repository.remote_refs()

    text = repository.released(*words)

    assert text.splitlines()[0] in ("nothing came in since acme 0.1.0", "acme 0.1.0 is complete")
    assert "acme 0.1.0 is released" in text
    assert repository.remote_refs() == before


def test_one_that_was_stopped_at_its_very_end_releases_nothing_of_what_came_in_since(
    repository: World, tmp_path: Path
) -> None:
    ready(repository)
    os.mkfifo(tmp_path / "never")
    hook = repository.project / ".git" / "hooks" / "post-merge"  # once this clone follows what opened main again
    opened = "git log -1 --format=%s | grep -q '^Open main' || exit 0"
    hook.write_text(f"#!/bin/sh\n{opened}\ntouch {tmp_path}/end\nread line < {tmp_path}/never\n")
    hook.chmod(0o755)
    running = Running(repository, tmp_path / "log", *AGAIN)
    assert running.until((tmp_path / "end").exists), running.text()
    running.kill(Kill.GROUP)
    hook.unlink()
    clone = clone_of(repository)
    clone.note("feature", "Of a colleague")
    clone.git("push", "--quiet", "origin", "main")
    repository.git("pull", "--quiet", "origin", "main")

    text = repository.released("minor")

    assert text.splitlines()[0] == "acme 0.1.0 is what the command that was stopped here made, and it is complete"
    assert finals(repository) == ["refs/tags/v0.1.0"]
    repository.released("minor")
    assert finals(repository) == ["refs/tags/v0.1.0", "refs/tags/v0.2.0"]


def test_one_that_was_aborted_begins_anew(repository: World) -> None:
    ready(repository)
    hook = repository.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the tag is refused'\nexit 1\n")
    hook.chmod(0o755)
    assert repository.inv(*AGAIN).code == 1
    assert repository.inv("abort", "--yes").code == 0
    hook.unlink()

    assert "was stopped here" not in repository.released("minor")


def test_a_candidate_is_proven_although_the_command_was_stopped_after_its_upload(world: World) -> None:
    ready(world)
    world.released("minor", "--pre", "rc")

    text = world.released("minor", "--pre", "rc")

    assert "nothing came in since acme 0.1.0rc1" in text
    assert "  ok      bytes " in text


def test_a_hotfix_whose_merge_back_conflicts_is_proven(world: World) -> None:
    ready(world)
    world.commit("code", **{"src/acme/extra.py": "ONE = 1\n"})
    world.git("push", "--quiet", "origin", "main")
    world.released("minor")
    files = {"src/acme/extra.py": "ONE = 2\n", "changelog.d/+one.fix.md": "One is two.\n"}
    world.git("switch", "--quiet", "--create", "topic", "v0.1.0")
    picked = world.commit("fix", **files)
    world.git("switch", "--quiet", "main")
    world.commit("other", **{"src/acme/extra.py": "ONE = 3\n"})
    world.git("push", "--quiet", "origin", "main")

    ran = world.inv("hotfix", "--reason", "security", "--pick", picked, "--yes")

    assert ran.code == 0, ran.text
    assert "conflicts in src/acme/extra.py" in ran.out
    assert "  ok      bytes " in ran.out
