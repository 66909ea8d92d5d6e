"""What adoption writes, text by text: nothing but new lines, whatever the file looks like."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from release.adapters.git.git_repository import Git
from release.base.text_file import with_ends_of
from release.template.missing_parts import configured, packing
from release.template.project_detection import Layout, layout
from tests.support.world import World

PAGE = "# Where the page of each release is made; none: it has no page.\n"


@pytest.mark.parametrize(
    ("old", "text", "new"),
    [
        ("", "a\nb\n", "a\nb\n"),
        ("a\nb\n", "a\nb\n\nc\n", "a\nb\n\nc\n"),
        ("a\r\nb\r\n", "a\nx\nb\nc\n", "a\r\nx\r\nb\r\nc\r\n"),
        ("a\r\nb", "a\nb\nc\n", "a\r\nb\r\nc\r\n"),
        ("a\nb\r\nc\n", "a\nb\nc\nd\n", "a\nb\r\nc\nd\n"),
    ],
)
def test_lines_keep_their_ends(old: str, text: str, new: str) -> None:
    assert with_ends_of(old, text) == new


def test_a_forge_is_written_below_all_else_and_once() -> None:
    text = configured('# Ours.\n\n[[index]]\nname = "x"\n', {"branch": '"trunk"'}, "gitlab")

    assert text == f'# Ours.\n\nbranch = "trunk"\n\n[[index]]\nname = "x"\n\n{PAGE}[forge]\nkind = "gitlab"\n'
    assert tomllib.loads(text)["forge"] == {"kind": "gitlab"}
    assert configured(text, {"branch": '"main"'}, "gitea") == text


def test_nothing_is_written_where_all_is_as_usual() -> None:
    assert configured("# Ours.\n", {}) == "# Ours.\n"


FIND = "[tool.setuptools.packages.find]\n"


@pytest.mark.parametrize(
    ("written", "more", "to_do"),
    [
        ('exclude = ["tests*"]\n', 'include = ["acme", "acme.*"]  # release/ is not packed\n', ""),
        ("namespaces = false\n", 'include = ["acme", "acme.*", "tests", "tests.*"]  # release/ is not packed\n', ""),
        ('where = ["src"]\n', None, ""),
        ('exclude = ["tests*", "release*"]\n', None, ""),
        ('include = ["acme*"]\n', None, ""),
        (
            'include = ["*"]\n',
            None,
            'write into [tool.setuptools.packages.find] of pyproject.toml: exclude = ["release", "release.*"]',
        ),
    ],
)
def test_where_setuptools_finds_packages_it_does_not_find_release(
    tmp_path: Path, written: str, more: str | None, to_do: str
) -> None:
    found = setuptools_project(tmp_path, f"{FIND}{written}", "acme/__init__.py", "tests/__init__.py", "release/x.py")

    texts, left = packing(found)

    text = (tmp_path / "pyproject.toml").read_text()
    assert texts == ({} if more is None else {"pyproject.toml": text.replace(FIND, f"{FIND}{more}")})
    assert left == to_do


@pytest.mark.parametrize(
    ("name", "text", "to_do"),
    [
        (
            "setup.py",
            "from setuptools import find_packages, setup\nsetup(packages=find_packages())\n",
            'setup.py finds release/, too; write into it: find_packages(exclude=["release", "release.*"])',
        ),
        ("setup.py", 'setup(packages=find_packages("src"), package_dir={"": "src"})\n', ""),
        ("setup.py", 'setup(packages=["acme"])\n', ""),
        (
            "setup.cfg",
            "[options]\npackages = find:\n",
            "setup.cfg finds release/, too; write into it: [options.packages.find] exclude = release, release.*",
        ),
        ("setup.cfg", "[options]\npackages = find:\n[options.packages.find]\nwhere = src\n", ""),
    ],
)
def test_what_finds_packages_in_setup_is_said(tmp_path: Path, name: str, text: str, to_do: str) -> None:
    (tmp_path / name).write_text(text)

    assert packing(setuptools_project(tmp_path, "", "acme/__init__.py")) == ({}, to_do)


def setuptools_project(root: Path, text: str, *modules: str) -> Layout:
    """Return the layout of a project with these modules, tracked by git, and this in its pyproject.toml."""
    world = World(root, root.parent / "none.git", "", root.parent / "home")
    world.git("init", "--quiet")
    head = '[build-system]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "acme"\nversion = "1"\n'
    world.commit("start", **{"pyproject.toml": head + text}, **dict.fromkeys(modules, ""))
    return layout(root, Git(root, world.environment()))
