"""The first few: nothing is left out in silence."""

from __future__ import annotations

from release.base.first_few import names_of, rows_of


def test_all_are_shown_where_they_are_few() -> None:
    assert rows_of(["a", "b"]) == "a\nb"
    assert names_of(["a", "b"], 2) == "a, b"


def test_what_is_left_out_is_counted() -> None:
    assert rows_of(range(7)) == "0\n1\n2\n3\n4\nand 2 more"
    assert names_of(["a", "b", "c"], 1) == "a and 2 more"
