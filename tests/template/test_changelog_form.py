"""A changelog written by hand: towncrier writes the next section above the newest one, in the form of the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from docutils.core import publish_doctree

from release.adapters.git.git_repository import Git
from release.base.changelog import sections
from release.base.shell import run
from release.template.changelog_form import form_of
from release.template.missing_parts import changelog_doubts, notes
from release.template.project_detection import Layout

HOME = "https://github.com/octo/acme"
FORMS = {
    "a word before the version": ("CHANGELOG.md", "## Version 1.2.0 (2025-03-04)", "## Version 1.2.1 (2026-01-02)"),
    "a v, in brackets": ("CHANGELOG.md", "## [v1.2.0] - 2025-03-04", "## [v1.2.1] - 2026-01-02"),
    "the project's name": ("NEWS.md", "# Acme 1.2.0, released 2025-03-04", "# Acme 1.2.1, released 2026-01-02"),
    "no date": ("docs/changes.md", "### 1.2.0", "### 1.2.1"),
    "a date in words": ("CHANGELOG.md", "## 1.2.0 (March 4, 2025)", "## 1.2.1 (2026-01-02)"),
    "a link to the tag": (
        "CHANGELOG.md",
        f"## [1.2.0]({HOME}/releases/tag/v1.2.0) (2025-03-04)",
        f"## [1.2.1]({HOME}/releases/tag/v1.2.1) (2026-01-02)",
    ),
    "a link to a comparison": (
        "CHANGELOG.md",
        f"## [1.2.0]({HOME}/compare/v1.1.0...v1.2.0) - 2025-03-04",
        f"## [1.2.1]({HOME}/releases/tag/v1.2.1) - 2026-01-02",
    ),
    "withdrawn": ("CHANGELOG.md", "## 1.2.0 - 2025-03-04 [YANKED]", "## 1.2.1 - 2026-01-02"),
    "setext": ("HISTORY.md", "1.2.0 (2025-03-04)\n------------------", "1.2.1 (2026-01-02)\n------------------"),
    "underlined": ("CHANGES.rst", "1.2.0 (2025-03-04)\n------------------", "1.2.1 (2026-01-02)\n------------------"),
    "lined twice": ("CHANGES.rst", "=====\n1.2.0\n=====", "=====\n1.2.1\n====="),
    "in a text file": ("CHANGES.txt", "Acme 1.2.0\n~~~~~~~~~~", "Acme 1.2.1\n~~~~~~~~~~"),
    "ATX in a text file": ("CHANGES.txt", "## 1.2.0", "## 1.2.1"),
}


def planted(root: Path, file: str, text: str) -> Layout:
    """Write a changelog and what adoption adds; return the layout that it was added to."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text)
    found = Layout(root, {"project": {"name": "acme"}}, Git(root, {}))
    for name, added in notes(found).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(added)
    return found


def built(root: Path) -> None:
    """Let towncrier write a fix and a feature as 1.2.1."""
    (root / "changelog.d").mkdir(exist_ok=True)
    (root / "changelog.d/+a.fix.md").write_text("Mended.\n")
    (root / "changelog.d/7.feature.md").write_text("New.\n\nMore of it.\n")
    argv = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", "1.2.1", "--date", "2026-01-02"]
    ended = run(argv, cwd=root)
    assert ended.code == 0, ended.out + ended.err


@pytest.mark.parametrize("name", FORMS)
def test_the_next_section_has_the_form_of_the_others(name: str, tmp_path: Path) -> None:
    file, old, new = FORMS[name]
    title = "History\n#######" if file.endswith(".rst") else "History\n=======" if "\n" in old else "History"
    older = old.replace("1.2.0", "1.1.0")
    text = f"{title}\n\n{old}\n\n- Second.\n\n{older}\n\n- First.\n"

    found = planted(tmp_path, file, text)
    assert changelog_doubts(found) == []
    built(tmp_path)

    written = (tmp_path / file).read_text()
    assert f"\n{new}\n" in written
    assert [str(each.version) for each in sections(written)] == ["1.2.1", "1.2.0", "1.1.0"]
    assert written.endswith(text[text.index(old) :])
    assert "- Mended." in sections(written)[0].body
    assert "New." in sections(written)[0].body
    if file.endswith(".rst"):
        publish_doctree(written, settings_overrides={"halt_level": 2, "report_level": 2})


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("## 1.2.0 Flying Fish\n\n- x\n\n## 1.1.0 Cod\n", 'the heading "1.2.0 Flying Fish" has words of its own'),
        ("## 1.3.0 (unreleased)\n\n- x\n\n## 1.2.0 (2025-03-04)\n", '"1.3.0 (unreleased)" is a section that waits'),
        ("## 1.1.0\n\n- x\n\n## 1.2.0\n", "its newest section is the last one"),
    ],
)
def test_what_cannot_be_told_is_said(text: str, doubt: str) -> None:
    form = form_of(text, "acme", markdown=True)

    assert [each.partition(";")[0][: len(doubt)] for each in form.doubts] == [doubt]
    assert "Fish" not in form.title
    assert "unreleased" not in form.title


def test_a_changelog_in_docs_is_found_and_one_without_sections_is_not_taken_before_it(tmp_path: Path) -> None:
    (tmp_path / "CHANGES.rst").write_text("See docs.\n")
    found = planted(tmp_path, "docs/changelog.rst", "Log\n===\n\n1.2.0\n-----\n\n- x\n")

    assert found.changelog() == "docs/changelog.rst"
