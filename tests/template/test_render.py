"""Rendering: every two choices together give a project that parses, is in style, typed, and has the files it should."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tests.support.choices import COMMANDS, PARAMETERS, ROWS
from tests.support.pairwise import all_pairs, pairs_of
from tests.support.rendered import contents, files_of
from tests.support.world import REPOSITORY

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
    "sbom.cdx.json",
    "src/{package}/__init__.py",
    "src/{package}/py.typed",
    "src/{package}/slug.py",
    "tasks.py",
    "tests/test_slug.py",
}
COMMAND = {"src/{package}/__main__.py", "src/{package}/cli.py", "tests/test_cli.py"}
IMAGE = {"Containerfile", ".dockerignore"}
COMPILED = {"CMakeLists.txt", "src/{package}/_check.c", "src/{package}/_check.pyi", "tests/test_check.py"}
CHOSEN = {
    ("license", "MIT"): {"LICENSE"},
    ("license", "BSD-3-Clause"): {"LICENSE"},
    ("license", "Apache-2.0"): {"LICENSE"},
    ("license", "GPL-3.0-or-later"): {"LICENSE"},
    ("kind", "extension"): COMPILED,
    ("kind", "command-line"): COMMAND,
    ("kind", "executable"): COMMAND,
    ("kind", "container"): COMMAND | IMAGE,
    ("kind", "application"): COMMAND | IMAGE,
    ("forge", "github"): {f".github/workflows/{name}.yml" for name in ("ci", "release", "watch")},
    ("forge", "gitlab"): {".gitlab-ci.yml"},
    ("docs", "zensical"): {"docs/index.md", "zensical.toml"},
    ("docs", "sphinx"): {"docs/index.md", "docs/conf.py"},
}


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
        names -= {"sbom.cdx.json"} if answers["kind"] == "extension" else set()  # hatchling alone puts it into wheels
        expected = {name.format(package=answers["package_name"]) for name in names}

        assert set(files_of(project)) == expected, answers


def test_every_project_has_the_whole_release_process(template: Path, projects: dict[Path, dict[str, str]]) -> None:
    for_existing = {"noxfile.py", "ruff.toml.jinja", ".gitignore.jinja"}  # see _exclude in copier.yml
    whole = contents(template / "template/release").items()
    ours = {name: what for name, what in whole if name not in for_existing}
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

    checked = sum(path.suffix in (".py", ".pyi") for source in sources for path in source.rglob("*"))
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
        assert told.get("scripts", {}) == (command if answers["kind"] in COMMANDS else {})
        home = f"https://{answers['forge']}.com/{answers['namespace']}/{answers['project_name']}"
        assert told.get("urls", {}).get("Homepage", "none") == ("none" if answers["forge"] == "none" else home)
        assert told["version"] == "0.1.0.dev0"


def test_what_is_shipped_beside_the_distributions_is_what_was_chosen(projects: dict[Path, dict[str, str]]) -> None:
    """Only who chose an executable or an image finds a session for it, and the files that go to the forge release."""
    from release.config.release_toml import load_config

    for project, answers in projects.items():
        noxfile = (project / "noxfile.py").read_text(encoding="utf-8")
        executable = answers["kind"] in ("executable", "application")
        assert ("def executable(" in noxfile) == executable
        assert ("def image(" in noxfile) == (answers["kind"] in ("container", "application"))
        found = load_config(project)
        assert found and found.forge.assets == (("dist-executable/*-{version}-*",) if executable else ())
        assert ("/dist-executable/\n" in (project / ".gitignore").read_text()) == executable


def test_the_release_process_accepts_every_configuration(projects: dict[Path, dict[str, str]]) -> None:
    from release.config.pyproject import load_project
    from release.config.release_toml import Config, load_config

    for project, answers in projects.items():
        config, index = load_config(project) or Config(index=()), answers["index"]
        simple = "https://index.example.org/team/simple/" if index != "pypi" else ""
        assert [(each.upload, each.simple) for each in config.index] == [("" if index == "pypi" else index, simple)]
        smoke = (answers["project_name"], "--version") if answers["kind"] in COMMANDS else ()
        assert config.smoke == smoke
        assert load_project(project).name == answers["project_name"]
