"""Texts of a changelog that wait for a release: found by their heading, with the commands that make notes of them."""

from __future__ import annotations

import pytest

from release.base.unreleased_notes import waiting_in

KINDS = ("breaking", "feature", "fix", "deprecation", "security", "docs", "misc")
KEPT = """\
# Changelog

## [Unreleased]

### Added

- A thing that
  takes two lines
- Another's "thing"

### Fixed

* What was broken

### Other

<!-- of no interest -->
- Odds and ends

## [1.2.0] - 2026-01-02

### Added

- What was released

[Unreleased]: https://example.org/compare
"""
RST = """\
History
=======

1.3.0 (unreleased)
------------------

- Nothing changed yet.

1.2.0 (2026-01-02)
------------------

- Released
"""


def commands(text: str) -> list[str]:
    return [command for each in waiting_in(text) for command in each.commands(KINDS)]


def test_each_item_becomes_a_note_of_the_type_of_its_title() -> None:
    assert commands(KEPT) == [
        "inv note feature 'A thing that takes two lines'",
        "inv note feature 'Another'\"'\"'s \"thing\"'",
        "inv note fix 'What was broken'",
        "inv note misc 'Odds and ends'",
    ]
    assert [each.title for each in waiting_in(KEPT)] == ["[Unreleased]"]


def test_a_heading_that_only_says_that_there_is_nothing_waits_for_nothing() -> None:
    assert waiting_in(RST) == []
    assert commands(RST.replace("Nothing changed yet.", "Something did\n  change.")) == [
        "inv note misc 'Something did change.'"
    ]


@pytest.mark.parametrize(
    ("title", "waits"),
    [
        *(("Unreleased", True), ("[unreleased] - yyyy-mm-dd", True), ("1.3.0 (unreleased)", True), ("1.3.dev0", True)),
        *(("Next", True), ("master", True), ("Upcoming changes", True), ("In development", True), ("TBD", True)),
        *(("1.3.0 (2026-02-03)", False), ("Mainframe support", False), ("The next generation of 1.2", False)),
        *(("Changelog", False), ("Installation", False)),
    ],
)
def test_which_headings_are_of_a_version_to_come(title: str, waits: bool) -> None:
    text = f"# All\n\n## {title}\n\n- Of it\n\n## 1.2.0\n\n- Old\n"

    assert commands(text) == (["inv note misc 'Of it'"] if waits else [])


def test_paragraphs_count_where_there_is_no_list_and_other_types_are_named_as_the_project_has_them() -> None:
    text = (
        "# News\n\n## Unreleased\n\nA paragraph\nof two lines.\n\nAnother one.\n\n### Bug fixes\n\n- Mended\n\n## 1.0\n"
    )

    (found,) = waiting_in(text.replace("\n", "\r\n"))

    assert found.commands(("feature", "bugfix", "misc")) == [
        "inv note misc 'A paragraph of two lines.'",
        "inv note misc 'Another one.'",
        "inv note bugfix Mended",
    ]
