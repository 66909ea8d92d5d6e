"""The files of a rendered project, as texts and as bytes."""

from __future__ import annotations

from pathlib import Path


def files_of(project: Path) -> dict[str, str]:
    """Return {path: text} of what was rendered, release/ aside."""
    paths = sorted(path for path in project.rglob("*") if path.is_file())
    names = {path.relative_to(project).as_posix(): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in names.items() if not name.startswith("release/")}


def contents(folder: Path) -> dict[str, bytes]:
    """Return {path: bytes} of all files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
