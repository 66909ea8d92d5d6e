"""The files that a release writes are files of the project: a symbolic link would have it write somewhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from release.base.errors import ReleaseError

_WRITTEN = ("pyproject.toml", ".bumpversion.toml", "sbom.cdx.json", "uv.lock", "poetry.lock", "pdm.lock")


def refuse_links_outside(root: Path, *more: str) -> None:
    """Raise ReleaseError when a file that a release writes in a checkout is a link that leads out of the project."""
    for name in dict.fromkeys((*_WRITTEN, *more, *_bumped(root))):
        if not (root / name).resolve().is_relative_to(root.resolve()):
            why = f"it is a symbolic link that leads out of the project, to {(root / name).resolve()}"
            raise ReleaseError(f"cannot write {name}", why=why, run=f"git rm {name}      (then add it as a file)")


def _bumped(root: Path) -> Iterable[str]:
    """Yield the files that bump-my-version is configured to write."""
    for name in ("pyproject.toml", ".bumpversion.toml"):
        path = root / name
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() and not path.is_symlink() else {}
        files = table.get("tool", {}).get("bumpversion", {}).get("files", ())
        yield from (str(each["filename"]) for each in files if isinstance(each, dict) and "filename" in each)
