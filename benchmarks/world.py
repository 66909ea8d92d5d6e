"""A world to release in: a project with a past, its bare remote, and a fresh index with a password."""

from __future__ import annotations

import base64
import compileall
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT
from release.adapters.index.local_index import embedded_index

PROJECT = "acme"
OLD, NEW = "1.4.3", "1.4.4"  # the version that is released, and the one that is asked for
USER, PASSWORD = "ada", "correct horse"
_COMMITS_A_RELEASE = 10
_TAGS = [f"1.{minor}.{patch}" for minor in range(5) for patch in range(4)]  # the last is OLD

_GIT = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "Ada Lovelace"), ("EMAIL", "ada@example.org"))},
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """One project, one remote and one index, below `folder`; `address` is the index's, with a slash at its end."""

    folder: Path
    address: str

    @property
    def clone(self) -> Path:
        """The maintainer's clone, in which the release is run."""
        return self.folder / "clone" / PROJECT

    @property
    def remote(self) -> Path:
        """The bare repository that the clone pushes to."""
        return self.folder / "remote.git"

    @property
    def packages(self) -> Path:
        """The folder that the index serves."""
        return self.folder / "packages"


def git(cwd: Path, *words: str) -> str:
    """Run git without the user's configuration and return its output; raise CalledProcessError when it fails."""
    command = ["git", "-c", "commit.gpgSign=false", *words]
    return subprocess.run(command, cwd=cwd, env=_GIT, check=True, capture_output=True, text=True).stdout.rstrip("\n")


def render(folder: Path) -> Path:
    """Render the template with its default answers into `folder` and return it."""
    from copier import run_copy

    answers = {"project_name": PROJECT, "description": "A package that is released again and again."}
    run_copy(str(ROOT), folder, data=answers, defaults=True, quiet=True, vcs_ref="HEAD")
    return folder


def plant(folder: Path, rendered: Path, configure: Callable[[Path], None]) -> Path:
    """Make the seed of many worlds below `folder`: the rendered project as `configure` leaves it, with its past.

    The past is 20 releases of 10 commits each and one fix that is not released yet.
    """
    clone = World(folder, "").clone
    shutil.copytree(rendered, clone)
    for name in ("pyproject.toml", "sbom.cdx.json"):  # as the release before left them
        path = clone / name
        path.write_text(path.read_text(encoding="utf-8").replace("0.1.0.dev0", f"{NEW}.dev0"), encoding="utf-8")
    configure(clone)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(clone, "init", "--quiet", "--initial-branch=main")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "feat: start")
    compileall.compile_dir(clone / "release", quiet=1)  # as any command before would have; what others run is, too
    for version in _TAGS:
        for number in range(_COMMITS_A_RELEASE):
            git(clone, "commit", "--quiet", "--allow-empty", "--message", f"fix: change {number} of {version}")
        git(clone, "tag", "--annotate", "--message", f"Release {version}", f"v{version}")
    (clone / "src" / PROJECT / "more.py").write_text('"""More."""\n\nMORE = 1\n', encoding="utf-8")
    (clone / "changelog.d" / "+more.fix.md").write_text("There is more.\n", encoding="utf-8")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "fix: give more")
    git(clone, "remote", "add", "origin", "../../remote.git")
    git(clone, "push", "--quiet", "--set-upstream", "origin", "main", "--tags")
    return folder


def grow(seed: Path, folder: Path, address: str, configure: Callable[[Path, str], None]) -> World:
    """Make a world from a seed, with its project told to release to the index at `address`."""
    shutil.copytree(seed, folder, symlinks=True, dirs_exist_ok=True)
    world = World(folder, address)
    configure(world.clone, address)
    git(world.clone, "remote", "set-url", "origin", str(world.remote))
    if git(world.clone, "status", "--porcelain"):
        git(world.clone, "commit", "--quiet", "--all", "--message", "chore: name the index")
        git(world.clone, "push", "--quiet", "origin", "main")
    return world


def fresh_world(rendered: Path, world: World) -> None:
    """Make a fresh project with one fragment, committed and pushed to its remote."""
    shutil.copytree(rendered, world.clone)
    (world.clone / "changelog.d" / "+more.feature.md").write_text("There is more.\n", encoding="utf-8")
    git(world.folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(world.clone, "init", "--quiet", "--initial-branch=main")
    git(world.clone, "add", "--all")
    git(world.clone, "commit", "--quiet", "--message", "start")
    git(world.clone, "remote", "add", "origin", str(world.remote))
    git(world.clone, "push", "--quiet", "--set-upstream", "origin", "main")


@contextmanager
def index_below(folder: Path) -> Iterator[str]:
    """Serve `folder`/packages as an index that takes uploads of USER only, and give its address."""
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    users = folder / "htpasswd"
    users.write_text(f"{USER}:{{SHA}}{digest}\n", encoding="utf-8")
    with embedded_index(folder / "packages", users) as address:
        yield address


@contextmanager
def a_place() -> Iterator[Path]:
    """Give a temporary folder, with no symbolic link on the way to it."""
    with tempfile.TemporaryDirectory(prefix="keelway-bench-", ignore_cleanup_errors=True) as place:
        yield Path(place).resolve()
