"""What pyproject.toml says of a project, and its fragments."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.config.pyproject import Project, load_project, parse_project
from release.config.towncrier_config import TowncrierConfig, read_fragments
from release.config.version_file import declared

NOTES = TowncrierConfig(("changelog.d",), ("feature", "fix"), "CHANGELOG.md")


def test_a_project_is_read(rendered: Path) -> None:
    project = load_project(rendered)

    assert project.name == "acme"
    assert project.version == "0.1.0.dev0"
    assert project.pythons[0] == "3.10"
    kinds = ("breaking", "feature", "fix", "deprecation", "security", "docs", "misc")
    assert project.notes == TowncrierConfig(("changelog.d",), kinds, "CHANGELOG.md")
    assert project.notes.mending == "fix"


def test_little_is_enough() -> None:
    kinds = ("feature", "bugfix", "doc", "removal", "misc")
    notes = TowncrierConfig(("acme/newsfragments",), kinds, "NEWS.rst", hidden=frozenset({"misc"}), extension=".rst")

    assert parse_project('[project]\nname = "acme"') == Project("acme", None, (), (), notes)
    assert notes.mending == "bugfix"


@pytest.mark.parametrize(
    ("name", "canonical", "stem"),
    [("acme", "acme", "acme"), ("Acme.Tools", "acme-tools", "acme_tools"), ("a__b--C", "a-b-c", "a_b_c")],
)
def test_a_name_is_compared_and_written_as_indexes_do(name: str, canonical: str, stem: str) -> None:
    project = parse_project(f'[project]\nname = "{name}"')

    assert (project.canonical, project.stem) == (canonical, stem)


def test_pythons_are_those_of_the_classifiers_by_their_number() -> None:
    words = ", ".join(
        f'"Programming Language :: Python :: {each}"' for each in ("3.9", "3.12", "3", "3.10", "3 :: Only", "2.7")
    )

    assert parse_project(f'[project]\nname = "acme"\nclassifiers = [{words}]').pythons == ("3.9", "3.10", "3.12")


@pytest.mark.parametrize(
    "table",
    [
        '[[tool.towncrier.type]]\ndirectory = "feature"\nname = "Features"\nshowcontent = true\n'
        '[[tool.towncrier.type]]\ndirectory = "fix"\nname = "Fixes"\nshowcontent = true\n',
        "[tool.towncrier.fragment.fix]\n[tool.towncrier.fragment.feature]\n",
    ],
)
def test_types_are_read_in_both_forms_that_towncrier_takes(table: str) -> None:
    assert parse_project(f'[project]\nname = "acme"\n{table}').notes.kinds == ("feature", "fix")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[tool.acme]", "it has no [project] table with a name (PEP 621)"),
        ("[project]\nname = 1", "it has no [project] table with a name (PEP 621)"),
        ("[project", None),
    ],
)
def test_what_is_no_project_is_refused(text: str, why: str | None) -> None:
    with pytest.raises(ReleaseError) as refusal:
        parse_project(text)

    assert refusal.value.what == "cannot use pyproject.toml"
    assert why is None or refusal.value.why == why
    assert refusal.value.run == "$EDITOR pyproject.toml"


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        load_project(tmp_path)

    assert refusal.value.what == "cannot use pyproject.toml"
    assert refusal.value.why.startswith("there is none in ")


def test_fragments_are_read_by_name_and_what_lies_beside_them_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "changelog.d"
    (folder / "12.fix.md.d").mkdir(parents=True)
    for name in ("b.fix.md", "a.feature.md", ".gitignore", "README.md", "template.md.jinja", "_draft.md"):
        (folder / name).write_text(f"text of {name}")

    found = [(each.name, each.kind) for each in read_fragments(tmp_path, NOTES)]

    assert found == [("a.feature.md", "feature"), ("b.fix.md", "fix")]


def test_a_project_without_the_folder_has_no_fragments(tmp_path: Path) -> None:
    assert read_fragments(tmp_path, NOTES) == ()


SETUP_CFG = """\
[metadata]
name = acme-cfg
version = 1.2.0
classifiers =
    # tried
    Programming Language :: Python :: 3.12
    Programming Language :: Python :: 3.11
project_urls =
    Documentation = https://acme.example.org/

[options]
install_requires =
    requests>=2
    tomli; python_version < "3.11"
"""


def test_setup_cfg_stands_in_where_pyproject_has_no_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    (tmp_path / "setup.cfg").write_text(SETUP_CFG)

    found = load_project(tmp_path)

    assert (found.name, found.version, found.pythons) == ("acme-cfg", "1.2.0", ("3.11", "3.12"))
    assert found.dependencies == ("requests>=2", 'tomli; python_version < "3.11"')
    assert found.documentation == "https://acme.example.org/"


@pytest.mark.parametrize(
    ("said", "path", "text"),
    [
        ("attr: acme.__version__", "src/acme/__init__.py", '__version__ = "1.2.0"\n'),
        ("attr: acme.about.VERSION", "acme/about.py", 'VERSION = "1.2.0"\n'),
        ("file: VERSION.txt", "VERSION.txt", "1.2.0\n"),
    ],
)
def test_where_setup_cfg_takes_the_version_from_is_followed(tmp_path: Path, said: str, path: str, text: str) -> None:
    (tmp_path / "setup.cfg").write_text(SETUP_CFG.replace("version = 1.2.0", f"version = {said}"))
    (tmp_path / "setup.py").write_text("from setuptools import setup\n\nsetup()\n")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)

    stated = declared(tmp_path, {})

    assert load_project(tmp_path).version == "1.2.0"
    assert stated is not None
    assert stated.path == path


def test_what_setup_py_gives_counts_before_setup_cfg(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text(SETUP_CFG)
    given = 'name=NAME, install_requires=["click"], version=computed()'
    text = f'import setuptools\n\nNAME = "acme-py"\nsetuptools.setup({given})\n'
    (tmp_path / "setup.py").write_text(text)

    found = load_project(tmp_path)

    assert (found.name, found.version, found.dependencies) == ("acme-py", "1.2.0", ("click",))


def test_what_setup_py_takes_from_a_module_that_it_executes_is_read_there(tmp_path: Path) -> None:
    """As python-slugify and many others do it."""
    (tmp_path / "src" / "acme").mkdir(parents=True)
    (tmp_path / "src" / "acme" / "__version__.py").write_text('__title__ = "acme-about"\n__version__ = "1.2.0"\n')
    text = """\
import os
from setuptools import setup

about = {}
with open(os.path.join("src", "acme", "__version__.py")) as file:
    exec(file.read(), about)
setup(name=about["__title__"], version=about["__version__"])
"""
    (tmp_path / "setup.py").write_text(text)

    found = load_project(tmp_path)

    assert (found.name, found.version) == ("acme-about", "1.2.0")
    stated = declared(tmp_path, {})
    assert stated is not None
    assert stated.path == "src/acme/__version__.py"


def test_a_name_that_setup_py_computes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    (tmp_path / "setup.py").write_text("from setuptools import setup\n\nsetup(name='-'.join(['a', 'b']))\n")

    with pytest.raises(ReleaseError) as refusal:
        load_project(tmp_path)

    why = "it has no [project] table with a name (PEP 621), and neither setup.py nor setup.cfg states one"
    assert refusal.value.why == why
