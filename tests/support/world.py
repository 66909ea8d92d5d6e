"""A world to release in: a project rendered from the template, its bare remote, and an index on loopback."""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import copier
import plumbum
from pypi_simple import PyPISimple

from release.context import Context
from release.context_loader import load_context
from tests.support.secrets import PASSWORD, USER, refuse_leak
from tests.support.warm import invoke

REPOSITORY = Path(__file__).parents[2]
NOXFILE = "noxfile.py.jinja"  # in template/
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"

# What takes long, or asks the index once more, is off where it is not what a test is about.
ASIDE = (
    "index account",
    "upload deadline",
    "api",
    "audit",
    "clock",
    "licences",
    "lowest versions",
    "project name",
    "reproducible",
    "risky code",
    "sdist installs",
    "secrets",
    "secrets inside",
    "size",
    "tools",
    "upgrade",
    "workflows",
)
OFF = "\n".join(f'[[gates]]\nname = "{name}"\nseverity = "off"\n' for name in ASIDE)

CONFIG = f"""\
python = ["{HERE}"]
quality = []

{OFF}
[[index]]
name = "local"
upload = "{{upload}}"
simple = "{{upload}}simple/"

[retry]
attempts = 5
pause = 0.01
longest = 2.0
"""


def copy_template(into: Path) -> Path:
    """Copy the template of the working tree, without what tools left in it."""
    into.mkdir(parents=True)
    shutil.copy(REPOSITORY / "copier.yml", into)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".mypy_cache", ".ruff_cache")
    shutil.copytree(REPOSITORY / "template", into / "template", ignore=ignored)
    return into


def render(into: Path, **answers: str) -> Path:
    """Render the template of the working tree into `into`, in this process; answers not given have their defaults."""
    source = into.parent / f"{into.name}-template"
    if not source.exists():
        copy_template(source)
    render_from(source, into, {"project_name": "acme"} | answers)
    return into


def render_from(template: Path, into: Path, answers: Mapping[str, str], exclude: Sequence[str] = ()) -> None:
    """Render a template that is no git repository into a new folder, in this process.

    Copier asks git about every file that it writes (a process each), which has nothing to say about a new folder.
    """
    with plumbum.local.env(PATH=""):
        copier.run_copy(str(template), into, data=dict(answers), defaults=True, quiet=True, exclude=exclude)


def compiled(project: Path) -> Path:
    """Compile the release process of a project; by the hashes of its sources, so that copies and clones can use it."""
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(project / "release", quiet=1, invalidation_mode=mode)
    return project


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without anything of the person who runs the tests, but with their caches of uv and pip."""
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\nname = Ada Lovelace\nemail = ada@example.org\n"
        "[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n[maintenance]\nauto = false\n"
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "TWINE_", "UV_", "PIP_", "NOX", "RELEASE_", "XDG_", "COVERAGE"))
        and name not in ("CI", "NO_COLOR", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")
    }
    cache = os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")
    pyenv = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    ours = {"HOME": str(home), "PATH": path, "UV_CACHE_DIR": cache, "PYENV_ROOT": pyenv, "GIT_CONFIG_NOSYSTEM": "1"}
    ours |= {"XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")}
    ours |= {name: os.environ[name] for name in ("UV_LINK_MODE",) if name in os.environ}
    if (engine := home.parent / "engine").exists():  # of a project that installs the release process
        ours |= {"PYTHONPATH": str(engine)}
    return kept | ours | {"TWINE_USERNAME": USER, "TWINE_PASSWORD": PASSWORD} | more


@dataclass(frozen=True)
class Ran:
    """How a command ended, and all that it printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Both outputs."""
        return self.out + self.err


@dataclass(frozen=True)
class World:
    """A project with its remote and its index; questions go to git and to the index, never to our own code."""

    project: Path
    remote: Path
    index: str
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment that commands of this world run in."""
        return environment(self.home, **more)

    def run(self, *argv: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
        """Run a command and return how it ended; fail when it printed the password."""
        completed = subprocess.run(
            [str(word) for word in argv],
            cwd=cwd or self.project,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        refuse_leak(completed.stdout + completed.stderr, f"what {' '.join(map(str, argv))} printed")
        return Ran(completed.returncode, completed.stdout, completed.stderr)

    def git(self, *words: str | Path, cwd: Path | None = None) -> str:
        """Run git, which must succeed, and return its output."""
        ran = self.run("git", *words, cwd=cwd)
        assert ran.code == 0, ran.text
        return ran.out.strip()

    def inv(self, *words: str, cwd: Path | None = None, **env: str) -> Ran:
        """Run an Invoke task as its owner types it."""
        ran = Ran(*invoke(words, cwd or self.project, self.environment(**env)))
        refuse_leak(ran.text, f"what inv {' '.join(words)} printed")
        return ran

    def released(self, *words: str, cwd: Path | None = None, **env: str) -> str:
        """Run `inv release ... --yes`, which must succeed, and return what it printed."""
        ran = self.inv("release", *words, "--yes", cwd=cwd, **env)
        assert ran.code == 0, ran.text
        return ran.text

    def context(self) -> Context:
        """Return the context that a command in the project would work with."""
        return load_context(self.project, self.environment(), write=False)

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        place = self.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def commit(self, message: str = "a change", **files: str) -> str:
        """Write files, commit everything and return the commit."""
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def note(self, kind: str = "feature", text: str = "Something new") -> None:
        """Commit a fragment, without our own code."""
        name = text.lower().replace(" ", "-")
        self.write(f"changelog.d/+{name}.{kind}.md", text + "\n")
        self.commit(f"note: {text}")

    def clone(self, name: str) -> Path:
        """Return a fresh clone of the remote beside the project."""
        path = self.project.parent / name
        self.git("clone", "--quiet", self.remote, path)
        for cache in (self.project / "release").rglob("__pycache__"):
            there = path / cache.relative_to(self.project)
            if there.parent.exists():
                shutil.copytree(cache, there)
        return path

    def remote_refs(self) -> dict[str, str]:
        """Return {ref: sha} of the remote; annotated tags also with the commit they mean, under NAME^{}."""
        rows = self.git("ls-remote", self.remote).splitlines()
        return {ref: sha for sha, ref in (row.split("\t") for row in rows)}

    def files(self, project: str = "acme") -> dict[str, str]:
        """Return {file name: sha256} of everything that the index has of a project."""
        with PyPISimple(self.index + "simple/") as client:
            page = client.get_project_page(project) if project in client.get_index_page().projects else None
        return {file.filename: file.digests["sha256"] for file in page.packages} if page else {}


def make_world(place: Path, rendered: Path, index: str, edit: Callable[[Path], None] | None = None) -> World:
    """Make a world in `place` from a rendered project: committed, pushed, and configured for the index at `index`."""
    project, remote, home = place / "acme", place / "acme.git", place / "home"
    world = World(project, remote, index, home)
    shutil.copytree(rendered, project)
    with (project / "release.toml").open("a", encoding="utf-8") as file:
        file.write(CONFIG.format(upload=index))
    if edit:
        edit(project)
    world.git("init", "--quiet", "--bare", remote, cwd=place)
    world.git("init", "--quiet")
    world.commit("start")
    world.git("remote", "add", "origin", remote)
    world.git("push", "--quiet", "--set-upstream", "origin", "main")
    return world
