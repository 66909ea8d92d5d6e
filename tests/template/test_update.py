"""Updating: what an owner changed stays, what the template changed comes, and neither needs a hand."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import copier
import pytest

from tests.support.world import World, copy_template

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
        template / "noxfile.py",
        ('    session.run("codespell")\n', '    session.run("codespell")\n    session.run("zizmor", ".")\n'),
        ("# ---- Below this line", f"{HELLO}# ---- Below this line"),
    )
    edit(template / "tasks.py", ("and, below the line, yours.", "and, below the line, your own."))
    edit(template / ".gitignore", (".nox/\n", ".nox/\n.zizmor/\n"))
    pins = template / "constraints.txt"
    pins.write_text(re.sub(r"(?m)^(ruff|pytest|mypy)==(\d+)", r"\g<1>==1\2", pins.read_text()) + "zizmor==1.20.0\n")
    edit(template / "RELEASING.md", ("# How a release is made\n", "# How releases are made\n"))
    edit(template / "release/model.py", ("\n\nfrom __future__", "\n\n# 0.2.0\n\nfrom __future__"))
    (template / "release/steps/sign.py").write_text('"""New in 0.2.0."""\n')
    (template / "release/steps/reopen.py").unlink()
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
        marked = [path for path in self.root.rglob("*.*") if path.is_file() and b"<<<<<<<" in path.read_bytes()]
        assert marked == []
        assert list(self.root.rglob("*.rej")) == []

    def changed(self) -> set[str]:
        """Return the paths that differ from the last commit."""
        return {row[3:] for row in self.project.run("git", "status", "--porcelain", "-uall").out.splitlines()}


@pytest.fixture
def evolution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evolution:
    """A template tagged 0.1.0 and, changed, 0.2.0; a project of 0.1.0, committed; nobody's settings of git."""
    home = tmp_path / "home"
    template = World(copy_template(tmp_path / "keelway"), tmp_path / "none.git", "", home)
    for name, value in template.environment().items():
        monkeypatch.setenv(name, value)
    template.git("init", "--quiet")
    template.commit("the first version")
    template.git("tag", OLD)
    next_version(template.project / "template")
    template.commit("the next version")
    template.git("tag", NEW)
    root = tmp_path / "acme"
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(template.project), root, data=answers, defaults=True, quiet=True, vcs_ref=OLD)
    project = World(root, tmp_path / "none.git", "", home)
    project.git("init", "--quiet")
    project.commit("start")
    return Evolution(template, project)


TABLE = '\n[tool.mine]\nkey = "value"  # mine\n'
SESSION = '''

@nox.session(default=False)
def mine(session: nox.Session) -> None:
    """A session of the owner's."""
    session.run("python", "--version")
'''
TASK = '''
from invoke import task


@task
def mine(c):
    """A task of the owner's."""
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
    edit(root / "constraints.txt", ("urllib3==2.8.0\n", "urllib3==2.7.0\n"))
    (root / "README.md").write_text("# acme\n\nMine.\n")
    append(root / "CHANGELOG.md", "\n## 1.3.0 (2026-01-02)\n\n- Mine.\n")
    (root / "release.toml").write_text('remote = "upstream"\n')
    (root / "src/acme/slug.py").write_text('"""Mine."""\n\nslugify = str.lower\n')
    for gone in ("tests/test_slug.py", "src/acme/cli.py"):
        (root / gone).unlink()
    evolution.project.commit("a year's work")


def test_an_update_of_an_untouched_project_is_what_a_new_project_is(evolution: Evolution, tmp_path: Path) -> None:
    """But for what is the owner's from the first day on."""
    evolution.update()

    fresh = tmp_path / "fresh"
    answers = {"project_name": "acme", "kind": "command-line"}
    copier.run_copy(str(evolution.template.project), fresh, data=answers, defaults=True, quiet=True, vcs_ref=NEW)
    ours = {path.relative_to(fresh).as_posix(): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    theirs = {name: (evolution.root / name).read_bytes() for name in ours}
    assert {name for name in ours if ours[name] != theirs[name]} == {
        "README.md",
        "release.toml",
        "src/acme/slug.py",
        "tests/test_slug.py",
    }
    assert not (evolution.root / "release/steps/reopen.py").exists()


def test_no_edit_is_lost_and_nothing_conflicts(evolution: Evolution) -> None:
    live_in_it(evolution)

    evolution.update()

    assert evolution.changed() == {
        ".copier-answers.yml",
        ".gitignore",
        "RELEASING.md",
        "constraints.txt",
        "noxfile.py",
        "pyproject.toml",
        "release/model.py",
        "release/steps/reopen.py",
        "release/steps/sign.py",
        "tasks.py",
    }
    merged = tomllib.loads(evolution.read("pyproject.toml"))
    assert merged["project"]["version"] == "1.4.0.dev0"
    assert merged["project"]["dependencies"] == ["click", "httpx>=0.27"]
    assert "Topic :: Text Processing" in merged["project"]["classifiers"]
    assert merged["dependency-groups"]["test"] == ["coverage[toml]", "hypothesis", "pytest"]
    assert merged["dependency-groups"]["lint"] == ["codespell", "ruff", "zizmor"]
    assert merged["tool"]["zizmor"] == {"offline": True}
    assert merged["tool"]["coverage"]["report"]["fail_under"] == 95
    assert evolution.read("pyproject.toml").endswith(TABLE)
    assert evolution.read("noxfile.py").endswith(f"# ---- Below this line: sessions of your own. ----\n{SESSION}")
    assert 'session.run("zizmor", ".")' in evolution.read("noxfile.py")
    assert evolution.read("tasks.py").endswith(TASK)
    assert "your own." in evolution.read("tasks.py")
    assert evolution.read(".gitignore").endswith("yours. ----\n/mine/\n")
    assert ".zizmor/\n" in evolution.read(".gitignore")
    assert "urllib3==2.7.0\n" in evolution.read("constraints.txt")
    assert "zizmor==1.20.0\n" in evolution.read("constraints.txt")


def test_the_sessions_and_tasks_of_both_are_there(evolution: Evolution) -> None:
    live_in_it(evolution)

    evolution.update()

    listed = evolution.project.run("nox", "--list")
    assert listed.code == 0, listed.text
    assert {"hello", "mine", "lint"} <= set(re.findall(r"^[*-] (\S+)", listed.out, re.MULTILINE))
    tasks = evolution.project.inv("--list")
    assert tasks.code == 0, tasks.text
    assert {"mine", "release", "note"} <= set(re.findall(r"^  ([a-z]+)", tasks.out, re.MULTILINE))


def test_what_the_owner_deleted_does_not_come_back(evolution: Evolution) -> None:
    """The example is deleted by everybody: its test would fail the next `nox`."""
    live_in_it(evolution)

    evolution.update()

    assert [name for name in ("tests/test_slug.py", "src/acme/cli.py") if (evolution.root / name).exists()] == []


@pytest.mark.parametrize(
    "answers",
    [
        {"description": "What it has become."},
        {"author_name": "Somebody else", "author_email": "else@example.org"},
        {"license": "Apache-2.0"},
        {"python_min": "3.12"},
        {"forge": "github", "namespace": "octo-org"},
        {"docs": "sphinx"},
        {"index": "https://index.example.org/team"},
    ],
    ids=lambda answers: next(iter(answers)),
)
def test_an_answer_can_be_changed_after_a_year(evolution: Evolution, answers: dict[str, str]) -> None:
    """A release changes the version, an owner the dependencies: no answer stands on the lines beside them."""
    live_in_it(evolution)

    evolution.update(**answers)

    merged = tomllib.loads(evolution.read("pyproject.toml"))["project"]
    assert merged["version"] == "1.4.0.dev0"
    assert merged["dependencies"] == ["click", "httpx>=0.27"]
    kept = evolution.read(".copier-answers.yml")
    assert [value for value in answers.values() if value not in kept] == []


def test_an_update_that_brings_nothing_changes_nothing(evolution: Evolution) -> None:
    live_in_it(evolution)
    evolution.update()
    evolution.project.commit("update")

    evolution.update()

    assert evolution.changed() == set()
