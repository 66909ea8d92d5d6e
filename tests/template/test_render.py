"""Rendering: every two choices together give a project that parses, is in style, typed, and has the files it should."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import copier
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pathspec import GitIgnoreSpec

from release.classes import FileClass, parse_classes
from tests.support.pairwise import all_pairs, pairs_of, pairwise
from tests.support.world import REPOSITORY, World, copy_template
from tests.template.conftest import Render

COMMANDS = ["command-line", "executable", "container", "application"]
PARAMETERS = {
    "license": ["MIT", "BSD-3-Clause", "Apache-2.0", "GPL-3.0-or-later", "none"],
    "python_min": ["3.10", "3.11", "3.12", "3.13"],
    "kind": ["library", *COMMANDS],
    "forge": ["github", "gitlab", "none"],
    "docs": ["zensical", "sphinx", "none"],
    "index": ["pypi", "https://index.example.org/team/"],
}
ROWS = pairwise(PARAMETERS)
NAMESPACES = {"github": "octo-org", "gitlab": "group/sub", "none": ""}

ALWAYS = {
    ".copier-answers.yml",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "README.md",
    "RELEASING.md",
    "changelog.d/.gitignore",
    "constraints.txt",
    "noxfile.py",
    "pyproject.toml",
    "release.toml",
    "src/{package}/__init__.py",
    "src/{package}/py.typed",
    "src/{package}/slug.py",
    "tasks.py",
    "tests/test_slug.py",
}
COMMAND = {"src/{package}/__main__.py", "src/{package}/cli.py", "tests/test_cli.py"}
IMAGE = {"Containerfile", ".dockerignore"}
CHOSEN = {
    ("license", "MIT"): {"LICENSE"},
    ("license", "BSD-3-Clause"): {"LICENSE"},
    ("license", "Apache-2.0"): {"LICENSE"},
    ("license", "GPL-3.0-or-later"): {"LICENSE"},
    ("kind", "command-line"): COMMAND,
    ("kind", "executable"): COMMAND,
    ("kind", "container"): COMMAND | IMAGE,
    ("kind", "application"): COMMAND | IMAGE,
    ("forge", "github"): {".github/workflows/ci.yml"},
    ("forge", "gitlab"): {".gitlab-ci.yml"},
    ("docs", "zensical"): {"docs/index.md", "zensical.toml"},
    ("docs", "sphinx"): {"docs/index.md", "docs/conf.py"},
}


@pytest.fixture(scope="module")
def projects(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, str]]:
    """One project a row, side by side; the packages' names differ, so that one mypy can look at all of them."""
    place, made = tmp_path_factory.mktemp("projects"), {}
    for number, row in enumerate(ROWS):
        names = {"project_name": f"Acme-{number}", "package_name": f"acme{number}"}
        answers = row | names | {"namespace": NAMESPACES[row["forge"]]}
        project = place / f"p{number}"
        copier.run_copy(str(template), project, data=answers, defaults=True, quiet=True)
        made[project] = answers
    return made


def files_of(project: Path) -> dict[str, str]:
    """Return {path: text} of what was rendered, release/ aside."""
    paths = sorted(path for path in project.rglob("*") if path.is_file())
    names = {path.relative_to(project).as_posix(): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in names.items() if not name.startswith("release/")}


def contents(folder: Path) -> dict[str, bytes]:
    """Return {path: bytes} of all files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ran(*argv: str | Path, cwd: Path, **env: str) -> str:
    """Run a tool of this environment, which must succeed; return what it printed."""
    words = [sys.executable, "-m", *map(str, argv)]
    completed = subprocess.run(words, cwd=cwd, env=os.environ | env, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def test_the_selection_has_every_pair_and_is_small() -> None:
    assert set().union(*map(pairs_of, ROWS)) == all_pairs(PARAMETERS)
    assert len(ROWS) <= 1.25 * len(PARAMETERS["license"]) * len(PARAMETERS["kind"])


def test_every_choice_gives_its_files_and_no_other(projects: dict[Path, dict[str, str]]) -> None:
    for project, answers in projects.items():
        names = ALWAYS.union(*(CHOSEN.get(chosen, set()) for chosen in answers.items()))
        expected = {name.format(package=answers["package_name"]) for name in names}

        assert set(files_of(project)) == expected, answers


def test_every_project_has_the_whole_release_process(template: Path, projects: dict[Path, dict[str, str]]) -> None:
    ours = {name: what for name, what in contents(template / "template/release").items() if "{%" not in name}
    for project in projects:
        assert contents(project / "release") == ours


def test_every_file_parses_as_what_it_is(projects: dict[Path, dict[str, str]]) -> None:
    for project, answers in projects.items():
        lowest = (3, int(answers["python_min"].partition(".")[2]))
        for name, text in files_of(project).items():
            if name.endswith(".py"):
                ast.parse(text, name, feature_version=lowest)
            elif name.endswith(".toml"):
                tomllib.loads(text)
            elif name.endswith(".yml"):
                yaml.safe_load(text)
            assert text == "" or (text.endswith("\n") and not text.endswith("\n\n")), name
            assert [line for line in text.splitlines() if line != line.rstrip()] == [], name


def test_nothing_of_the_template_is_left_in_a_project(projects: dict[Path, dict[str, str]]) -> None:
    for project in projects:
        for name, text in files_of(project).items():
            assert re.findall(r"(?<!\$)\{\{.*|\{%.*|\{#.*", text) == [], name
            if name != ".copier-answers.yml":
                assert re.findall(rf"(?i)keelway|{re.escape(str(REPOSITORY))}|/tmp/|file://", text) == [], name


def test_no_address_is_in_a_project_that_its_owner_does_not_know(projects: dict[Path, dict[str, str]]) -> None:
    """Links and addresses of packages lead to the owner's forge and index, and to one explanation of versions."""
    for project, answers in projects.items():
        forge = {"none": set()}.get(answers["forge"], {f"{answers['forge']}.com"})
        index = set() if answers["index"] == "pypi" else {"index.example.org"}
        for name, text in files_of(project).items():
            if name != "LICENSE":
                assert set(re.findall(r"https?://([^/\s\"')]+)", text)) <= {"semver.org"} | forge | index, name


def test_every_project_is_in_style(projects: dict[Path, dict[str, str]]) -> None:
    for project in projects:
        ran("ruff", "check", "--no-cache", cwd=project)
        ran("ruff", "format", "--check", "--no-cache", cwd=project)


def test_every_project_is_typed(projects: dict[Path, dict[str, str]]) -> None:
    """One mypy for all; each src is a root, so that src/acme3 is the package acme3."""
    place = next(iter(projects)).parent
    sources = [project / folder for project in projects for folder in ("src", "tests")]
    roots = os.pathsep.join(str(project / "src") for project in projects)

    words = ["--explicit-package-bases", "--config-file=p0/pyproject.toml", "--cache-dir=.mypy"]
    told = ran("mypy", *words, *sources, cwd=place, MYPYPATH=roots)

    checked = sum(1 for source in sources for _ in source.rglob("*.py"))
    assert told == f"Success: no issues found in {checked} source files\n"


def test_what_the_answers_were_is_what_the_project_says(projects: dict[Path, dict[str, str]]) -> None:
    for project, answers in projects.items():
        pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        told = pyproject["project"]
        lowest = int(answers["python_min"].partition(".")[2])

        assert told.get("license", "none") == answers["license"]
        assert told["requires-python"] == f">={answers['python_min']}"
        assert told["classifiers"] == [
            *(f"Programming Language :: Python :: 3.{minor}" for minor in range(lowest, 14)),
            "Typing :: Typed",
        ]
        command = {answers["project_name"]: f"{answers['package_name']}.cli:main"}
        assert told.get("scripts", {}) == (command if answers["kind"] != "library" else {})
        home = f"https://{answers['forge']}.com/{answers['namespace']}/{answers['project_name']}"
        assert told.get("urls", {}).get("Homepage", "none") == ("none" if answers["forge"] == "none" else home)
        assert told["version"] == "0.1.0.dev0"


def test_what_is_shipped_beside_the_distributions_is_what_was_chosen(projects: dict[Path, dict[str, str]]) -> None:
    """Only who chose an executable or an image finds a session for it, and the files that go to the forge release."""
    from release.config import load_config

    for project, answers in projects.items():
        noxfile = (project / "noxfile.py").read_text(encoding="utf-8")
        executable = answers["kind"] in ("executable", "application")
        assert ("def executable(" in noxfile) == executable
        assert ("def image(" in noxfile) == (answers["kind"] in ("container", "application"))
        assert load_config(project).forge.assets == (("dist-executable/*",) if executable else ())
        assert ("/dist-executable/\n" in (project / ".gitignore").read_text()) == executable


def test_the_release_process_accepts_every_configuration(projects: dict[Path, dict[str, str]]) -> None:
    from release.config import load_config
    from release.project import load_project

    for project, answers in projects.items():
        config, index = load_config(project), answers["index"]
        simple = "https://index.example.org/team/simple/" if index != "pypi" else ""
        assert [(each.upload, each.simple) for each in config.index] == [("" if index == "pypi" else index, simple)]
        smoke = (answers["project_name"], "--version") if answers["kind"] != "library" else ()
        assert config.smoke == smoke
        assert load_project(project).name == answers["project_name"]


def test_workflows_carry_no_answer(template: Path) -> None:
    """So they can be linted, and copied from project to project, as they lie here."""
    workflows = [path for path in (template / "template").rglob("*.y*ml*") if "copier_conf" not in path.name]

    assert len(workflows) == 2
    assert [path for path in workflows if path.suffix == ".jinja"] == []


def test_the_default_answers_give_a_project_that_can_be_looked_through(rendering: Render) -> None:
    files = files_of(rendering())

    print(f"{len(files)} files outside release/")
    assert len(files) <= 30


def test_few_lines_of_the_template_carry_jinja(template: Path) -> None:
    """Of all that is ours in template/: the texts of licences are not counted."""
    everything = carrying = 0
    for path in sorted((template / "template").rglob("*")):
        if path.is_file() and "LICENSE" not in path.name:
            lines = path.read_text(encoding="utf-8").splitlines()
            everything += len(lines)
            if path.suffix == ".jinja":
                carrying += sum(1 for line in lines if re.search(r"\{\{|\{%|\{#", line))

    print(f"{carrying} of {everything} lines carry Jinja: {carrying / everything:.1%}")
    assert carrying / everything < 0.03


RENDER = r"""
import copier, os, sys
os.umask(int(sys.argv[3], 8))
copier.run_copy(sys.argv[1], sys.argv[2], data={"author_name": "Zo\u00eb", "docs": "sphinx"}, defaults=True, quiet=True)
"""


def test_the_same_answers_give_the_same_bytes_whoever_renders(template: Path, tmp_path: Path) -> None:
    """Another umask, locale, time zone, home and moment; file modes are of the machine, the bytes are not."""

    def rendered(name: str, umask: str, **env: str) -> dict[str, bytes]:
        project, home = tmp_path / name, tmp_path / f"home-{name}"
        home.mkdir()
        (home / ".gitconfig").write_text(f"[user]\nname = {name}\n[core]\nautocrlf = true\n")
        env = os.environ | {"HOME": str(home), "PYTHONHASHSEED": umask[-1]} | env
        subprocess.run([sys.executable, "-c", RENDER, template, project, umask], cwd=home, env=env, check=True)
        return contents(project)

    one = rendered("ada", "022", LC_ALL="C.UTF-8", LANG="C.UTF-8", TZ="Pacific/Kiritimati", PYTHONUTF8="1")
    other = rendered("bob", "077", LC_ALL="C", LANG="C", TZ="America/Adak", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert one == other


def test_nothing_that_is_rendered_depends_on_when_or_where(template: Path) -> None:
    """No clock and no place: what Copier's Jinja knows of both appears only in the message after a copy."""
    for path in sorted(path for path in (template / "template").rglob("*") if path.suffix == ".jinja"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\b(?:now|strftime|to_datetime|random|dst_path|src_path|_folder_name)\b", text) == [], (
            path.name
        )


def test_every_shared_file_says_where_the_owners_lines_go(template: Path, projects: dict[Path, dict[str, str]]) -> None:
    read = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    for project in projects:
        for name in read["_shared"]:
            text = (project / name.removeprefix("/")).read_text(encoding="utf-8")
            assert text.count("# ---- Below this line: ") == 1, name


def classes(template: Path) -> dict[str, GitIgnoreSpec]:
    """Return {class: patterns} as copier.yml declares them."""
    read = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    keys = {"managed": "_managed", "shared": "_shared", "seed": "_skip_if_exists"}
    return {name: GitIgnoreSpec.from_lines(read[key]) for name, key in keys.items()}


def test_every_file_has_exactly_one_class(template: Path, projects: dict[Path, dict[str, str]]) -> None:
    declared = classes(template)
    ours = parse_classes((template / "copier.yml").read_text(encoding="utf-8"))
    for project in projects:
        for path in sorted(path for path in project.rglob("*") if path.is_file()):
            name = path.relative_to(project).as_posix()
            found = [one for one, patterns in declared.items() if patterns.match_file(name)]
            assert len(found) == 1, name
            told = ours.of(name)
            assert ("seed" if told is FileClass.EXAMPLE else told.value) == found[0], name


def test_every_pattern_of_a_class_is_for_something(template: Path, projects: dict[Path, dict[str, str]]) -> None:
    """A pattern that no rendered file matches is a class that was declared and is not true; changelog.d fills later."""
    names = {path.relative_to(project).as_posix() for project in projects for path in project.rglob("*")}
    read = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    patterns = [each for key in ("_managed", "_shared", "_skip_if_exists", "_examples") for each in read[key]]
    patterns = [each for each in patterns if "existing" not in each]

    unused = [each for each in patterns if not any(map(GitIgnoreSpec.from_lines([each]).match_file, names))]
    assert unused == ["/changelog.d/*.md"]


def test_what_release_needs_is_the_same_with_and_without_a_group(projects: dict[Path, dict[str, str]]) -> None:
    """An adopted project has no group for it; there release/requirements.txt is installed."""
    for project in projects:
        groups = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        listed = (project / "release/requirements.txt").read_text(encoding="utf-8").splitlines()
        assert [line for line in listed if not line.startswith("#")] == groups["release"]


def test_every_tool_of_every_group_is_pinned(projects: dict[Path, dict[str, str]]) -> None:
    """By name in constraints.txt, for every Python of the matrix; what builds the project and runs nox too."""
    for project in projects:
        pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        lines = [line.partition("#")[0].strip() for line in (project / "constraints.txt").read_text().splitlines()]
        pins = [Requirement(line) for line in lines if line]
        assert [str(pin) for pin in pins if [one.operator for one in pin.specifier] != ["=="]] == []
        needed = [*pyproject["build-system"]["requires"], "nox[uv]", "virtualenv", "pip"]
        needed += [one for group in pyproject["dependency-groups"].values() for one in group if isinstance(one, str)]
        for minor in range(int(pyproject["project"]["requires-python"].partition(".")[2]), 14):
            python = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.4", "sys_platform": "linux"}
            held = [canonicalize_name(pin.name) for pin in pins if not pin.marker or pin.marker.evaluate(python)]
            assert sorted({canonicalize_name(Requirement(one).name) for one in needed} - set(held)) == []
            assert len(held) == len(set(held))


def test_the_workflows_install_every_python_of_the_matrix(projects: dict[Path, dict[str, str]]) -> None:
    matrix = {f"3.{minor}" for minor in range(10, 14)}
    for project in projects:
        for name in (".github/workflows/ci.yml", ".gitlab-ci.yml"):
            if (project / name).exists():
                assert set(re.findall(r"\b3\.\d\d\b", (project / name).read_text())) == matrix


@pytest.mark.parametrize("kind", ["library", "command-line"])
def test_distributions_hold_the_package_and_no_process(rendering: Render, tmp_path: Path, kind: str) -> None:
    project = rendering(kind=kind, project_name="Acme.One", forge="github", namespace="octo-org")
    world = World(project, tmp_path / "remote.git", "", tmp_path / "home")
    constraint = (project / "constraints.txt").as_uri()

    ran = world.run(sys.executable, "-m", "build", "--installer", "uv", env={"UV_CONSTRAINT": constraint})

    assert ran.code == 0, ran.text
    command = {"__main__.py", "cli.py"} if kind == "command-line" else set()
    package = {f"acme_one/{name}" for name in {"__init__.py", "py.typed", "slug.py"} | command}
    info = {"METADATA", "RECORD", "WHEEL", "licenses/LICENSE"} | ({"entry_points.txt"} if command else set())
    with zipfile.ZipFile(project / "dist/acme_one-0.1.0.dev0-py3-none-any.whl") as wheel:
        assert set(wheel.namelist()) == package | {f"acme_one-0.1.0.dev0.dist-info/{name}" for name in info}
        metadata = wheel.read("acme_one-0.1.0.dev0.dist-info/METADATA").decode()
    tests = {"tests/test_slug.py"} | ({"tests/test_cli.py"} if command else set())
    beside = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    with tarfile.open(project / "dist/acme_one-0.1.0.dev0.tar.gz") as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names == {f"src/{name}" for name in package} | tests | beside
    assert "License-Expression: MIT\n" in metadata
    assert "Requires-Python: >=3.10\n" in metadata


def test_a_rendered_project_knows_nothing_of_caches(tmp_path: Path) -> None:
    """What tools leave in a checkout of the template does not get into projects."""
    template = copy_template(tmp_path / "keelway")
    left = ["release/__pycache__/a.pyc", ".mypy_cache/x.json", ".ruff_cache/0", ".pytest_cache/README.md", ".DS_Store"]
    for name in left:
        path = template / "template" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")

    copier.run_copy(str(template), tmp_path / "acme", defaults=True, quiet=True)

    assert [name for name in left if (tmp_path / "acme" / name).exists()] == []
