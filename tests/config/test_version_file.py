"""Where a version is said: the files that each build backend documents, and nothing that only looks like one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from release.config.version_file import declared, from_tags, said_version, unreadable
from release.config.version_statements import by_suffix, python_name

DYNAMIC = '[project]\nname = "acme-one"\ndynamic = ["version"]\n'
FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n'
SETUPTOOLS = "[tool.setuptools.dynamic]\nversion = "
SAYING = {
    "hatchling": ('[tool.hatch.version]\npath = "a/__about__.py"\n', "a/__about__.py", '__version__ = "1.2.0"\n'),
    "pdm": ('[tool.pdm.version]\nsource = "file"\npath = "a.py"\n', "a.py", "__version__: str = '1.2.0'\n"),
    "attr": (f'{SETUPTOOLS}{{ attr = "acme.VERSION" }}\n', "acme/__init__.py", 'VERSION = "1.2.0"\n'),
    "attr in src": (f'{SETUPTOOLS}{{ attr = "acme.v.version" }}\n', "src/acme/v.py", 'version = "1.2.0"\n'),
    "file": (f'{SETUPTOOLS}{{ file = "VERSION" }}\n', "VERSION", "1.2.0\n"),
    "files": (f'{SETUPTOOLS}{{ file = ["VERSION.txt"] }}\n', "VERSION.txt", "1.2.0"),
    "flit": (FLIT, "acme_one.py", '"""A."""\n\n__version__ = "1.2.0"\n'),
    "flit, in src": (FLIT, "src/acme_one/__init__.py", '"""A."""\n__version__ = "1.2.0"\n'),
    "attr, imported": (
        f'{SETUPTOOLS}{{ attr = "acme.__version__" }}\n[tool.setuptools.packages.find]\nwhere = ["lib"]\n',
        "lib/acme/_v.py",
        'version = "1.2.0"\n',
    ),
    "hatchling, by a pattern": (
        '[tool.hatch.version]\npath = "a.py"\npattern = "release is (?P<version>[^ ]+)"\n',
        "a.py",
        "# version 1.2.0\n# release is 1.2.0 \n",
    ),
    "Poetry 2": (
        '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[tool.other]\nversion = "1.2.0"\n'
        '[tool.poetry]\n  version = "1.2.0"\n',
        "pyproject.toml",
        "",
    ),
    "maturin": (
        '[build-system]\nbuild-backend = "maturin"\n',
        "Cargo.toml",
        '[dependencies]\nversion = "1.2.0"\n[package]\nname = "a"\nversion = "1.2.0"\n',
    ),
    "meson": (
        '[build-system]\nbuild-backend = "mesonpy"\n',
        "meson.build",
        "project('a', 'c',\n  version : '1.2.0')\n",
    ),
    "setup.cfg": ("", "setup.cfg", "[other]\nversion = 1.2.0\n[metadata]\nversion = 1.2.0\n"),
    "setup.py": ("", "setup.py", 'from setuptools import setup\n\nsetup(python_requires="1.2.0", version="1.2.0")\n'),
    "setup.py, by a name": ("", "setup.py", 'import setuptools\nV = "1.2.0"\nsetuptools.setup(version=V)\n'),
    "flit, imported": (
        f'{FLIT}[tool.flit.module]\nname = "acme_two"\n',
        "acme_two/_version.py",
        '__version__ = "1.2.0"\n',
    ),
    "flit, named": (f'{FLIT}[tool.flit.module]\nname = "other"\n', "other.py", '"""A."""\n__version__ = "1.2.0"\n'),
}


@pytest.mark.parametrize("name", SAYING)
def test_the_file_is_found_and_read(name: str, tmp_path: Path) -> None:
    more, file, text = SAYING[name]
    text = text or DYNAMIC + more
    (tmp_path / "lib/acme").mkdir(parents=True)
    (tmp_path / "lib/acme/__init__.py").write_text("from ._v import version as __version__\n")
    (tmp_path / "acme_two").mkdir()
    (tmp_path / "acme_two/__init__.py").write_text('"""A."""\n\nfrom acme_two._version import __version__\n')
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    table = tomllib.loads(DYNAMIC + more)

    found = declared(tmp_path, table)
    assert found is not None
    assert found.path == file
    start, end = found.span(text) or (0, 0)
    assert text[start:end] == "1.2.0"
    assert said_version(tmp_path, table) == "1.2.0"


@pytest.mark.parametrize(
    "more",
    ["", '[tool.setuptools_scm]\nversion_file = "acme/_version.py"\n', '[tool.hatch.version]\nsource = "vcs"\n'],
)
def test_a_version_of_the_tag_is_in_no_file(more: str, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/_version.py").write_text('__version__ = "1.2.0.dev3+g1234"\n')

    assert declared(tmp_path, tomllib.loads(DYNAMIC + more)) is None


def test_a_version_in_the_project_table_is_what_counts(tmp_path: Path) -> None:
    table = tomllib.loads('[project]\nname = "acme"\nversion = "1.0"\n[tool.hatch.version]\npath = "a.py"\n')
    (tmp_path / "a.py").write_text('__version__ = "2.0"\n')

    assert said_version(tmp_path, table) is None  # there is no pyproject.toml on disk


@pytest.mark.parametrize("text", ["", "two words\n", "api_version = '1'\n", "# version = '1.2.0'\n"])
def test_what_says_no_version_is_not_read_as_one(text: str, tmp_path: Path) -> None:
    assert by_suffix("VERSION")(text) is None
    assert python_name("version")(text) is None


@pytest.mark.parametrize(
    ("more", "taken"),
    [
        ('[build-system]\nrequires = ["setuptools>=77", "setuptools-scm>=8"]\n', True),
        ('[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n', True),
        ('[tool.pdm.version]\nsource = "scm"\n', True),
        ("[tool.poetry-dynamic-versioning]\nenable = true\n", True),
        ('[build-system]\nrequires = ["setuptools"]\n', False),
        ('[build-system]\nrequires = ["maturin"]\n', False),
    ],
)
def test_the_tag_is_the_version_only_where_the_backend_takes_it_from_there(
    more: str, taken: bool, tmp_path: Path
) -> None:
    assert from_tags(tmp_path, tomllib.loads(DYNAMIC + more)) is taken


def test_what_gives_a_version_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    attr = tomllib.loads(f'{DYNAMIC}{SETUPTOOLS}{{ attr = "acme.VERSION" }}\n')
    (tmp_path / "acme.py").write_text("VERSION = (1, 2, 0)\n")
    assert declared(tmp_path, attr) is None
    assert unreadable(tmp_path, attr).startswith("[tool.setuptools.dynamic] takes acme.VERSION")
    (tmp_path / "setup.py").write_text("setup(version=read())\n")
    assert unreadable(tmp_path, tomllib.loads(DYNAMIC)) == "setup.py finds it by code of its own"
