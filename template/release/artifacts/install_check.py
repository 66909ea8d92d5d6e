"""A trial: distributions installed into a fresh environment of one Python, one after the other, and run there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed
from release.context import Context
from release.engine.gate import Verdict


class Unfit(ReleaseError):
    """Something does not install or run; it is an answer, not a failure to ask."""

    def __init__(self, what: str, completed: Completed, run: str) -> None:
        failed = CommandFailed(completed)
        super().__init__(what, why=failed.why, run=run, log=failed.log)


@dataclass(frozen=True)
class Trial:
    """A fresh environment of one Python, in a temporary folder."""

    ctx: Context
    python: str
    folder: Path

    @property
    def interpreter(self) -> Path:
        """The environment's own Python."""
        return self.folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"

    def install(self, *what: str, **env: str) -> None:
        """Install `what` (uv's words); raise Unfit when that fails."""
        words: list[str | Path] = ["pip", "install", "--quiet", "--python", self.interpreter, *what]
        installed = self.ctx.tools.uv(*words, cwd=self.folder, **env)
        if installed.code != 0:
            raise Unfit(f"it does not install on Python {self.python}", installed, "nox -s build")

    def smoke(self, modules: Collection[str]) -> None:
        """Import `modules` and run the owner's smoke command; raise Unfit when one fails."""
        imports = f"import {', '.join(sorted(modules))}" if modules else ""
        for words in filter(None, [("python", "-c", imports), self.ctx.config.smoke]):
            completed = self.run(*words)
            if completed.code != 0:
                raise Unfit(f"it does not run on Python {self.python}: {' '.join(words)}", completed, "nox -s tests")

    def run(self, *words: str, **env: str) -> Completed:
        """Run a command of the environment; "python" is its own."""
        return self.ctx.tools.python(self.interpreter, *words, cwd=self.folder, **env)


@contextmanager
def trial(ctx: Context, python: str) -> Iterator[Trial]:
    """Make a fresh environment of a Python; raise Unfit when it is not here."""
    with TemporaryDirectory(prefix="release-") as folder:
        place = Path(folder)
        made = ctx.tools.uv("venv", "--quiet", "--python", ctx.interpreters.where(python), place / "venv", cwd=place)
        if made.code != 0:
            run = 'name the Pythons to try in release.toml: python = ["3.12"]'
            raise Unfit(f"there is no Python {python} here", made, run)
        yield Trial(ctx, python, place)


def try_out(
    ctx: Context, python: str, installs: Sequence[Sequence[str]], modules: Collection[str], **env: str
) -> Verdict:
    """Install each of `installs` (uv's words) after the other into one environment, and run it after each."""
    try:
        with trial(ctx, python) as fresh:
            for what in installs:
                fresh.install(*what, **env)
                fresh.smoke(modules)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}".rstrip(), unfit.run, log=unfit.log)
    return Verdict(True, f"runs on Python {python}")
