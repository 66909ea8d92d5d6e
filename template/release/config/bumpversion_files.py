"""Which file configures bump-my-version: the first of those that it looks into, in its order."""

from __future__ import annotations

import re
from pathlib import Path

# bumpversion/config/files.py: CONFIG_FILE_SEARCH_ORDER, and its test of whether a file configures it
_ORDER = (".bumpversion.cfg", ".bumpversion.toml", "setup.cfg", "pyproject.toml")
_TABLE = re.compile(r"^\s*\[\[?(tool\.)?bumpversion\b", re.MULTILINE)


def configured_in(root: Path) -> str:
    """Return the file of a project that configures bump-my-version, relative to it; empty for none."""
    for name in _ORDER:
        path = root / name
        if path.is_file() and _TABLE.search(path.read_text(encoding="utf-8", errors="replace")):
            return name
    return ""
