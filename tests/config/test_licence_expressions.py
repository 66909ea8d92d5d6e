"""Licences: what metadata says of them, and whether a list allows them."""

from __future__ import annotations

import pytest

from release.config.licence_expressions import PERMISSIVE, allowed, expression_of


@pytest.mark.parametrize(
    ("expression", "text", "classifiers", "told"),
    [
        ("MIT OR Apache-2.0", "whatever", ["License :: OSI Approved :: BSD License"], "MIT OR Apache-2.0"),
        ("", "", ["License :: OSI Approved :: MIT License"], "MIT"),
        ("", "BSD", ["License :: OSI Approved"], "BSD-3-Clause"),
        ("", "ISC", [], "ISC"),
        ("", "Copyright (c) 2020 Ada\n\nPermission is ...", [], "Copyright (c) 2020 Ada"),
        ("", "", [], ""),
        (
            "",
            "",
            ["License :: OSI Approved :: MIT License", "License :: OSI Approved :: Apache Software License"],
            "MIT OR Apache-2.0",
        ),
    ],
)
def test_the_expression_is_what_the_metadata_says(
    expression: str, text: str, classifiers: list[str], told: str
) -> None:
    assert expression_of(expression, text, classifiers) == told


@pytest.mark.parametrize(
    ("expression", "yes"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", True),
        ("GPL-3.0-or-later", False),
        ("Copyright (c) 2020 Ada", False),
        ("LicenseRef-Own", False),
        ("", False),
    ],
)
def test_a_choice_needs_one_of_its_licences_and_a_sum_all(expression: str, yes: bool) -> None:
    assert allowed(expression, PERMISSIVE) is yes


def test_an_exception_is_allowed_where_it_is_named() -> None:
    expression = "GPL-3.0-or-later WITH GCC-exception-3.1"

    assert not allowed(expression, PERMISSIVE)
    assert allowed(expression, [expression])
