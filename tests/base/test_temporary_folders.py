"""Temporary folders: what a killed process left is removed by the next one, what another one uses is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from release.base import temporary_folders
from release.base.temporary_folders import sweep, temporary_folder

HOLDS = """\
import sys
from pathlib import Path
from release.base.temporary_folders import temporary_folder
with temporary_folder() as place:
    (Path(place) / "file").touch()
    print(place, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty temporary folder of the system."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(temporary_folders, "_shared", {})  # what tests before this one still hold
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


@contextmanager
def held() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process of ours that uses a folder, and the folder."""
    words = [sys.executable, "-c", HOLDS]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout and process.stdin
        yield process, Path(process.stdout.readline().strip())
        process.stdin.close()


def test_nothing_is_left_of_folders_that_are_not_used_any_more(temporary: Path) -> None:
    with temporary_folder() as first:
        with temporary_folder() as second:
            assert first != second
        assert not Path(second).exists()
        assert Path(first).is_dir()

    assert list(temporary.iterdir()) == []


def test_those_of_a_killed_process_are_removed_by_the_next_and_those_in_use_are_not(temporary: Path) -> None:
    with held() as (killed, left), held() as (_, used):
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.exists()

        with temporary_folder():
            assert not left.parent.exists()
            assert (used / "file").exists()

    assert list(temporary.iterdir()) == []


def test_a_folder_without_a_lock_is_left_alone_unless_it_is_old_and_empty(temporary: Path) -> None:
    for name in ("release-new", "release-old", "release-of-another-tool"):
        (temporary / name).mkdir()
    (temporary / "release-of-another-tool" / "file").touch()
    long_ago = time.time() - 3600
    for name in ("release-old", "release-of-another-tool"):
        os.utime(temporary / name, (long_ago, long_ago))

    sweep()

    assert sorted(path.name for path in temporary.iterdir()) == ["release-new", "release-of-another-tool"]


def test_threads_share_the_folder_of_their_process(temporary: Path) -> None:
    together = threading.Barrier(4)
    found: list[Path] = []

    def use() -> None:
        with temporary_folder() as place:
            found.append(Path(place))
            together.wait(timeout=30)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({path.parent for path in found}) == 1
    assert len(set(found)) == len(threads)
    assert list(temporary.iterdir()) == []
