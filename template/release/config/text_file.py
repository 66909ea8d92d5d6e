"""Reading a text file of the project: in UTF-8, or refused."""

from __future__ import annotations

from pathlib import Path

from release.base.errors import ReleaseError


def read(path: Path) -> str:
    """Return the text of a file of the project; raise ReleaseError where there is none, or none in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"cannot read {path.name}", why=str(error), run=f"$EDITOR {path.name}") from error
