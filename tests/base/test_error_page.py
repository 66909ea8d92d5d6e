"""Every error has a page: each message of release/ and each class of errors has its place there."""

from __future__ import annotations

import re

import pytest

from release.base.errors import SECTIONS, section_of, seen_at
from tests.support.error_page import OURS, SITE, messages, page
from tests.support.error_page_texts import KINDS, NAMES, TEXTS

AGAIN = "run: PYTHONPATH=template python -m tests.support.error_page"


def test_the_pages_have_every_section() -> None:
    """The tables of the site's page are made anew by nox -s docs; what is written by hand is the same in both."""
    assert OURS.read_text(encoding="utf-8") == page(), AGAIN
    written = set(SITE.read_text(encoding="utf-8").splitlines())
    assert [line for line in page().splitlines() if line not in written] == [], AGAIN


def test_every_message_is_explained_in_a_section() -> None:
    """Few are left for the section of what fits nowhere else."""
    others = [each.what for each in messages() if section_of(each.what) == "files"]

    assert len(messages()) > 300
    assert len(others) < 0.1 * len(messages()), f"name these in base/errors.py: {others}"


def test_every_class_of_errors_is_explained() -> None:
    assert NAMES - {"_NotYet"} == set(KINDS)
    assert {at for _, at in KINDS.values()} <= set(SECTIONS)


def test_every_section_has_a_cause_an_example_and_a_way_out_and_is_its_own_anchor() -> None:
    assert list(TEXTS) == list(SECTIONS)
    used = {section_of(each.what) for each in messages()}
    for anchor, (title, about) in TEXTS.items():
        assert re.sub(r"\W+", "-", title.lower()) == anchor
        assert re.search(r"\S\n\nExample: \S.*Way out: \S", about, re.DOTALL), anchor
        assert anchor in used, anchor


@pytest.mark.parametrize(
    ("message", "anchor"),
    [
        ("cannot release: index account\n  why: there is no password", "gates"),
        ("cannot release 1.2.0 from release/1.1", "version"),
        ("cannot use release.toml: forge.kind", "settings"),
        ("cannot use plans/1.3.toml: item.id", "plan"),
        ("cannot push main to origin", "push"),
        ("cannot upload to local for acme 1.2.0", "index"),
        ("git identity is not configured", "start"),
        ("/home/ada/x is in no git repository", "start"),
        ("cannot merge the template", "template"),
        ("cannot backport to 1.2", "branches"),
        ("cannot read notes.md", "files"),
    ],
)
def test_a_message_as_it_is_printed_finds_its_section(message: str, anchor: str) -> None:
    assert section_of(message) == anchor
    assert seen_at(message) == f"\n  see: release/ERRORS.md#{anchor}"
