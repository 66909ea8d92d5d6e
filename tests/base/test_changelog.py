"""The changelog by its sections: found in the headings of several styles, and put where their versions belong."""

from __future__ import annotations

import pytest
from packaging.version import Version

from release.base.changelog import has_section, sections, with_section

HEAD = "# Changelog\n\nNewest first.\n\n"


def log(*versions: str, style: str = "## {} (2026-01-02)") -> str:
    return HEAD + "\n\n".join(f"{style.format(version)}\n\n### Fixes\n\n- What {version} is.\n" for version in versions)


@pytest.mark.parametrize("style", ["## {} (2026-01-02)", "## [{}] - 2026-01-02", "## acme {} (x)", "# v{}", "## v{}"])
def test_sections_are_found_in_the_headings_of_several_styles(style: str) -> None:
    text = log("1.10.0", "1.9.0rc1", style=style)

    assert [str(each.version) for each in sections(text)] == ["1.10.0", "1.9.0rc1"]
    assert has_section(text, Version("1.10.0"))
    assert not has_section(text, Version("1.1"))


def test_a_version_in_a_heading_inside_of_a_section_is_no_section() -> None:
    assert [str(each.version) for each in sections(log("1.1.0") + "\n### Since 1.0.5\n\n- x\n")] == ["1.1.0"]


def test_what_looks_like_a_version_and_is_none_is_passed_over() -> None:
    assert sections("## 1.2.3.4.x5\n") == sections("text 1.2.3\n") == []


@pytest.mark.parametrize(
    ("mine", "theirs", "version", "order"),
    [
        (["1.3.0", "1.2.0"], ["1.2.1", "1.2.0"], "1.2.1", ["1.3.0", "1.2.1", "1.2.0"]),
        (["1.2.0"], ["1.3.0", "1.2.0"], "1.3.0", ["1.3.0", "1.2.0"]),
        (["1.3.0", "1.2.0"], ["1.1.9"], "1.1.9", ["1.3.0", "1.2.0", "1.1.9"]),
    ],
)
def test_a_section_is_put_where_its_version_belongs(
    mine: list[str], theirs: list[str], version: str, order: list[str]
) -> None:
    text = with_section(log(*mine), log(*theirs), Version(version))

    assert text is not None
    assert text.startswith(HEAD)
    assert [str(each.version) for each in sections(text)] == order
    assert text.count(f"- What {version} is.") == 1
    assert all(f"- What {each} is." in text for each in mine)


def test_nothing_is_guessed_where_a_changelog_shows_no_place() -> None:
    assert with_section("# Changes\n", log("1.0.0"), Version("1.0.0")) is None
    assert with_section(log("1.0.0"), log("1.0.0"), Version("2.0.0")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Release History\n===============\n\n1.2.0 (2026-05-01)\n-----\n\n- Two\n\n1.1.0\n-----\n\n- One\n",
        "Changes\n#######\n\n=====\n1.2.0\n=====\n\n- Two\n\n=====\n1.1.0\n=====\n\n- One\n",
        "Changes\n*******\n\n.. _v1.2:\n\n1.2.0\n=====\n\nBugs\n----\n\n- Two\n\nacme 1.1.0\n==========\n\n- One\n",
        "# C\r\n\r\n## v1.2.0 - 04.03.2025\r\n\r\n```\n## 9.9.9\n```\r\n\r\n- Two\r\n\r\n## v1.1.0\r\n\r\n- One\r\n",
        "Changes\n=======\n\n1.2.0\n~~~~~\n\n- Two\n\nacme 1.1.0\n~~~~~~~~~~\n\n- One\n",
        "## Version 1.2.0 (March 4, 2025) ##\n\n- Two\n\n## Older versions: 1.1.0\n\n- One\n",
    ],
)
def test_sections_are_what_a_reader_takes_for_one(text: str) -> None:
    """Underlined headings, with a line over them, with a label before them; not what is in a block of code."""
    found = sections(text)

    assert [str(each.version) for each in found] == ["1.2.0", "1.1.0"]
    assert "- Two" in found[0].body
    assert "- One" not in found[0].text
    assert "".join(each.text for each in found) == text[found[0].start :]
    assert text[found[0].start :].startswith((".. _v1.2:", "1.2.0", "=====", "## "))


def test_a_section_of_restructured_text_is_put_with_its_lines() -> None:
    theirs = "Changes\n#######\n\n=====\n1.2.1\n=====\n\n- New\n\n=====\n1.2.0\n=====\n\n- Two\n"
    mine = "Changes\n#######\n\n=====\n1.3.0\n=====\n\n- More\n\n=====\n1.2.0\n=====\n\n- Two\n"

    text = with_section(mine, theirs, Version("1.2.1"))

    assert text is not None
    assert "- More\n\n=====\n1.2.1\n=====\n\n- New\n\n\n=====\n1.2.0\n" in text
