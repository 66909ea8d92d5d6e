"""What adoption writes, text by text: nothing but new lines, whatever the file looks like."""

from __future__ import annotations

import tomllib

import pytest

from release.base.line_ends import with_ends_of
from release.template.missing_parts import configured

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
