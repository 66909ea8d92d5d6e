"""A trial: distributions installed into a fresh environment of one Python, one after the other, and run there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.adapters.index.simple_api import Index
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed, Completed
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.engine.gate import Severity, Verdict


class Unfit(ReleaseError):
    """Something does not install or run; it is an answer, not a failure to ask."""

    def __init__(self, what: str, completed: Completed, run: str) -> None:
        failed = CommandFailed(completed)
        super().__init__(what, why=failed.why, run=run, log=failed.log)


class Untried(Unfit):
    """Whether something installs cannot be told without giving a login to code from the index."""


# Imports each module that it is given, and prints those that lack a module which an extra of the project may bring.
_WITHOUT_EXTRAS = """
import importlib, importlib.metadata, sys
project, *names = sys.argv[1:]
extras = any("extra ==" in each for each in importlib.metadata.requires(project) or ())
waiting = []
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not extras or (error.name or name).partition(".")[0] in names:
            raise
        waiting.append(f"{name} without an extra ({error.name})")
if len(waiting) == len(names):
    sys.exit(1)
print(", ".join(waiting))
"""


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
        installed = self._install(*what, **env)
        if installed.code != 0:
            raise Unfit(f"it does not install on Python {self.python}", installed, "nox -s build")

    def fetch(self, login: Mapping[str, str], *what: str) -> None:
        """Install `what` with a `login` (variables of uv); raise Untried when that fails.

        Wheels only, into an environment that is still empty: nothing of what is fetched is run while there is a login,
        as the setup.py of an sdist would be.
        """
        installed = self._install("--no-build", "--no-compile-bytecode", *what, **login)
        if installed.code != 0:
            raise Untried("it does not install from wheels alone, and the index is read with a login", installed, "")

    def _install(self, *what: str, **env: str) -> Completed:
        words: list[str | Path] = ["pip", "install", "--quiet", "--python", self.interpreter, *what]
        return self.ctx.tools.uv(*words, cwd=self.folder, **env)

    def smoke(self, modules: Collection[str]) -> str:
        """Import `modules` and run the owner's smoke command; raise Unfit when one fails.

        A module that needs what only an extra of the project brings is not imported, where others are; return which.
        """
        imports = f"import {', '.join(sorted(modules))}" if modules else ""
        left = ""
        for words in filter(None, [("python", "-c", imports), self.ctx.config.smoke]):
            completed = self.run(*words)
            if completed.code != 0 and words[-1] == imports and len(modules) > 1:
                without = self.run("python", "-c", _WITHOUT_EXTRAS, self.ctx.project.name, *sorted(modules))
                left = without.out.strip() if without.code == 0 else ""
                completed = without if left else completed
            if completed.code != 0:
                raise Unfit(f"it does not run on Python {self.python}: {' '.join(words)}", completed, "nox -s tests")
        return left

    def run(self, *words: str, **env: str) -> Completed:
        """Run a command of the environment; "python" is its own."""
        return self.ctx.tools.python(self.interpreter, *words, cwd=self.folder, **env)


@contextmanager
def trial(ctx: Context, python: str) -> Iterator[Trial]:
    """Make a fresh environment of a Python; raise Unfit when it is not here."""
    with temporary_folder() as folder:
        place = Path(folder)
        made = ctx.tools.uv("venv", "--quiet", "--python", ctx.interpreters.where(python), place / "venv", cwd=place)
        if made.code != 0:
            run = 'name the Pythons to try in release.toml: python = ["3.12"]'
            raise Unfit(f"there is no Python {python} here", made, run)
        yield Trial(ctx, python, place)


def try_out(
    ctx: Context,
    python: str,
    installs: Sequence[Sequence[str]],
    modules: Collection[str],
    login: Mapping[str, str] | None = None,
) -> Verdict:
    """Install each of `installs` (uv's words) after the other into one environment, and run it after each.

    The first is fetched with `login`, if one is needed; no code that was installed runs with it.
    """
    left = ""
    try:
        with trial(ctx, python) as fresh:
            for number, what in enumerate(installs):
                if login and number == 0:
                    fresh.fetch(login, *what)
                else:
                    fresh.install(*what)
                left = fresh.smoke(modules)
    except Untried as untried:
        fact = f"{untried.what}\n{untried.why}".rstrip()
        return Verdict(None, fact, severity=Severity.WARNING, log=untried.log)
    except Unfit as unfit:
        return Verdict(False, f"{unfit.what}\n{unfit.why}".rstrip(), unfit.run, log=unfit.log)
    return Verdict(True, f"runs on Python {python}" + (f"; not imported: {left}" if left else ""))


def login_for(index: Index, project: str) -> Mapping[str, str]:
    """Return the variables that let uv read an index; empty where everybody may read the page of the project."""
    login = index.installer_login
    return {} if not login or index.open_to_all(project) else login
