"""Whose files are whose: every file that a project receives has one class, and the class is true."""

from __future__ import annotations

from pathlib import Path

import yaml
from pathspec import GitIgnoreSpec

from release.template.file_classes import FileClass, parse_classes


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
    """A pattern that no rendered file matches is declared and not true; changelog.d and plans fill later.

    Two files are those of a project that installs the release process.
    """
    names = {path.relative_to(project).as_posix() for project in projects for path in project.rglob("*")}
    read = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    patterns = [each for key in ("_managed", "_shared", "_skip_if_exists", "_examples") for each in read[key]]
    patterns = [each for each in patterns if "existing" not in each]

    unused = [each for each in patterns if not any(map(GitIgnoreSpec.from_lines([each]).match_file, names))]
    assert unused == ["/release-constraints.py", "/release-noxfile.py", "/changelog.d/*.md", "/plans/"]
