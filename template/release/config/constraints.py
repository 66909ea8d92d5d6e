"""The versions that installs are held to: constraints.txt is ours, constraints-own.txt the owner's, which comes first.

The noxfile runs this file too, with any Python that runs nox: nothing in it needs a newer one, or another module.
"""

from __future__ import annotations

import re
from pathlib import Path

OURS, OWN = "constraints.txt", "constraints-own.txt"
_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def pinned(root: Path) -> str:
    """Return the constraints of a project: the owner's lines, and ours for the names that the owner does not hold."""
    root = _place(root)
    ours, theirs = _lines(root / OURS), _lines(root / OWN)
    names = {name for name in map(_name, theirs) if name}
    return "".join(f"{line}\n" for line in (*theirs, *(line for line in ours if _name(line) not in names)))


def held(root: Path, *, newest: bool = False) -> Path | None:
    """Return a file with the constraints of a project, written outside of git where it has both; None for none.

    With `newest` only the owner's count: everything else may be as new as there is.
    """
    root = _place(root)
    if newest:
        return root / OWN if (root / OWN).exists() else None
    if not (root / OWN).exists():
        return root / OURS if (root / OURS).exists() else None
    folder = _aside(root)
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / OURS).write_text(pinned(root), encoding="utf-8")
    return folder / OURS


def _aside(root: Path) -> Path:
    """Return a folder that no build packs: .release; in a further working tree, which is built, that of git itself.

    Backends read the .gitignore at the top alone, and that of an older commit may not know .release.
    """
    tree = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    if (tree / ".git").is_file():
        told = (tree / ".git").read_text(encoding="utf-8").partition("gitdir: ")[2].rstrip("\n")
        if told and (tree / told).is_dir():
            return tree / told / "release"
    return root / ".release"


def _place(root: Path) -> Path:
    """Return the folder with the constraints of a project: its own, else one above it in its repository."""
    for folder in (root, *root.parents):
        if (folder / OURS).exists() or (folder / OWN).exists():
            return folder
        if (folder / ".git").exists():
            break
    return root


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _name(line: str) -> str:
    """Return the name that a line of constraints holds, as indexes compare it (PEP 503)."""
    found = _NAME.match(line)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else ""
