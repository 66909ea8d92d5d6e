"""A runner: runs the lines of a job in a clean environment, with the Pythons of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.secrets import refuse_leak

# How this machine reaches the registries, and which certificates it trusts: not of a workflow's making.
_OF_THE_MACHINE = ("SSL_CERT_DIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "PIP_FIND_LINKS", "PIP_NO_INDEX")
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")


@dataclass(frozen=True)
class Ended:
    """How a script ended, with all that it printed."""

    code: int
    text: str


@dataclass
class Machine:
    """A fresh machine of CI below `place`: an empty home, temporary files, no settings of whoever runs the tests."""

    place: Path
    stops: Callable[[], bool] | None = None  # when it says yes, whatever runs is killed, as a machine that is lost
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("home", "temporary"):
            (self.place / name).mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        """Return what every job has; caches of this machine stand in for the network's."""
        caches = {
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache/uv"),
            "PIP_CACHE_DIR": str(Path.home() / ".cache/pip"),
            "XDG_CACHE_HOME": str(Path.home() / ".cache"),
            # What one job has compiled of an environment, the next one need not.
            "PYTHONPYCACHEPREFIX": str(self.place.parent / "bytecode"),
        }
        kept = {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}
        path = os.pathsep.join([*self.path, "/usr/local/bin", "/usr/bin", "/bin"])
        own = {"HOME": str(self.place / "home"), "PATH": path, "TMPDIR": str(self.place / "temporary"), "CI": "true"}
        return kept | caches | own | {"LANG": "C.UTF-8", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def python(self, versions: Sequence[str]) -> None:
        """Put Pythons on PATH, the last one as `python`: in an environment of its own, since jobs install into it."""
        bins = [next(PYENV.glob(f"{version}.*")) / "bin" for version in versions]
        venv = self.place / f"python-{versions[-1]}"
        if not venv.exists():
            argv = [sys.executable, "-m", "uv", "venv", "--quiet", "--seed", "--python", bins[-1] / "python", venv]
            subprocess.run(list(map(str, argv)), check=True)
        self.path = [str(venv / "bin"), *map(str, bins)]

    def run(self, script: str, cwd: Path, env: Mapping[str, str]) -> Ended:
        """Run a script as the forges do: bash, which stops at the first line that fails."""
        argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        with (self.place / "log").open("w+", encoding="utf-8") as log:
            running = subprocess.Popen(
                argv, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            watch = threading.Event()
            watcher = threading.Thread(target=self._watch, args=(running, watch))
            watcher.start()
            running.wait()
            watch.set()
            watcher.join()
            log.seek(0)
            text = log.read()
        refuse_leak(text, f"what {script} printed")
        return Ended(running.returncode, text)

    def _watch(self, running: subprocess.Popen[bytes] | subprocess.Popen[str], ended: threading.Event) -> None:
        while self.stops and not ended.wait(0.02):
            if self.stops():
                os.killpg(running.pid, 9)
                return
