"""Projects as others make them: one for each build backend, style of changelog, of version and of tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.world import World

CODE = '"""It says hello."""\n\n\ndef hello():\n    return "hello"\n'
KEEP = """\
# Changelog

All notable changes are told here, as in Keep a Changelog.

## [Unreleased]

## [1.2.0] - 2025-03-04

### Added

- Something.

## [1.1.0] - 2025-01-02

- The first.
"""


@dataclass(frozen=True)
class Project:
    """The files of a project, how it names its tags, and what its next patch release changes in which files."""

    files: Mapping[str, str]
    tag: str = "v{}"
    changes: frozenset[str] = frozenset()
    branch: str = "main"


def _toml(name: str, requires: str, backend: str, more: str = "", version: str = 'version = "1.2.0"') -> str:
    return f"""\
[build-system]
requires = [{requires}]
build-backend = "{backend}"

[project]
name = "{name}"
{version}
description = "Says hello"
requires-python = ">=3.9"
readme = "README.md"
{more}"""


README = {"README.md": "# Hello\n"}
NOX = '"""Sessions."""\n\nimport nox\n\n\n@nox.session\ndef own(session):\n    """Ours."""\n    session.log("own")\n'
TASKS = '"""Tasks."""\n\nfrom invoke import task\n\n\n@task\ndef own(c):\n    """Ours."""\n    print("own")\n'

LAYOUTS: dict[str, Project] = {
    "setuptools, flat, found by itself, kept changelog": Project(
        {
            "pyproject.toml": _toml("hello-one", '"setuptools>=77"', "setuptools.build_meta"),
            "hello_one/__init__.py": f'{CODE}\n\n__version__ = "1.2.0"\n',
            "tests/test_hello.py": "def test_hello():\n    pass\n",
            "CHANGELOG.md": KEEP,
            ".gitignore": "*.egg-info/\n__pycache__/\n",
        },
        changes=frozenset({"pyproject.toml", "hello_one/__init__.py", "CHANGELOG.md"}),
    ),
    "setuptools-scm, src, no changelog, plain tags": Project(
        {
            "pyproject.toml": _toml(
                "hello.two",
                '"setuptools>=77", "setuptools-scm>=8"',
                "setuptools.build_meta",
                "\n[tool.setuptools_scm]\n",
                'dynamic = ["version"]',
            ),
            "src/hello_two/__init__.py": CODE,
        },
        tag="{}",
        changes=frozenset({"CHANGELOG.md"}),
    ),
    "hatchling, src, version in a file, towncrier": Project(
        {
            "pyproject.toml": _toml(
                "hello-three",
                '"hatchling"',
                "hatchling.build",
                '\n[tool.hatch.version]\npath = "src/hello_three/__about__.py"\n\n'
                '[tool.towncrier]\npackage = "hello_three"\ndirectory = "news"\nfilename = "NEWS.rst"\n',
                'dynamic = ["version"]',
            ),
            "src/hello_three/__init__.py": CODE,
            "src/hello_three/__about__.py": '__version__ = "1.2.0"\n',
            "NEWS.rst": "1.2.0 (2025-03-04)\n==================\n\nThe first.\n",
            "news/.gitignore": "!.gitignore\n",
        },
        changes=frozenset({"src/hello_three/__about__.py", "NEWS.rst"}),
    ),
    "setuptools by setup.cfg, src, kept changelog": Project(
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
            "setup.cfg": """\
[metadata]
name = hello-seven
version = 1.2.0
description = Says hello
long_description = file: README.md
long_description_content_type = text/markdown
classifiers =
    Programming Language :: Python :: 3
    Programming Language :: Python :: 3.11

[options]
packages = find:
package_dir =
    = src
python_requires = >=3.9

[options.packages.find]
where = src
""",
            "src/hello_seven/__init__.py": CODE,
            "CHANGELOG.md": KEEP,
        },
        changes=frozenset({"setup.cfg", "CHANGELOG.md"}),
    ),
    "setuptools by setup.py alone, flat": Project(
        {
            "setup.py": """\
from pathlib import Path

from setuptools import setup

NAME = "hello-eight"

setup(
    name=NAME,
    version="1.2.0",
    description="Says hello",
    long_description=Path("README.md").read_text(),
    long_description_content_type="text/markdown",
    python_requires=">=3.9",
    packages=["hello_eight"],
)
""",
            "hello_eight/__init__.py": f'{CODE}\n\n__version__ = "1.2.0"\n',
            "CHANGELOG.md": KEEP,
        },
        changes=frozenset({"setup.py", "hello_eight/__init__.py", "CHANGELOG.md"}),
    ),
    "meson-python, flat, version in meson.build": Project(
        {
            "pyproject.toml": _toml("hello-nine", '"meson-python"', "mesonpy", version='dynamic = ["version"]'),
            "meson.build": "project('hello-nine', version: '1.2.0')\n\n"
            "py = import('python').find_installation(pure: true)\n"
            "py.install_sources('hello_nine/__init__.py', subdir: 'hello_nine')\n",
            "hello_nine/__init__.py": CODE,
            "CHANGELOG.md": KEEP,
        },
        changes=frozenset({"meson.build", "CHANGELOG.md"}),
    ),
    "hatch-vcs, flat, kept changelog": Project(
        {
            "pyproject.toml": _toml(
                "hello_four",
                '"hatchling", "hatch-vcs"',
                "hatchling.build",
                '\n[tool.hatch.version]\nsource = "vcs"\n',
                'dynamic = ["version"]',
            ),
            "hello_four/__init__.py": CODE,
            "CHANGELOG.md": KEEP,
        },
        changes=frozenset({"CHANGELOG.md"}),
    ),
    "flit, flat module, no changelog, plain tags": Project(
        {
            "pyproject.toml": """\
[build-system]
requires = ["flit_core>=3.11,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "hello5"
requires-python = ">=3.9"
readme = "README.md"
dynamic = ["version", "description"]
""",
            "hello5.py": f'{CODE}\n\n__version__ = "1.2.0"\n',
        },
        tag="{}",
        changes=frozenset({"hello5.py", "CHANGELOG.md"}),
        branch="master",
    ),
    "poetry-core, its own table, changelog by hand": Project(
        {
            "pyproject.toml": """\
[build-system]
requires = ["poetry-core>=2"]
build-backend = "poetry.core.masonry.api"

[tool.poetry]
name = "hello-six"
version = "1.2.0"
description = "Says hello"
authors = ["Ada Lovelace <ada@example.org>"]
readme = "README.md"

[tool.poetry.dependencies]
python = ">=3.9"
""",
            "hello_six/__init__.py": CODE,
            "HISTORY.md": "# History\n\n## 1.2.0 (2025-03-04)\n\n- The first.\n",
        },
        changes=frozenset({"pyproject.toml", "HISTORY.md"}),
    ),
    "pdm-backend, flat, a noxfile and towncrier.toml of its own": Project(
        {
            "pyproject.toml": _toml("hello-seven", '"pdm-backend"', "pdm.backend"),
            "hello_seven/__init__.py": CODE,
            "noxfile.py": NOX,
            "towncrier.toml": '[tool.towncrier]\ndirectory = "changes"\nfilename = "CHANGES.md"\n'
            'title_format = "## {version}"\nstart_string = "<!-- new -->\\n"\nunderlines = ["", "", ""]\n',
            "CHANGES.md": "# Changes\n\n<!-- new -->\n\n## 1.2.0\n\n- The first.\n",
            "changes/.gitignore": "!.gitignore\n",
        },
        changes=frozenset({"pyproject.toml", "CHANGES.md"}),
    ),
    "uv_build, src, noxfile and tasks of its own": Project(
        {
            "pyproject.toml": _toml("hello-eight", '"uv_build"', "uv_build"),
            "src/hello_eight/__init__.py": CODE,
            "noxfile.py": NOX,
            "tasks.py": TASKS,
        },
        changes=frozenset({"pyproject.toml", "CHANGELOG.md"}),
        branch="trunk",
    ),
    "setuptools, src, version by attribute, an underlined changelog": Project(
        {
            "pyproject.toml": _toml(
                "hello-nine",
                '"setuptools>=77"',
                "setuptools.build_meta",
                '\n[tool.setuptools.dynamic]\nversion = { attr = "hello_nine.version.VERSION" }\n',
                'dynamic = ["version"]',
            ),
            "src/hello_nine/__init__.py": CODE,
            "src/hello_nine/version.py": "VERSION = '1.2.0'\n",
            "CHANGES.rst": "Changes\n#######\n\n1.2.0 (2025-03-04)\n------------------\n\n- The first.\n",
        },
        tag="release-{}",
        changes=frozenset({"src/hello_nine/version.py", "CHANGES.rst"}),
    ),
}


def plant(project: Project, place: Path, index: str) -> World:
    """Make a project with two releases behind it and a remote that has all of it."""
    world = World(place / "project", place / "project.git", index, place / "home")
    world.project.mkdir()
    world.git("init", "--quiet", "--bare", world.remote)
    world.git("init", "--quiet", f"--initial-branch={project.branch}")
    world.commit("the first", **{"README.md": "# Hello\n"})
    world.git("tag", project.tag.format("1.1.0"))
    world.commit("all of it", **(README | dict(project.files)))
    world.git("tag", project.tag.format("1.2.0"))
    world.git("remote", "add", "origin", world.remote)
    world.git("push", "--quiet", "--set-upstream", "origin", project.branch, "--tags")
    return world
