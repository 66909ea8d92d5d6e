"""A day is written in the form of the dates that are there."""

from __future__ import annotations

from datetime import date

import pytest

from release.base.written_dates import written_like


@pytest.mark.parametrize(
    ("examples", "written"),
    [
        (["1.2.0 (2025-03-04)"], "2026-11-09"),
        (["24.1.0 2025/03/14"], "2026/11/09"),
        (["2.0, 2025.03.04"], "2026.11.09"),
        (["1.2.0 (March 4, 2025)"], "November 9, 2026"),
        (["1.2.0 - Mar 14 2025"], "Nov 9 2026"),
        (["4th March 2025: 1.2"], "9th November 2026"),
        (["1.2 (04 Mar 2025)"], "09 Nov 2026"),
        (["1.2 (Mar. 2025)"], "Nov. 2026"),
        (["1.0 04.03.2025"], "09.11.2026"),
        (["1.1 03/04/2025", "1.0 03/28/2025"], "11/09/2026"),
        (["1.1 03/04/2025", "1.0 28/03/2025"], "09/11/2026"),
        (["Unreleased", "1.0 (4 March 2025)"], "9 November 2026"),
    ],
)
def test_the_form_of_the_first_date_is_kept(examples: list[str], written: str) -> None:
    assert written_like(examples, date(2026, 11, 9)) == written


@pytest.mark.parametrize("examples", [[], ["1.2.0"], ["1.1 03/04/2025"], ["1.2.3", "1.2.2 (soon)"]])
def test_no_form_is_guessed(examples: list[str]) -> None:
    assert written_like(examples, date(2026, 11, 9)) is None
