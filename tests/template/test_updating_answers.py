"""Where a project comes from: answers that were edited, an answers file that is lost, a template that is elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from release.config.release_toml import parse_config
from tests.support.evolution import Evolution, append, edit
from tests.support.refusing import paste
from tests.support.updating import refusal, updated

SEED_OF_A_COMMAND = """\
#:schema release/schema.json
# How this project is released. Every key has a default; a file without any is fine. The keys: release/schema.json.

# What an installed release must be able to run.
smoke = ["acme", "--version"]
"""


def test_an_answer_edited_by_hand_is_taken_as_a_new_answer(updatable: Evolution) -> None:
    edit(updatable.root / ".copier-answers.yml", ("docs: zensical\n", "docs: sphinx\n"))
    updatable.project.commit("sphinx")

    told = updated(updatable, "--yes")

    assert "  to do   answer                              docs: zensical, now sphinx\n" in told
    assert (updatable.root / "docs/conf.py").exists()
    assert '"myst-parser"' in updatable.read("pyproject.toml")
    updated(updatable, "--check")


def test_the_kind_changed_to_existing_takes_no_file_away(updatable: Evolution) -> None:
    """What the template rendered once is the owner's from then on."""
    edit(updatable.root / ".copier-answers.yml", ("kind: command-line\n", "kind: existing\n"))
    updatable.project.commit("on our own")
    names = ("README.md", "LICENSE", "zensical.toml", "noxfile.py", "tasks.py", "pyproject.toml", "src/acme/cli.py")
    before = {name: updatable.read(name) for name in names}

    updated(updatable, "--yes")

    assert {name: updatable.read(name) for name in names} == before
    assert "kind: existing\n" in updatable.read(".copier-answers.yml")


def test_an_answer_can_be_changed_without_a_newer_template(updatable: Evolution) -> None:
    updated(updatable, "--yes")
    edit(updatable.root / ".copier-answers.yml", ("description: A Python project.\n", "description: Mine.\n"))
    updatable.project.commit("what it is")

    updated(updatable, "--yes")

    assert 'description = "Mine."\n' in updatable.read("pyproject.toml")


def test_what_an_answer_decides_is_changed_in_the_owners_files_too(updatable: Evolution) -> None:
    """Seeds and examples: the licence, the command, the documentation's tool, the forge, the index."""
    append(updatable.root / "README.md", "\nMine.\n")
    edit(
        updatable.root / ".copier-answers.yml",
        ("license: MIT\n", "license: Apache-2.0\n"),
        ("docs: zensical\n", "docs: sphinx\n"),
        ("kind: command-line\n", "kind: library\n"),
        ("forge: none\n", "forge: github\nnamespace: octo\npages: true\n"),
        ("index: pypi\n", "index: https://index.example.org/team/\n"),
    )
    updatable.project.commit("other answers", **{"release.toml": "quality = []\n\n" + SEED_OF_A_COMMAND})

    updated(updatable, "--yes")

    assert "Apache License" in updatable.read("LICENSE")
    assert not (updatable.root / "src/acme/cli.py").exists()
    assert not (updatable.root / "zensical.toml").exists()
    assert (updatable.root / "docs/conf.py").exists()
    assert "[project.scripts]" not in updatable.read("pyproject.toml")
    assert updatable.read("README.md").endswith("\nMine.\n")
    config = parse_config(updatable.read("release.toml"))
    assert [index.upload for index in config.index] == ["https://index.example.org/team/"]
    assert (config.forge.kind, config.smoke, config.quality) == ("github", (), ())
    assert "docs pages -- --to docs/_build/releases" in updatable.read(".github/workflows/pages.yml")
    updated(updatable, "--check")


def test_what_the_owner_made_of_a_file_that_an_answer_decides_is_a_conflict_not_lost(updatable: Evolution) -> None:
    edit(updatable.root / ".copier-answers.yml", ("index: pypi\n", "index: https://index.example.org/team/\n"))
    own = 'quality = []\n\n[[index]]\nname = "own"\nupload = "https://own.example.org/"\n'
    updatable.project.commit("an index", **{"release.toml": own})

    told = updated(updatable, "--yes", code=1)

    assert "unresolved conflicts on template/0.2.0: release.toml:" in told
    assert updatable.read("release.toml") == own


def test_an_answer_that_is_none_is_refused(updatable: Evolution) -> None:
    edit(updatable.root / ".copier-answers.yml", ("docs: zensical\n", "docs: mkdocs\n"))
    updatable.project.commit("mkdocs")

    assert refusal(updatable) == (
        "cannot render the template\n"
        "  why: 0.2.0: Invalid choice for 'docs': 'mkdocs' is not in ['zensical', 'sphinx', 'none']\n"
        "  run: $EDITOR .copier-answers.yml"
    )


def test_a_missing_answers_file_is_refused_and_comes_back(updatable: Evolution) -> None:
    (updatable.root / ".copier-answers.yml").unlink()
    updatable.project.commit("tidy")

    told = refusal(updatable)

    assert told.startswith("cannot update\n  why: .copier-answers.yml is missing: it says from which template")
    paste(updatable.project, told)
    updated(updatable, "--yes")


def rewrite(updatable: Evolution, row: str, instead: str) -> None:
    """Change a row of the answers file, and its digest with it: as a project of long ago has it."""
    path = updatable.root / ".copier-answers.yml"
    rows = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("# as written")]
    path.write_text("".join(instead if line.startswith(row) else line for line in rows))
    updatable.project.commit("other answers")


def test_a_relative_address_is_refused_with_the_absolute_one(updatable: Evolution) -> None:
    rewrite(updatable, "_src_path", "_src_path: ../keelway\n")

    told = refusal(updatable)

    assert told == (
        "cannot update\n"
        "  why: the template's address is ../keelway, which is relative: from elsewhere it is another place, or none\n"
        f"  run: inv update --template {updatable.template.project}"
    )
    paste(updatable.project, told)
    updatable.project.git("merge", "--quiet", "--ff-only", "template/0.2.0")
    assert f"_src_path: {updatable.template.project}\n" in updatable.read(".copier-answers.yml")


@pytest.mark.parametrize("row", ["_src_path", "_commit"])
def test_lost_provenance_is_refused(updatable: Evolution, row: str) -> None:
    rewrite(updatable, row, "")

    told = refusal(updatable)

    said = {
        "_src_path": ".copier-answers.yml has no _src_path, the address of the template\n"
        "  run: inv update --template ADDRESS",
        "_commit": ".copier-answers.yml has no _commit: the project was rendered from a folder without versions\n"
        "  run: $EDITOR .copier-answers.yml      (_commit: the version it is made from)",
    }
    assert told == f"cannot update\n  why: {said[row]}"


def test_a_template_that_moved_is_told_and_its_new_address_kept(updatable: Evolution) -> None:
    old = updatable.template.project
    old.rename(old.with_name("elsewhere"))

    told = refusal(updatable)

    assert told.splitlines()[0] == f"cannot reach the template at {old}"
    assert told.splitlines()[-1] == "  run: inv update --template ADDRESS      (where it is now)"
    there = f"git+file://{old.with_name('elsewhere')}"
    assert f"_src_path: {old}, now {there}" in updated(updatable, "--template", there.removeprefix("git+"), "--yes")
    assert f"_src_path: {there}\n" in updatable.read(".copier-answers.yml")
    assert "_commit: 0.2.0\n" in updatable.read(".copier-answers.yml")
    updated(updatable, "--check")


def test_another_template_is_refused(updatable: Evolution, tmp_path: Path) -> None:
    other = replace(updatable.template, project=tmp_path / "other")
    other.project.mkdir()
    other.git("init", "--quiet")
    other.commit("another template", **{"copier.yml": "x: 1\n"})

    assert refusal(updatable, "--template", str(other.project)) == (
        f"cannot update\n  why: the template at {other.project} has no 0.1.0, which this project was made from\n"
        "  run: inv update --template ADDRESS      (where it is now, with its history)"
    )
