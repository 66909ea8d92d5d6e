"""Control characters: a terminal shows them, and obeys none."""

from __future__ import annotations

import pytest

from release.base.control_characters import first_control, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\nin two lines — ä, 漢字, 👩‍🚀", "plain\ttext\nin two lines — ä, 漢字, 👩‍🚀"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[8mconcealed", "concealed"),
        ("no go\x1b[1A\x1b[2Kgo", "no go\\x1b[1A\\x1b[2Kgo"),
        ("no go\rgo   ", "no go\\x0dgo   "),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("ab\x08\x7f", "ab\\x08\\x7f"),
        ("user \u202ecod.exe", "user \\u202ecod.exe"),
        ("windows\r\n", "windows\n"),
        ("a\n  ::add-mask::1\n::stop-commands::x", "a\n  \\x3a:add-mask::1\n\\x3a:stop-commands::x"),  # for CI
        ("see ##[add-path]/x, ##vso[task.x]", "see \\x23#[add-path]/x, \\x23#vso[task.x]"),
        ("an example::\n\n::\n\n    a::b\n## [1.2.0]", "an example::\n\n::\n\n    a::b\n## [1.2.0]"),
    ],
)
def test_control_characters_are_spelled_and_colours_are_left_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_first_one_is_named() -> None:
    assert first_control("a\r\n\tb") == ""
    assert first_control("a\x1b[0m\x07") == "\\x1b"
