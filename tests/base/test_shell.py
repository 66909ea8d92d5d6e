"""Processes: argument lists, exit codes that nobody can overlook, and no secret in what is told of a failure."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.base.redact import HIDDEN, learn
from release.base.shell import CommandFailed, Completed, NoAnswer, run
from tests.support.world import REPOSITORY


def python(body: str, *words: str) -> list[str]:
    return [sys.executable, "-c", body, *words]


def test_a_command_is_run_where_it_is_told_with_both_outputs_kept(tmp_path: Path) -> None:
    body = "import os, sys; print(os.getcwd()); print('trouble', file=sys.stderr); sys.exit(3)"

    completed = run(python(body), cwd=tmp_path)

    assert (completed.code, completed.out, completed.err) == (3, f"{tmp_path}\n", "trouble\n")


def test_arguments_reach_the_command_as_they_are(tmp_path: Path) -> None:
    words = ("with space", "$HOME", "`ls`", "*", "", "ünïcode ☕", "a\nb")

    assert eval(run(python("import sys; print(ascii(sys.argv[1:]))", *words), cwd=tmp_path).out) == list(words)  # noqa: S307


def test_the_environment_is_what_is_given(tmp_path: Path) -> None:
    body = "import os; print(os.environ.get('ACME'), os.environ.get('TERM_PROGRAM_OF_NOBODY'))"

    assert run(python(body), cwd=tmp_path, env={"ACME": "here"}).out == "here None\n"


def test_a_command_never_waits_for_a_person(tmp_path: Path) -> None:
    assert run(python("import sys; print(repr(sys.stdin.read()))"), cwd=tmp_path).out == "''\n"


def test_output_that_is_no_utf_8_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    assert run(python("import sys; sys.stdout.buffer.write(b'a\\xffb')"), cwd=tmp_path).out == "a\ufffdb"


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        run(["acme-does-not-exist"], cwd=tmp_path)

    assert refusal.value.what == "cannot run acme-does-not-exist"
    assert refusal.value.run == "install acme-does-not-exist"


def test_a_folder_that_is_not_there_is_not_taken_for_a_missing_command(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        run(["git", "status"], cwd=tmp_path / "gone")

    assert "gone" in refusal.value.why
    assert refusal.value.run != "install git"


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer) as refusal:
        run(python("import sys, threading; threading.Event().wait()"), cwd=tmp_path, timeout=0.2)

    assert refusal.value.what == "no answer from python -c import sys, threading; threading.Event().wait()"
    assert refusal.value.why == "it was stopped after 0.2 s (timeout in release.toml)"


def test_a_failure_is_told_with_its_exit_code_and_last_lines() -> None:
    out = "\n".join(f"line {number}" for number in range(40))
    completed = Completed(("tool", "--flag"), 2, out, "\n\nlast words\n")

    with pytest.raises(CommandFailed) as refusal:
        completed.require(run="tool --help")

    assert refusal.value.what == "command failed: tool --flag"
    lines = refusal.value.why.splitlines()
    assert lines[0] == "exit code 2"
    assert lines[1:] == [f"line {number}" for number in range(26, 40)] + ["last words"]
    assert refusal.value.run == "tool --help"


def test_a_success_is_handed_on() -> None:
    completed = Completed(("tool",), 0, "out", "")

    assert completed.require() is completed


def test_an_interpreter_is_told_by_its_name() -> None:
    error = CommandFailed(Completed((sys.executable, "-m", "build"), 1, "", ""))

    assert error.what == f"command failed: {Path(sys.executable).name} -m build"


def test_a_failure_is_told_without_secrets() -> None:
    learn("hidden-by-shell", "grace")
    told = ("tool", "--password", "hidden-by-shell")

    error = CommandFailed(Completed(told, 1, "hidden-by-shell", "https://grace:x@example.org refused hidden-by-shell"))

    assert str(error) == (
        f"command failed: tool --password {HIDDEN}\n"
        "  why: exit code 1\n"
        f"       {HIDDEN}\n"
        f"       https://{HIDDEN}@example.org refused {HIDDEN}"
    )


def test_a_shielded_command_is_out_of_reach_of_signals_to_our_group(tmp_path: Path) -> None:
    body = "import os; print(os.getsid(0) == os.getpid())"

    assert run(python(body), cwd=tmp_path, shielded=True).out == "True\n"
    assert run(python(body), cwd=tmp_path).out == "False\n"


def test_what_takes_too_long_is_stopped_with_all_that_it_started_and_leaves_what_it_printed(tmp_path: Path) -> None:
    for pipe in ("held", "never"):
        os.mkfifo(tmp_path / pipe)
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    body = "echo begun; echo trouble >&2; sh -c 'exec 3> held; echo here >&3; read line < never' & wait"

    with pytest.raises(NoAnswer) as refusal:
        run(["sh", "-c", body], cwd=tmp_path, timeout=2.0)

    assert refusal.value.log == "begun\ntrouble\n"
    assert os.read(held, 100) == b"here\n"
    assert select.select([held], [], [], 60)[0]  # it is at its end when nobody holds the other one
    assert os.read(held, 100) == b""
    os.close(held)


INTERRUPTED = """
import sys
from pathlib import Path
from release.base.shell import run
run(["sh", "-c", sys.argv[1]], cwd=Path.cwd(), shielded=True)
"""


def test_a_shielded_command_ends_in_peace_although_a_person_presses_ctrl_c(tmp_path: Path) -> None:
    """A push or a merge that is killed half-way leaves locks behind; only afterwards the interrupt counts."""
    begun, go_on, ended = tmp_path / "begun", tmp_path / "go on", tmp_path / "ended"
    for pipe in (begun, go_on, ended):
        os.mkfifo(pipe)
    opened = os.open(go_on, os.O_RDWR)  # both ends, so that neither side waits for the other to open it
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, "echo begun > begun; read line < 'go on'; echo ended > ended"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "template")},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with begun.open() as stream:
        assert stream.read() == "begun\n"

    os.killpg(process.pid, signal.SIGINT)
    os.write(opened, b"go on\n")

    with ended.open() as stream:
        assert stream.read() == "ended\n"
    os.close(opened)
    assert process.wait(timeout=30) == -signal.SIGINT


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_shielded_command_ends_with_us_and_with_it_all_that_it_started(tmp_path: Path, how: int) -> None:
    begun, held = tmp_path / "begun", tmp_path / "held"
    for pipe in (begun, held):
        os.mkfifo(pipe)
    opened = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    body = "sh -c 'trap \"\" TERM; exec 3> held; echo begun > begun; read line < never' & wait"
    os.mkfifo(tmp_path / "never")
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, body],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "template")},
        start_new_session=True,
    )
    with begun.open() as stream:
        assert stream.read() == "begun\n"

    os.kill(process.pid, how)

    assert process.wait(timeout=30) == -how
    assert select.select([opened], [], [], 30)[0]  # it is at its end when no process has the other one any more
    assert os.read(opened, 100) == b""
    os.close(opened)


def test_a_shielded_command_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    for pipe in ("held", "never"):
        os.mkfifo(tmp_path / pipe)
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    body = "trap 'echo cleared; exit 1' TERM; sh -c 'exec 3> held; echo here >&3; read line < never' & wait"

    with pytest.raises(NoAnswer) as refusal:
        run(["sh", "-c", body], cwd=tmp_path, timeout=1.0, shielded=True)

    assert refusal.value.why == "it was stopped after 1 s (timeout in release.toml)"
    assert os.read(held, 100) == b"here\n"
    assert select.select([held], [], [], 60)[0]
    assert os.read(held, 100) == b""
    os.close(held)
