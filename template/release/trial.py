"""A trial: a distribution installed into a fresh environment of one Python, and run there."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from release.context import Context
from release.shell import CommandFailed, Completed
from release.step import Verdict


def try_out(ctx: Context, python: str, what: list[str], modules: Collection[str], **env: str) -> Verdict:
    """Install `what` (uv's words) into a fresh environment of a Python and run the smoke commands there."""
    with TemporaryDirectory(prefix="release-") as folder:
        root = Path(folder)
        made = ctx.tools.uv("venv", "--quiet", "--python", python, root / "venv", cwd=root)
        if made.code != 0:
            run = 'name the Pythons to try in release.toml: python = ["3.12"]'
            return Verdict(False, f"there is no Python {python} here\n{_last(made)}", run)
        interpreter = root / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        installed = ctx.tools.uv("pip", "install", "--quiet", "--python", interpreter, *what, cwd=root, **env)
        if installed.code != 0:
            return Verdict(
                False, f"it does not install on Python {python}\n{CommandFailed(installed).why}", "nox -s build"
            )
        imports = f"import {', '.join(sorted(modules))}" if modules else ""
        commands = [("python", "-c", imports), ctx.config.smoke]
        for words in filter(None, commands):
            completed = ctx.tools.python(interpreter, *words, cwd=root)
            if completed.code != 0:
                fact = f"it does not run on Python {python}: {' '.join(words)}\n{CommandFailed(completed).why}"
                return Verdict(False, fact, "nox -s tests")
    return Verdict(True, f"runs on Python {python}")


def _last(completed: Completed) -> str:
    return (
        (completed.err or completed.out).strip().splitlines()[-1:][0]
        if (completed.err or completed.out).strip()
        else ""
    )
