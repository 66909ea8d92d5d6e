"""A version whose heading is in brackets has its own link, in the form of the others."""

from __future__ import annotations

import pytest
from packaging.version import Version

from release.base.changelog_links import with_link

HEAD = (
    "# Changelog\n\n## [Unreleased]\n\n## [{0}1.2.1] - 2026-01-01\n\n- New.\n\n## [{0}1.2.0] - 2025-03-04\n\n- Old.\n\n"
)
HOME = "https://code.example.org/octo/acme"


@pytest.mark.parametrize(
    ("v", "old", "new"),
    [
        (
            "",
            f"[Unreleased]: {HOME}/compare/v1.2.0...HEAD\n[1.2.0]: {HOME}/compare/v1.1.0...v1.2.0\n[1.1.0]: {HOME}/x\n",
            f"[Unreleased]: {HOME}/compare/v1.2.1...HEAD\n[1.2.1]: {HOME}/compare/v1.2.0...v1.2.1\n"
            f"[1.2.0]: {HOME}/compare/v1.1.0...v1.2.0\n[1.1.0]: {HOME}/x\n",
        ),
        ("v", f"[v1.2.0]: {HOME}/tag/v1.2.0\n", f"[v1.2.1]: {HOME}/tag/v1.2.1\n[v1.2.0]: {HOME}/tag/v1.2.0\n"),
        ("", "", ""),
    ],
)
def test_the_new_version_is_linked_as_the_one_before_it(v: str, old: str, new: str) -> None:
    assert with_link(HEAD.format(v) + old, Version("1.2.1")) == HEAD.format(v) + new


def test_a_link_that_is_there_stays() -> None:
    text = HEAD.format("") + "[1.2.1]: x\n[1.2.0]: y\n"

    assert with_link(text, Version("1.2.1")) == text
