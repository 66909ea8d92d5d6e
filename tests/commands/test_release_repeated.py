"""The same command again: it finishes what it began and nothing else; what is done already ends with exit code 0."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands import resumed_release
from release.context_loader import load_context
from release.current_release import start
from release.pipeline import same_words
from tests.faults.killing import Kill, Running
from tests.support.making import clone_of, ready
from tests.support.world import World

refuse_unseen = partial(resumed_release.refuse_unseen, same_words=same_words)
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

    assert text.splitlines()[0] in ("no changes since acme 0.1.0", "acme 0.1.0 is complete")
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

    assert text.splitlines()[0] == "acme 0.1.0 was made by the interrupted command, and it is complete"
    assert finals(repository) == ["refs/tags/v0.1.0"]
    repository.released("minor")
    assert finals(repository) == ["refs/tags/v0.1.0", "refs/tags/v0.2.0"]


def test_a_fresh_clone_makes_no_second_version_that_nobody_named(
    repository: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command of a clone that is gone, again: a colleague's fragment came in since."""
    ready(repository)
    repository.released("minor")
    clone = clone_of(repository)
    clone.note("feature", "Of a colleague")
    clone.git("push", "--quiet", "origin", "main")
    before, ours = repository.remote_refs(), clone.git("log", "-1", "--format=%cn <%ce>", "HEAD^")

    ran = clone.inv(*AGAIN)

    assert ran.code == 1, ran.text
    assert "cannot release acme 0.2.0, which --yes does not name\n" in ran.text
    assert f"acme 0.1.0 was released in another clone by {ours}, " in ran.text
    assert repository.remote_refs() == before

    ctx = load_context(clone.project, clone.environment(), write=False)
    second = ctx.taking(start(ctx, "minor"))
    for wanted in ("minor", "auto"):
        with pytest.raises(ReleaseError, match="which --yes does not name"):
            refuse_unseen(second, wanted, None)
    for wanted in ("major", "0.2.0"):  # other words, and a version
        refuse_unseen(second, wanted, None)
    refuse_unseen(replace(second, environment=clone.environment(GITHUB_ACTIONS="true", CI="true")), "minor", None)
    repository.git("pull", "--quiet", "origin", "main")
    here = load_context(repository.project, repository.environment(), write=False)
    refuse_unseen(here.taking(start(here, "minor")), "minor", None)  # it ended here
    graces = load_context(clone.project, clone.environment(GIT_COMMITTER_EMAIL="grace@example.org"), write=False)
    refuse_unseen(graces.taking(start(graces, "minor")), "minor", None)
    tomorrow = time.time() + 25 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    refuse_unseen(second, "minor", None)

    advised = re.search(r"\n  run: inv (.+?)      \(", ran.text)
    assert advised and clone.inv(*advised[1].split()).code == 0
    assert finals(repository) == ["refs/tags/v0.1.0", "refs/tags/v0.2.0"]


def test_one_that_was_aborted_begins_anew(repository: World) -> None:
    ready(repository)
    hook = repository.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the tag is refused'\nexit 1\n")
    hook.chmod(0o755)
    assert repository.inv(*AGAIN).code == 1
    assert repository.inv("abort", "--yes").code == 0
    hook.unlink()

    assert "was made by the interrupted command" not in repository.released("minor")


def test_a_candidate_is_proven_although_the_command_was_stopped_after_its_upload(world: World) -> None:
    ready(world)
    world.released("minor", "--pre", "rc")

    text = world.released("minor", "--pre", "rc")

    assert "no changes since acme 0.1.0rc1" in text
    assert "  ok      published files " in text


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
    assert "  ok      published files " in ran.out
