"""A refusal has three parts: what, why, run."""

from __future__ import annotations

from release.base.errors import ReleaseError, describe


def test_the_three_parts_stand_below_each_other() -> None:
    error = ReleaseError("cannot publish acme", why="one reason\nand another", run="inv status")

    assert str(error) == "cannot publish acme\n  why: one reason\n       and another\n  run: inv status"


def test_an_empty_part_is_left_out() -> None:
    assert describe("stopped") == "stopped"
    assert describe("stopped", run="inv status") == "stopped\n  run: inv status"
