"""Environments that contenders run in: each a virtual environment of its own, made by uv and kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import HERE, ROOT

CONSTRAINTS = ROOT / "template" / "constraints.txt"
PEERS = HERE / "peers.txt"
_BARE = ("bump-my-version", "towncrier", "build", "twine", "uv")  # what bare.sh calls

# What would make a run depend on the shell that it is started from.
_ASIDE = ("GIT_", "TWINE_", "RELEASE_", "VIRTUAL_ENV", "PYTHON", "NOX", "FORCE_COLOR", "CI", "GITHUB_", "GITLAB_")


@dataclass(frozen=True)
class Environments:
    """Where the environments lie, by name: ours, bare, zest, semantic, nox; `home` is everybody's home directory."""

    folders: Mapping[str, Path]
    home: Path

    def variables(self, name: str, **more: str) -> dict[str, str]:
        """Return the environment variables for a command of the environment `name`; its scripts are first on PATH."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_ASIDE)}
        path = os.pathsep.join([str(self.folders[name] / "bin"), os.environ.get("PATH", os.defpath)])
        return kept | _pythons() | {"HOME": str(self.home), "PATH": path, "LC_ALL": "C.UTF-8"} | more


def build_environments(cache: Path, pyproject: Path) -> Environments:
    """Make what is missing below `cache`; what ours needs is the group `release` of the rendered `pyproject`."""
    groups = tomllib.loads(pyproject.read_text(encoding="utf-8"))["dependency-groups"]
    home = cache / "home"
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n", encoding="utf-8"
    )
    folders = {
        "ours": _environment(cache, "ours", [*groups["release"], *groups["update"]], CONSTRAINTS),
        "bare": _environment(cache, "bare", _BARE, CONSTRAINTS),
        "nox": _environment(cache, "nox", ("nox[uv]", "packaging"), CONSTRAINTS),
        "zest": _environment(cache, "zest", ("zest.releaser",), PEERS),
        "semantic": _environment(cache, "semantic", ("python-semantic-release", "build", "twine", "uv"), PEERS),
    }
    return Environments(folders, home)


def _environment(cache: Path, name: str, what: Sequence[str], constraints: Path) -> Path:
    """Return the folder of an environment with `what`, made anew when anything it depends on is another than before."""
    key = "\n".join([sys.version, *what, constraints.read_text(encoding="utf-8")])
    folder = cache / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        print(f"making the environment {name}: {', '.join(what)}", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        # Seeded with pip: zest.releaser builds with it, and build is slow where it must come from ensurepip.
        uv("venv", "--quiet", "--seed", "--python", sys.executable, str(folder))
        words = ("--quiet", "--compile-bytecode", "--constraint", str(constraints))
        uv("pip", "install", "--python", str(folder / "bin" / "python"), *words, *what)
        (folder / "complete").touch()
    return folder


def uv(*words: str) -> None:
    """Run the uv of the environment that runs this; raise CalledProcessError when it fails."""
    subprocess.run([sys.executable, "-m", "uv", *words], check=True)


def _pythons() -> dict[str, str]:
    """Return what makes the Pythons of the real home be found from another one."""
    found = {"PYENV_ROOT": Path.home() / ".pyenv", "UV_PYTHON_INSTALL_DIR": Path.home() / ".local/share/uv/python"}
    return {name: str(path) for name, path in found.items() if name not in os.environ and path.is_dir()}
