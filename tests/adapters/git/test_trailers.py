"""Trailers at the end of a message, as people, git and forges write them."""

from __future__ import annotations

import pytest

from release.adapters.git.trailers import trailers_of

RELEASE = ("Release", "1.2.0")
AUTHOR = ("Co-authored-by", "Grace <grace@example.org>")


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Release acme 1.2.0\n\nRelease: 1.2.0\n", [RELEASE]),
        (
            "A (#12)\n\nRelease: 1.2.0\n\nCo-authored-by: Grace <grace@example.org>\n",
            [RELEASE, AUTHOR],
        ),
        ("A\n\nRelease: 1.2.0\n\n---------\n\nCo-authored-by: Grace <grace@example.org>", [RELEASE, AUTHOR]),
        ("A\n\nText.\n\nRelease: 1.2.0\nCo-authored-by: Grace <grace@example.org>", [RELEASE, AUTHOR]),
        ("A\r\n\r\nRelease: 1.2.0\r\n", [RELEASE]),
        ("A\n\nRelease: 1.2.0\n\nand more of it", []),
        ("A\n\nas in\nRelease: 1.2.0", []),
        ("Release: 1.2.0", []),
        ("A", []),
        ("", []),
    ],
)
def test_the_last_paragraphs_are_trailers_as_long_as_they_are_nothing_else(
    message: str, found: list[tuple[str, str]]
) -> None:
    assert trailers_of(message) == found
