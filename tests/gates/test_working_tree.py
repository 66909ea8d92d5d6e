"""The gates of the repository but "in sync": each met, and each made to refuse, with its fact and its run line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release.engine.gate import Gate, Verdict
from release.gates.working_tree import CLEAN, FINISHED, IDENTITY, LINE, TAG_FREE
from tests.support.making import clone_of, releasing, short, tag
from tests.support.world import World


def asked(gate: Gate, world: World, version: str = "0.1.0", **more: str) -> Verdict:
    return gate.ask(releasing(world, version, **more))


def test_clean_is_met_without_changes(repository: World) -> None:
    assert asked(CLEAN, repository) == Verdict(True, "no uncommitted changes")


def test_clean_is_met_by_a_file_that_was_only_touched(repository: World) -> None:
    (repository.project / "README.md").touch()

    assert asked(CLEAN, repository).met


def test_clean_does_not_mind_what_git_ignores(repository: World) -> None:
    repository.write(".venv/pyvenv.cfg", "")
    repository.write("dist/old.whl", "")

    assert asked(CLEAN, repository).met


def test_clean_refuses_what_is_not_committed(repository: World) -> None:
    repository.write("README.md", "changed\n")
    repository.write("staged.txt", "staged\n")
    repository.git("add", "staged.txt")
    repository.write("a folder/with ünïcode.txt", "new\n")

    assert asked(CLEAN, repository) == Verdict(
        False,
        "uncommitted changes:\n M README.md\nA  staged.txt\n?? a folder/with ünïcode.txt",
        "git stash --include-untracked      (git stash pop --index restores it)",
    )


def test_clean_has_the_settings_of_a_release_committed_and_not_put_aside(repository: World) -> None:
    """A stash would take the indexes away, and the release would go to none."""
    config = repository.project / "release.toml"
    repository.git("rm", "--quiet", "--cached", "release.toml")
    repository.git("commit", "--quiet", "--message", "not yet")
    text = config.read_text()

    verdict = asked(CLEAN, repository)

    assert repository.run("bash", "-c", verdict.run.partition("      (")[0]).code == 0
    assert config.read_text() == text
    assert asked(CLEAN, repository).met


def test_what_clean_puts_aside_comes_back_as_it_was(repository: World) -> None:
    repository.write("staged.txt", "staged\n")
    repository.git("add", "staged.txt")
    repository.write("README.md", "changed\n")
    before = repository.git("status", "--porcelain")
    run, _, back = asked(CLEAN, repository).run.partition("      (")

    assert repository.run("bash", "-c", run).code == 0
    assert asked(CLEAN, repository).met
    assert repository.run("bash", "-c", back.removesuffix(" restores it)")).code == 0
    assert repository.git("status", "--porcelain") == before


def test_clean_lists_five_paths_and_counts_the_others(repository: World) -> None:
    for number in range(7):
        repository.write(f"new{number}", "")

    listed = "\n".join(f"?? new{number}" for number in range(5))
    assert asked(CLEAN, repository).fact == f"uncommitted changes:\n{listed}\nand 2 more"


def test_finished_is_met_when_nothing_is_open(repository: World) -> None:
    assert asked(FINISHED, repository) == Verdict(True, "no merge or rebase in progress")


def conflicting(world: World) -> str:
    """Return a commit that cannot be joined with HEAD, apart from HEAD."""
    world.git("switch", "--quiet", "--create", "topic")
    theirs = world.commit("theirs", **{"README.md": "theirs\n"})
    world.git("switch", "--quiet", "main")
    world.commit("ours", **{"README.md": "ours\n"})
    return theirs


@pytest.mark.parametrize("word", ["merge", "rebase", "cherry-pick", "revert"])
def test_finished_refuses_what_is_open(repository: World, word: str) -> None:
    theirs = conflicting(repository)
    repository.run("git", word, theirs)

    assert asked(FINISHED, repository) == Verdict(False, f"a {word} is not finished", f"git {word} --abort")


def test_finished_sees_the_merge_of_its_own_worktree_only(repository: World) -> None:
    theirs = conflicting(repository)
    repository.git("worktree", "add", "--quiet", "-b", "side", repository.project.parent / "side")
    side = replace(repository, project=repository.project.parent / "side")
    side.run("git", "merge", theirs)

    assert asked(FINISHED, repository).met
    assert asked(FINISHED, side) == Verdict(False, "a merge is not finished", "git merge --abort")


def test_line_is_met_on_the_branch_of_the_releases(repository: World) -> None:
    assert asked(LINE, repository) == Verdict(True, "on main")


def test_line_refuses_another_branch(repository: World) -> None:
    repository.git("switch", "--quiet", "--create", "topic")

    assert asked(LINE, repository) == Verdict(False, "on topic; releases are made from main", "git switch main")


def test_line_refuses_a_detached_head(repository: World) -> None:
    repository.git("switch", "--quiet", "--detach")

    assert asked(LINE, repository) == Verdict(False, "HEAD is detached; releases are made from main", "git switch main")


RENAME = 'git branch --move main      (or branch = "master" in release.toml)'


@pytest.mark.parametrize(
    ("words", "fact", "run"),
    [
        (["branch", "--move", "master"], "on master", RENAME),
        (["switch", "--quiet", "--detach"], "HEAD is detached", "git switch --create main"),
    ],
)
def test_line_renames_where_git_began_with_another_name(
    repository: World, words: list[str], fact: str, run: str
) -> None:
    """As after a bare `git init`, which gives master; `git switch main` would find nothing."""
    repository.git("remote", "remove", "origin")
    repository.git(*words)
    if words[0] == "switch":
        repository.git("branch", "--delete", "--force", "main")

    assert asked(LINE, repository) == Verdict(False, f"{fact}; releases are made from main", run)
    repository.git(*run.partition("   ")[0].split()[1:])
    assert asked(LINE, repository).met


def test_tag_free_is_met_without_the_tag(repository: World) -> None:
    tag(repository, version="0.0.1")

    assert asked(TAG_FREE, repository) == Verdict(True, "v0.1.0 exists neither here nor on origin")


def test_tag_free_refuses_a_tag_on_the_remote(repository: World) -> None:
    other = clone_of(repository, "another")
    theirs = other.commit("theirs")
    other.git("push", "--quiet", "origin", tag(other))

    assert asked(TAG_FREE, repository) == Verdict(
        False, f"v0.1.0 is {theirs[:7]} on origin already", "inv release 0.1.1"
    )


def test_tag_free_refuses_a_tag_here(repository: World) -> None:
    tag(repository)

    assert asked(TAG_FREE, repository) == Verdict(
        False, f"v0.1.0 is {short(repository)} here and not on origin", "git tag --delete v0.1.0"
    )


def test_tag_free_offers_the_next_candidate_for_a_candidate(repository: World) -> None:
    tag(repository, version="0.1.0rc1")
    repository.git("push", "--quiet", "origin", "v0.1.0rc1")

    assert asked(TAG_FREE, repository, "0.1.0rc1").run == "inv release 0.1.0rc2"


def test_identity_is_met_by_name_and_address(repository: World) -> None:
    assert asked(IDENTITY, repository) == Verdict(True, "Ada Lovelace <ada@example.org>")


def test_identity_refuses_without_a_name(repository: World) -> None:
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null"}
    repository.git("config", "user.useConfigOnly", "true")

    assert asked(IDENTITY, repository, **nobody) == Verdict(
        False,
        "git identity is not configured",
        'git config user.name "You" && git config user.email you@example.org',
    )
