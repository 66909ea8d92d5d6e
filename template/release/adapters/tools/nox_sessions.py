"""The project's own nox sessions: which there are, and whether one succeeds; nox exits 0 for some that never ran."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.base.shell import Completed, run
from release.base.temporary_folders import temporary_folder

# What would choose other sessions than those asked for.
_CHOOSING = ("NOXSESSION", "NOXPYTHON", "NOXFORCEPYTHON", "NOXEXTRAPYTHON", "NOXTAGS", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Ended:
    """How a session ended: success, skipped, failed or aborted, as nox reports it, and all that was printed."""

    result: str
    completed: Completed


class Sessions:
    """nox in the project at `root`, in the environment that runs this."""

    def __init__(self, root: Path, environment: Mapping[str, str], timeout: float) -> None:
        self._root = root
        clean = {name: value for name, value in environment.items() if name not in _CHOOSING}
        self._env = clean | {"NO_COLOR": "1", "PY_COLORS": "0", "TERM": "dumb"}
        self._timeout = timeout

    def names(self) -> dict[str, str]:
        """Return {name of a session as one asks for it: the name of its function}: {"tests-3.12": "tests", ...}."""
        listing = self._nox("--list", "--json").require(run="nox --list").out
        return {each["session"]: each["name"] for each in json.loads(listing)}

    def run(self, name: str) -> Ended:
        """Run one session and return how it ended."""
        with temporary_folder() as folder:
            report = Path(folder) / "report.json"
            words = ["--non-interactive", "--nocolor", "--error-on-missing-interpreters", "--download-python=never"]
            completed = self._nox(*words, f"--report={report}", "--session", name)
            told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"sessions": []}
        results = {each["result"] for each in told["sessions"]}
        result = "failed" if completed.code else ", ".join(sorted(results)) or "never run"
        return Ended(result, completed)

    def _nox(self, *words: str) -> Completed:
        return run([sys.executable, "-P", "-m", "nox", *words], cwd=self._root, env=self._env, timeout=self._timeout)
