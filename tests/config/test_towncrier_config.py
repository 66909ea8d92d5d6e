"""The fragments that are found are those that towncrier finds, in every form of its configuration."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from towncrier._builder import FragmentsPath, find_fragments
from towncrier._settings.load import load_config

from release.base.errors import ReleaseError
from release.config.pyproject import load_project
from release.config.towncrier_config import read_fragments, read_towncrier_config

TYPED = '[[tool.towncrier.type]]\nname = "Fixed"\n\n[[tool.towncrier.type]]\ndirectory = "new"\nname = "New"\n'
FORMS = {
    "nothing": ("", ["acme/newsfragments/1.feature.rst"]),
    "a package in a folder": (
        '[tool.towncrier]\npackage = "other"\npackage_dir = "src"\n',
        [
            "src/other/newsfragments/1.feature",
            "src/other/newsfragments/+.misc",
            "src/other/newsfragments/+x.bugfix.rst",
        ],
    ),
    "a folder": ('[tool.towncrier]\ndirectory = "./news/"\nfilename = "docs/CHANGES.md"\n', ["news/12.doc.md"]),
    "sections": (
        '[tool.towncrier]\ndirectory = "news"\n[[tool.towncrier.section]]\nname = "Core"\npath = "core"\n'
        '[[tool.towncrier.section]]\npath = ""\n',
        ["news/1.bugfix.rst", "news/core/2.feature.rst"],
    ),
    "sections of a package": (
        '[tool.towncrier]\n[[tool.towncrier.section]]\nname = "Core"\npath = "core"\n',
        ["acme/core/newsfragments/2.feature.rst"],
    ),
    "types as a list": (f'[tool.towncrier]\ndirectory = "news"\n{TYPED}', ["news/1.fixed", "news/fix-1.2.new.1.rst"]),
    "types as tables": (
        '[tool.towncrier]\ndirectory = "news"\n[tool.towncrier.fragment.chore]\nshowcontent = false\n'
        "[tool.towncrier.fragment.added]\n",
        ["news/3.chore", "news/3.added.md"],
    ),
    "a template beside the fragments": (
        '[tool.towncrier]\ndirectory = "news"\ntemplate = "news/Template.md.jinja"\n',
        ["news/1.bugfix.md"],
    ),
    "ignored names": (
        '[tool.towncrier]\ndirectory = "news"\nignore = ["*.feature.txt", "Howto.rst"]\n',
        ["news/1.bugfix.md"],
    ),
}
BESIDE = {
    "a template beside the fragments": ["news/Template.md.jinja"],
    "ignored names": ["news/1.feature.txt", "news/Howto.rst"],
}
ALWAYS = (".gitignore", "README.rst")


@pytest.mark.parametrize("name", FORMS)
def test_the_same_files_and_types_as_towncrier(name: str, tmp_path: Path) -> None:
    more, paths = FORMS[name]
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "acme"\n{more}')
    for path in (*paths, *BESIDE.get(name, ())):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("Something.\n")
    for beside in ALWAYS:
        (tmp_path / paths[0]).with_name(beside).write_text("x\n")
    notes = load_project(tmp_path).notes

    config = load_config(str(tmp_path))
    assert config is not None
    _, files = find_fragments(str(tmp_path), config, strict=False)
    theirs = sorted((str(Path(file).resolve().relative_to(tmp_path.resolve())), kind) for file, kind in files)
    assert sorted((each.path, each.kind) for each in read_fragments(tmp_path, notes)) == theirs
    assert [path for path, _ in theirs] == sorted(paths)
    assert set(notes.kinds) == set(config.types)
    assert notes.hidden == {kind for kind, type_ in config.types.items() if not type_["showcontent"]}
    assert notes.changelog == config.filename
    default = FragmentsPath(str(tmp_path), config)(
        next((each for each in config.sections.values() if not each), "core")
    )
    assert str(Path(default).resolve().relative_to(tmp_path.resolve())) == notes.folder


@pytest.mark.parametrize(
    ("name", "text"),
    [("12.bugfx.md", "x"), ("12.md", "x"), ("+words.md", "x"), ("bugfix.md", "x"), ("1.bugfix.md", " ")],
)
def test_what_was_meant_as_a_fragment_and_is_none_is_refused(name: str, text: str) -> None:
    notes = read_towncrier_config({"directory": "news"})

    with pytest.raises(ReleaseError):
        notes.fragment(f"news/{name}", text)


@pytest.mark.parametrize("name", ["HOWTO.rst", "_template.md", "conftest.py", "template.jinja", "README", ".keep"])
def test_what_only_is_beside_them_is_not_read(name: str) -> None:
    assert read_towncrier_config({"directory": "news"}).fragment(f"news/{name}", "x") is None


def test_a_hidden_type_may_be_empty_where_an_issue_is_shown() -> None:
    notes = read_towncrier_config({"directory": "news"})

    found = notes.fragment("news/12.misc", "")
    assert found is not None
    assert (found.path, found.kind) == ("news/12.misc", "misc")
    with pytest.raises(ReleaseError):
        notes.fragment("news/+words.misc", "")


@pytest.mark.parametrize(
    ("kinds", "mending"),
    [(["added", "fixed", "x"], "fixed"), (["feature", "bugfix", "misc"], "bugfix"), (["change"], "change")],
)
def test_the_advised_type_is_one_of_the_projects_own(kinds: list[str], mending: str) -> None:
    table = tomllib.loads("".join(f'[[type]]\nname = "{each}"\n' for each in kinds))

    assert read_towncrier_config(table).mending == mending
