"""What the system refuses is a refusal with a command that helps, and no traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from release.base.system_errors import refusal_of
from tests.support.making import ready
from tests.support.world import World


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "not" / "there"))

    refusal = refusal_of(error, "cannot run release")

    assert refusal is not None
    assert refusal.why == f"{tmp_path}/not/there: No space left on device"
    assert refusal.run == f"df -h {tmp_path}      (make room there, then the same command again)"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_what_may_not_be_written_is_named(tmp_path: Path, number: int) -> None:
    refusal = refusal_of(OSError(number, os.strerror(number), str(tmp_path)), "cannot run build")

    assert refusal is not None
    assert refusal.run == f"ls -ld {tmp_path}      (it has to be writable for you)"


def test_an_error_that_no_command_helps_with_is_a_fault_of_ours(tmp_path: Path) -> None:
    assert refusal_of(OSError(errno.EINVAL, "Invalid argument", str(tmp_path)), "cannot run build") is None
    assert refusal_of(FileNotFoundError(errno.ENOENT, "No such file", str(tmp_path)), "cannot run build") is None


@pytest.mark.parametrize("name", ["dist", ".release"])
def test_a_file_in_the_place_of_a_folder_of_ours_is_moved_away(world: World, name: str) -> None:
    world.commit("ignore", **{".gitignore": f"/{name}*\n/.nox\n"})
    ready(world)
    world.write(name, "mine\n")

    ran = world.inv("release", "minor", "--yes")

    assert (ran.code, "Traceback" in ran.text) == (1, False), ran.text
    run = ran.err.partition("run: ")[2].partition("      (")[0]
    assert world.run("bash", "-c", run).code == 0, ran.err
    world.released("minor")
    assert (world.project / f"{name}.old").read_text() == "mine\n"


def test_an_output_that_is_full_is_no_traceback(repository: World) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "invoke", "status"],
            cwd=repository.project,
            env=repository.environment(PYTHONUNBUFFERED="1"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "run: df -h " in ran.stderr
