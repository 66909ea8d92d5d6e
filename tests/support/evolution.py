"""A template that evolves: two versions of it, and a project of the first in which its owner has worked."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import copier

from tests.support.world import NOXFILE, World, compiled, copy_template

OLD, NEW = "0.1.0", "0.2.0"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace texts of a file, each of which must stand there once."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (path.name, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Add lines at the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


HELLO = '''\
@nox.session(default=False)
def hello(session: nox.Session) -> None:
    """Say hello."""
    session.log("hello")


'''


def next_version(template: Path) -> None:
    """Change the template as a later version of it would: something in every kind of file."""
    edit(
        template / "pyproject.toml.jinja",
        ('  "codespell",\n  "ruff",\n', '  "codespell",\n  "ruff",\n  "zizmor",\n'),
        ("fail_under = 90\n", "fail_under = 95\n"),
        ("# No current_version", "[tool.zizmor]\noffline = true\n\n# No current_version"),
    )
    edit(
        template / NOXFILE,
        ('    session.run("codespell")\n', '    session.run("codespell")\n    session.run("zizmor", ".")\n'),
        ("# ---- Below this line", f"{HELLO}# ---- Below this line"),
    )
    edit(template / "tasks.py", ("and, below the line, yours.", "and, below the line, your own."))
    edit(template / ".gitignore.jinja", (".nox/\n", ".nox/\n.zizmor/\n"))
    pins = template / "constraints.txt"
    pins.write_text(re.sub(r"(?m)^(ruff|pytest|mypy)==(\d+)", r"\g<1>==1\2", pins.read_text()) + "zizmor==1.20.0\n")
    edit(template / "RELEASING.md.jinja", ("# How a release is made\n", "# How releases are made\n"))
    edit(template / "release/values/version_numbers.py", ("\n\nfrom __future__", "\n\n# 0.2.0\n\nfrom __future__"))
    (template / "release/steps/sign.py").write_text('"""New in 0.2.0."""\n')
    (template / "release/steps/reopen_line.py").unlink()
    append(template / "README.md.jinja", "\nA line of 0.2.0.\n")
    append(template / "release.toml.jinja", "\n# A comment of 0.2.0.\n")
    edit(template / "src/{{package_name}}/slug.py", ("Return the ASCII letters", "Return 0.2.0's ASCII letters"))
    append(template / "tests/test_slug.py.jinja", "\n\ndef test_of_0_2_0() -> None: ...\n")


@dataclass(frozen=True)
class Evolution:
    """A template of two versions, and a project made from the first."""

    template: World
    project: World

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.project.project

    def read(self, name: str) -> str:
        """Return a file of the project."""
        return (self.root / name).read_text(encoding="utf-8")

    def update(self, **answers: str) -> None:
        """Run `copier update`, and look whether every file was merged."""
        copier.run_update(str(self.root), data=answers, defaults=True, overwrite=True, quiet=True)
        assert self.project.git("ls-files", "--unmerged") == "", self.project.git("diff")
        marked = [path for path in self.root.rglob("*.*") if path.is_file() and b"\n<<<<<<< " in path.read_bytes()]
        assert marked == []
        assert list(self.root.rglob("*.rej")) == []

    def changed(self) -> set[str]:
        """Return the paths that differ from the last commit."""
        return {row[3:] for row in self.project.run("git", "status", "--porcelain", "-uall").out.splitlines()}


TABLE = '\n[tool.mine]\nkey = "value"  # mine\n'
SESSION = '''

@nox.session(default=False)
def mine(session: nox.Session) -> None:
    """Show our Python."""
    session.run("python", "--version")
'''
TASK = '''
from invoke import task


@task
def mine(c):
    """Do nothing."""
    c.run("true")
'''


def live_in_it(evolution: Evolution) -> None:
    """Change the project as its owner does in a year, and release from it."""
    root = evolution.root
    edit(
        root / "pyproject.toml",
        ('version = "0.1.0.dev0"\n', 'version = "1.4.0.dev0"\n'),
        ("dependencies = []\n", 'dependencies = [\n  "click",\n  "httpx>=0.27",\n]\n'),
        ('  "coverage[toml]",\n  "pytest",\n', '  "coverage[toml]",\n  "hypothesis",\n  "pytest",\n'),
        ('  "Typing :: Typed",\n', '  "Topic :: Text Processing",\n  "Typing :: Typed",\n'),
    )
    append(root / "pyproject.toml", TABLE)
    append(root / "noxfile.py", SESSION)
    append(root / "tasks.py", TASK)
    append(root / ".gitignore", "/mine/\n")
    (root / "constraints-own.txt").write_text("urllib3==2.7.0\n")
    (root / "README.md").write_text("# acme\n\nMine.\n")
    append(root / "CHANGELOG.md", "\n## 1.3.0 (2026-01-02)\n\n- Mine.\n")
    (root / "release.toml").write_text('remote = "upstream"\n')
    (root / "src/acme/slug.py").write_text('"""Mine."""\n\nslugify = str.lower\n')
    for gone in ("tests/test_slug.py", "src/acme/cli.py"):
        (root / gone).unlink()
    evolution.project.commit("a year's work")


# Of the release process: what rendering reads, and a file of it that the next version changes, and one that it removes.
FEW = ("requirements.txt", "config/constraints.py", "values/version_numbers.py", "steps/reopen_line.py")


def evolve(place: Path, *, few: bool = False) -> World:
    """Make a template tagged 0.1.0 and, changed, 0.2.0, and return it; beside it lies a project of 0.1.0.

    With `few`, of the release process there are few files: they carry no answer, and take most of the time.
    """
    template = World(copy_template(place / "keelway"), place / "none.git", "", place / "home")
    release = template.project / "template/release"
    for path in release.rglob("*") if few else ():
        if path.is_file() and path.relative_to(release).as_posix() not in FEW:
            path.unlink()
    template.git("init", "--quiet")
    template.commit("the first version")
    template.git("tag", OLD)
    next_version(template.project / "template")
    template.commit("the next version")
    template.git("tag", NEW)
    template.git("repack", "--quiet", "-a", "-d")
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(template.project), place / "acme", data=answers, defaults=True, quiet=True, vcs_ref=OLD)
    compiled(place / "acme")
    return template


def evolution_in(place: Path, evolved: Path) -> Evolution:
    """Copy what `evolve` made to `place`, and commit the project."""
    subprocess.run(["cp", "-pPR", evolved / "keelway", evolved / "acme", place], check=True)
    template = World(place / "keelway", place / "none.git", "", place / "home")
    template.git("update-index", "--refresh")
    project = World(place / "acme", place / "acme.git", "", place / "home")
    _come_from(template.project, project.project / ".copier-answers.yml")
    project.git("init", "--quiet")
    project.commit("start")
    return Evolution(template, project)


def _come_from(template: Path, answers: Path) -> None:
    """Write into an answers file, as Copier would have, that the project comes from `template`."""
    about, written, body = re.split(r"(?<=as written: )(\w+)\n", answers.read_text(encoding="utf-8"))
    assert written == _digest(body)
    body = re.sub(r"(?m)^_src_path: .*$", f"_src_path: {template}", body)
    answers.write_text(f"{about}{_digest(body)}\n{body}", encoding="utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
