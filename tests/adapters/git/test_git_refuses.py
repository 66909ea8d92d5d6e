"""What git refuses for the sake of a hook, a setting or a full disk is said with a command that helps; one world."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.adapters.git.push_refusals import mending
from release.base.shell import CommandFailed, Completed
from release.context_loader import load_context
from release.gates.working_tree import CLEAN, LINE
from tests.support.making import releasing
from tests.support.world import World


def hook(world: World, name: str, body: str) -> Path:
    path = world.project / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_hook_on_references_is_named_and_one_after_checkouts_has_no_part(repository: World) -> None:
    git = repository.context().git
    refusing = hook(repository, "reference-transaction", "grep -q refs/tags && { echo not today >&2; exit 1; }; exit 0")

    with pytest.raises(CommandFailed) as refused:
        git.tag("v1", "HEAD", "one")

    assert refused.value.what == "command failed: git tag --annotate --message one v1 HEAD"
    assert "not today" in refused.value.why
    editor, _, which = refused.value.run.partition("      (")
    assert which == "it refuses; then the same command again)"
    assert repository.run("bash", "-c", editor.replace("$EDITOR", "rm")).code == 0
    assert not refusing.exists()
    hook(repository, "post-checkout", "echo badly >&2; exit 3")
    with git.checkout("HEAD") as path:
        assert (path / "pyproject.toml").exists()


def test_a_remote_that_takes_no_atomic_push_is_told_what_to_set(repository: World) -> None:
    git = repository.context().git
    repository.git("config", "receive.advertiseAtomic", "false", cwd=repository.remote)
    repository.commit("one more")

    pushed = git.push("origin", "HEAD:refs/heads/main", "HEAD:refs/heads/other")

    run = mending(pushed, "something else")
    command, _, where = run.partition("      (")
    assert where == "in the repository there: branch and tag go together or not at all)"
    assert pushed.code != 0 and "refs/heads/other" not in repository.remote_refs()
    assert repository.run("bash", "-c", command, cwd=repository.remote).code == 0
    assert git.push("origin", "HEAD:refs/heads/main", "HEAD:refs/heads/other").code == 0


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_a_change_that_git_was_told_not_to_look_at_is_found(repository: World, flag: str) -> None:
    repository.git("update-index", flag, "pyproject.toml")
    assert CLEAN.ask(releasing(repository)).met  # it is as it was committed
    with (repository.project / "pyproject.toml").open("a") as file:
        file.write("\n# mine\n")
    assert repository.git("status", "--porcelain") == ""

    verdict = CLEAN.ask(releasing(repository))

    fact = "git is set to ignore changes of pyproject.toml, which differs from HEAD"
    assert (verdict.met, verdict.fact) == (False, fact)
    assert repository.run("bash", "-c", verdict.run).code == 0
    assert CLEAN.ask(releasing(repository)).fact.startswith("uncommitted changes:")


def test_names_that_are_a_branch_and_a_tag_are_not_confused(repository: World) -> None:
    repository.git("tag", "main", "HEAD")
    repository.git("branch", "v9", "HEAD")
    repository.git("tag", "v9", "HEAD")
    ctx = releasing(repository)

    assert ctx.branch == "main"
    assert set(ctx.git.tags()) == {"main", "v9"}
    verdict = LINE.ask(ctx)
    fact = "the tag main has the same name as the branch, so the name is ambiguous in git"
    assert (verdict.met, verdict.fact) == (False, fact)
    assert repository.run("bash", "-c", verdict.run.partition("      (")[0]).code == 0
    assert LINE.ask(releasing(repository)).met


def test_a_full_disk_and_settings_of_ours_are_no_riddle() -> None:
    told = "error: unable to write file /tmp/x\nfatal: cannot create directory at 'y': No space left on device"
    failed = CommandFailed(
        Completed(("git", "-c", "color.ui=false", "-c", "gc.auto=0", "checkout-index"), 128, "", told)
    )

    assert failed.what == "command failed: git checkout-index"
    assert failed.run.startswith("df -h /")
    assert failed.run.endswith(" .      (make room; TMPDIR names another temporary folder)")


def test_the_marks_of_a_history_are_read_once_for_all_questions(repository: World, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    ctx = load_context(repository.project, repository.environment(GIT_TRACE2_EVENT=str(trace)), write=False)
    head = repository.git("rev-parse", "HEAD")
    marks = ctx.git.marks

    assert list(marks.trailers(("Release",), head)) == list(marks.trailers(("Frozen",), head)) == []
    assert [marks.commit_with(name, "1.0", head) for name in ("Release", "Reopened-after", "Thawed")] == [None] * 3

    assert trace.read_text().count('"name":"log"') == 1
