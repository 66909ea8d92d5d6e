"""Processes that hold passwords are hidden from others of the same user, where the system offers it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import release
from release.context_loader import load_context
from tests.support.secrets import PASSWORD
from tests.support.world import World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not offer it")
_DUMPABLE = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"


def run(code: str) -> str:
    path = str(Path(release.__path__[0]).parent)
    words = [sys.executable, "-c", f"import sys; sys.path.append({path!r}); {code}"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def test_a_process_that_holds_a_password_is_hidden() -> None:
    assert run(f"from release.base.hidden_process import hide; hide(); {_DUMPABLE}") == "0"
    assert run(_DUMPABLE) == "1"


def test_twine_waits_without_a_password_while_code_of_the_project_runs(repository: World) -> None:
    """It is loaded early, and told the password by the one call that needs it."""
    ctx = load_context(repository.project, repository.environment(), write=False)
    assert ctx.environment["TWINE_PASSWORD"] == PASSWORD
    before = children()

    ctx.tools.load("twine")
    while not (waiting := children() - before):
        pass
    try:
        (environ,) = (Path(f"/proc/{pid}/environ") for pid in waiting)
        assert PASSWORD.encode() not in environ.read_bytes()
    except PermissionError:  # it is hidden already
        pass
    finally:
        ctx.tools.close()


def children() -> set[str]:
    """Return the processes that this one has started."""
    found = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return {pid for pids in found for pid in pids}
