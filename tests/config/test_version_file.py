"""Where a version is said: the files that each build backend documents, and nothing that only looks like one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from release.config.version_file import said_in, said_version, version_file

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
    "flit, named": (f'{FLIT}[tool.flit.module]\nname = "other"\n', "other.py", '"""A."""\n__version__ = "1.2.0"\n'),
}


@pytest.mark.parametrize("name", SAYING)
def test_the_file_is_found_and_read(name: str, tmp_path: Path) -> None:
    more, file, text = SAYING[name]
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    table = tomllib.loads(DYNAMIC + more)

    assert version_file(tmp_path, table) == file
    assert said_version(tmp_path, table) == "1.2.0"


@pytest.mark.parametrize(
    "more",
    ["", '[tool.setuptools_scm]\nversion_file = "acme/_version.py"\n', '[tool.hatch.version]\nsource = "vcs"\n'],
)
def test_a_version_of_the_tag_is_in_no_file(more: str, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/_version.py").write_text('__version__ = "1.2.0.dev3+g1234"\n')

    assert version_file(tmp_path, tomllib.loads(DYNAMIC + more)) is None


def test_a_version_that_is_stated_needs_no_file(tmp_path: Path) -> None:
    table = tomllib.loads('[project]\nname = "acme"\nversion = "1.0"\n[tool.hatch.version]\npath = "a.py"\n')
    (tmp_path / "a.py").write_text('__version__ = "2.0"\n')

    assert version_file(tmp_path, table) is None


@pytest.mark.parametrize("text", ["", "two words\n", "api_version = '1'\n", "# version = '1.2.0'\n"])
def test_what_says_no_version_is_not_read_as_one(text: str, tmp_path: Path) -> None:
    path = tmp_path / "VERSION"
    path.write_text(text)

    assert said_in(path) is None
