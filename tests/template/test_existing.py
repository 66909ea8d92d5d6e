"""A project that is there already is found by itself; what was answered once, or is said, counts before it."""

from __future__ import annotations

from pathlib import Path

import copier
import pytest
import yaml

from tests.support.layouts import LAYOUTS, plant
from tests.support.rendered import contents
from tests.support.traces import bytes_below
from tests.support.world import World

PYPROJECT = '[project]\nname = "there"\nversion = "1.2.0"\n'


def kind(project: Path) -> str:
    """Return the kind that a project's answers file names."""
    return str(yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))["kind"])


def copied(template: Path, project: Path | str, **answers: str) -> str:
    """Copy the template as `copier copy --defaults` does, and return the kind that came of it."""
    copier.run_copy(str(template), project, data=answers, defaults=True, quiet=True)
    return kind(Path(project))


@pytest.mark.parametrize(
    ("folder", "inside", "address"),
    [
        ("acme", ".", "."),
        ("[ab] *", ".", "."),
        ("a b", "..", "a b"),
        ("a[1]", "..", "a[1]"),
        ("*", "/", "{}"),
        ("what? ü\\", "/", "{}"),
        ("{{ a }}'\"", "/", "{}"),
    ],
)
def test_a_project_is_found_whatever_its_folder_is_called(
    slim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, inside: str, address: str
) -> None:
    """From within, by its relative address, and by its absolute one."""
    project = tmp_path / folder
    project.mkdir()
    (project / "pyproject.toml").write_text(PYPROJECT)
    monkeypatch.chdir(project / inside)

    assert copied(slim, address.replace("{}", str(project))) == "existing"
    assert (project / "pyproject.toml").read_text() == PYPROJECT


def test_a_project_of_the_time_before_pyproject_is_found(slim: Path, tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("from setuptools import setup\n\nsetup()\n")

    assert copied(slim, tmp_path) == "existing"


@pytest.mark.parametrize("folder", ["[ab]", "a*"])
def test_a_project_beside_it_is_not_meant(slim: Path, tmp_path: Path, folder: str) -> None:
    """As patterns, both names would be the other folder's, too."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/pyproject.toml").write_text(PYPROJECT)
    (tmp_path / folder).mkdir()

    assert copied(slim, tmp_path / folder) == "library"


def test_a_folder_with_other_files_gets_a_new_project(slim: Path, tmp_path: Path) -> None:
    project = tmp_path / "acme"
    project.mkdir()
    (project / "LICENSE").write_text("Mine.\n")

    assert copied(slim, project) == "library"
    assert (project / "LICENSE").read_text() == "Mine.\n"


def test_what_was_answered_counts_before_what_lies_there(slim: Path, tmp_path: Path) -> None:
    """A project of ours has a pyproject.toml, too: copied again it stays what it was."""
    project = tmp_path / "acme"
    assert copied(slim, project, kind="command-line") == "command-line"
    before = bytes_below(project)

    assert copied(slim, project) == "command-line"
    assert bytes_below(project) == before
    (project / "noxfile.py").unlink()
    copier.run_recopy(str(project), defaults=True, overwrite=True, quiet=True)
    assert bytes_below(project) == before


def test_what_is_said_counts_before_what_lies_there(slim: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)

    copier.run_copy(str(slim), tmp_path, data={"kind": "library"}, defaults=True, overwrite=True, quiet=True)

    assert kind(tmp_path) == "library"


def test_a_project_that_is_found_has_the_bytes_of_one_that_is_named(template: Path, tmp_path: Path) -> None:
    """So an update renders anew, elsewhere, what is there."""
    found, named = tmp_path / "found", tmp_path / "named"
    found.mkdir()
    (found / "pyproject.toml").write_text(PYPROJECT)

    copied(template, found)
    copied(template, named, kind="existing")

    (found / "pyproject.toml").unlink()
    assert bytes_below(found) == bytes_below(named)


def test_the_answers_of_another_template_are_not_overwritten(slim: Path, tmp_path: Path) -> None:
    theirs = "_commit: v1\n_src_path: gh:a/b\nkind: library\n"
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / ".copier-answers.yml").write_text(theirs)

    with pytest.raises(ValueError, match="is of another template, and would be lost") as refused:
        copied(slim, tmp_path)

    words = str(refused.value).rpartition("\n")[2].split()
    assert words == ["copier", "copy", "--answers-file", ".copier-answers.release.yml", f'"{slim}"', f'"{tmp_path}"']
    copier.run_copy(str(slim), tmp_path, answers_file=words[3], defaults=True, quiet=True)
    assert (tmp_path / ".copier-answers.yml").read_text() == theirs
    assert yaml.safe_load((tmp_path / words[3]).read_text()) == {
        "_src_path": str(slim),
        "index": "pypi",
        "kind": "existing",
    }


def test_what_it_has_by_names_of_ours_is_its_own(template: Path, tmp_path: Path) -> None:
    """Nothing is asked and nothing is overwritten, also where the folder's name has characters of patterns."""
    project = tmp_path / "[a] *"
    fresh = tmp_path / "fresh"
    copied(template, fresh, kind="existing")
    ours = (".copier-answers.yml", "release.toml")  # of another tool it is refused
    names = [name for name in contents(fresh) if not name.startswith("release/") and name not in ours]
    mine = dict.fromkeys([*names, "pyproject.toml"], PYPROJECT)
    for name, text in mine.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)

    assert copied(template, project) == "existing"

    assert {name: (project / name).read_text() for name in mine} == mine
    assert {*names} >= {
        "constraints.txt",
        "RELEASING.md",
        "changelog.d/.gitignore",
        "noxfile.py",
        "tasks.py",
    }


def test_the_wrong_kind_changes_nothing(slim: Path, tmp_path: Path) -> None:
    world = plant(LAYOUTS["hatch-vcs, flat, kept changelog"], tmp_path, "")

    ran = world.run("copier", "copy", "--defaults", "-d", "kind=library", slim, ".")

    assert ran.code != 0, ran.text
    assert "a project is there already, and library would overwrite files of it: take existing" in ran.text
    assert world.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "name", ["release.py", "release/__init__.py", "release/notes/1.2.md", "src/release.py", "src/release/__init__.py"]
)
def test_a_project_that_has_another_release_is_refused_before_anything_is_written(
    slim: Path, tmp_path: Path, name: str
) -> None:
    for path in ("pyproject.toml", name):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(PYPROJECT)
    before = bytes_below(tmp_path)

    with pytest.raises(ValueError, match="release is the name of something else in this project"):
        copied(slim, tmp_path)

    assert bytes_below(tmp_path) == before


def test_the_release_toml_of_another_tool_is_named_before_anything_is_written(slim: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "release.toml").write_text('sign-commit = true\ntag-name = "v{{version}}"\n')
    before = bytes_below(tmp_path)

    with pytest.raises(ValueError, match=r"release.toml is another tool's \(cargo-release has one\)"):
        copied(slim, tmp_path)

    assert bytes_below(tmp_path) == before


def test_the_release_process_can_be_laid_over_itself(template: Path, tmp_path: Path) -> None:
    """Where the answers file is lost, too."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    copied(template, tmp_path)
    before = bytes_below(tmp_path)
    (tmp_path / ".copier-answers.yml").unlink()

    assert copied(template, tmp_path) == "existing"
    assert bytes_below(tmp_path) == before


def test_one_command_is_told_for_whatever_lies_there(slim: Path, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/pyproject.toml").write_text(PYPROJECT)
    world = World(tmp_path / "acme", tmp_path / "none.git", "", tmp_path / "home")

    ran = world.run("copier", "copy", "--defaults", slim, "acme", cwd=tmp_path)

    assert ran.code == 0, ran.text
    assert ran.text.partition("The release process is there")[2].split("\n\n")[:2] == [
        ", and what was there before is as it was. Next, whatever your noxfile.py knows:",
        '  cd "acme"\n  nox -f release/noxfile.py -s adopt      # no nox yet: python -m pip install "nox[uv]"',
    ]
