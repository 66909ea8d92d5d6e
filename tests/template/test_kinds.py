"""The page of the kinds shows what is rendered."""

from __future__ import annotations

from pathlib import Path

from tests.support.kinds import PURPOSES, kinds, page
from tests.support.world import REPOSITORY


def test_the_page_of_the_kinds_is_what_the_template_renders(tmp_path: Path) -> None:
    """Write it again: python -m tests.support.kinds docs/kinds.md (with template in PYTHONPATH)."""
    assert set(PURPOSES) == set(kinds())
    assert (REPOSITORY / "docs" / "kinds.md").read_text(encoding="utf-8") == page(tmp_path)
