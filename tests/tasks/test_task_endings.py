"""How a task ends: refused, interrupted, by a bug, and what its journal and --quiet say."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.making import ready
from tests.support.secrets import refuse_leak
from tests.support.world import World


def test_a_refusal_is_exit_code_1_and_no_traceback(repository: World) -> None:
    ran = repository.inv("release", "minor", "--yes")

    assert ran.code == 1
    assert "Traceback" not in ran.text


def test_what_is_no_project_is_refused(tmp_path: Path, repository: World) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "tasks.py").write_text("from release.tasks import *\n")

    ran = repository.inv(
        "status", cwd=outside, PYTHONPATH=str(repository.project), GIT_CEILING_DIRECTORIES=str(tmp_path)
    )

    assert ran.code == 1
    assert ran.err.strip("\n") == (
        f"{outside} is in no git repository\n"
        "  why: exit code 128\n"
        "       fatal: not a git repository (or any of the parent directories): .git\n"
        '  run: git init && git add -A && git commit -m "start"'
    )


def test_a_package_that_is_not_installed_is_told(repository: World) -> None:
    """As when somebody calls inv outside of the project's environment."""
    stub = repository.home / "without" / "filelock.py"
    stub.parent.mkdir(parents=True)
    stub.write_text('raise ModuleNotFoundError("No module named \'filelock\'", name="filelock")\n')

    env = {"PYTHONPATH": str(stub.parent)}
    ran = repository.run(sys.executable, "-m", "invoke", "release", "minor", "--yes", env=env)

    assert (ran.code, ran.err.strip("\n")) == (
        1,
        "cannot run this task\n"
        f"  why: the package filelock is not installed in {sys.prefix}\n"
        "  run: nox -s dev && . .venv/bin/activate      (or nox -s release, which needs no installation)",
    )


def test_a_bug_of_ours_is_exit_code_3_with_a_traceback_without_secrets(repository: World) -> None:
    repository.write(
        "release/commands/status.py",
        'def look(ctx):\n    raise RuntimeError("the password is " + ctx.environment["TWINE_PASSWORD"])\n',
    )

    ran = repository.inv("status")

    lines = ran.err.strip("\n").splitlines()
    assert ran.code == 3
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-3] == "RuntimeError: the password is [hidden]"
    assert lines[-1] == "this is a bug in the release process, not in your project"


def stopped(world: World, hook: str, tmp_path: Path) -> tuple[int, str, str]:
    """Run a release until git calls `hook`, press Ctrl-C, and return how it ended; the hook succeeds."""
    begun, go_on = tmp_path / "begun", tmp_path / "go on"
    os.mkfifo(begun)
    os.mkfifo(go_on)
    path = world.project / ".git" / "hooks" / hook
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho begun > '{begun}'\nread line < '{go_on}'\n")
    path.chmod(0o755)
    opened = os.open(go_on, os.O_RDWR)  # both ends, so that neither side waits for the other to open it
    process = subprocess.Popen(
        [sys.executable, "-m", "invoke", "release", "minor", "--yes"],
        cwd=world.project,
        env=world.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with begun.open() as stream:
        assert stream.read() == "begun\n"
    os.killpg(process.pid, signal.SIGINT)
    os.write(opened, b"go on\n")
    out, err = process.communicate(timeout=60)
    os.close(opened)
    path.unlink()
    refuse_leak(out + err, "what a stopped release printed")
    return process.returncode, out, err


@pytest.mark.parametrize("hook", ["pre-commit", "pre-push"])
def test_an_interrupt_is_exit_code_130_and_the_same_command_finishes(
    repository: World, tmp_path: Path, hook: str
) -> None:
    ready(repository)

    code, _, err = stopped(repository, hook, tmp_path)

    assert (code, err.strip("\n")) == (
        130,
        "interrupted; run the same command again to continue (inv status shows the progress)",
    )
    assert repository.git("status", "--porcelain") == ""
    repository.released("minor")
    assert repository.git("log", "-3", "--format=%s").splitlines() == [
        "Open main for 0.2.0.dev0",
        "Release acme 0.1.0",
        "note: Something new",
    ]
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_the_journal_tells_what_was_done_and_when(repository: World) -> None:
    ready(repository)

    repository.released("minor")

    text = (repository.project / ".release" / "journal.jsonl").read_text()
    assert [row.count('"event": "done"') for row in text.splitlines()].count(1) == 3
    assert '"event": "released"' in text.splitlines()[-1]


@pytest.mark.parametrize("words", [("doctor",), ("preflight", "--only", "working tree,branch"), ("gates",)])
def test_quiet_prints_only_what_is_wrong_and_json_is_for_machines(repository: World, words: tuple[str, ...]) -> None:
    ready(repository)
    repository.write("stray.txt", "not committed")

    quiet = repository.inv(*words, "--quiet")
    told = json.loads(repository.inv(*words, "--json").out)

    found = told.get("gates") or told.get("criteria")
    assert {"name", "fact"} <= set(found[0])
    if words == ("doctor",):
        assert (quiet.code, quiet.out, told["good"], told["next"]) == (0, "", True, "0.1.0")
        assert told["settings"]["branch"] == "main"
    else:
        assert quiet.code == 1
        assert quiet.out.startswith(
            "cannot release: working tree\n  why: uncommitted changes:\n       ?? stray.txt\n  run: git stash "
        )
        assert quiet.out.count("cannot release: ") == 1


def test_a_terminal_is_told_where_an_error_is_explained(repository: World) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "invoke", "release", "nonsense"]
    env = repository.environment()
    ended = subprocess.run(words, cwd=repository.project, env=env, stdin=subprocess.DEVNULL, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode().replace("\r\n", "\n")
    os.close(ours)

    assert ended.returncode == 1
    assert shown.endswith("  run: inv release minor\n  see: release/ERRORS.md#version\n")
    assert "\n## Version\n" in (repository.project / "release" / "ERRORS.md").read_text(encoding="utf-8")
    assert repository.inv("release", "nonsense").err.endswith("  run: inv release minor\n")
