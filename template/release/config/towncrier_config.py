"""The fragments of a project, found as towncrier finds them: its configuration has the same meaning and defaults.

Source: _settings/load.py, _settings/fragment_types.py, _builder.py of the towncrier in constraints.txt; tests compare
both. At a release towncrier's own list of what it wrote decides which files are removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from release.base.errors import ReleaseError
from release.base.text_file import read
from release.values.fragment import Fragment, a_fix, parse_fragment

_TYPES = {"feature": True, "bugfix": True, "doc": True, "removal": True, "misc": False}  # towncrier's own: shown or not
_IGNORED = (".gitignore", ".gitkeep", ".keep", "readme", "readme.md", "readme.rst")
_TEXTS = (".md", ".rst")


@dataclass(frozen=True)
class TowncrierConfig:
    """towncrier's configuration: where fragments are, one folder a section; their types; the changelog's file name.

    `hidden` are the types of which only the issue is shown: their fragments may be empty. `ignored` are patterns of
    names, in lower case. `folders[0]` is that of the section where `towncrier create` writes.
    """

    folders: tuple[str, ...]
    kinds: tuple[str, ...]
    changelog: str
    hidden: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = _IGNORED
    extension: str = ".md"
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)  # {type: its heading}

    @property
    def folder(self) -> str:
        """Where a new fragment is written."""
        return self.folders[0]

    @property
    def mending(self) -> str:
        """The project's type for a fix: fix, bugfix or the like, else the last that it shows."""
        return a_fix([kind for kind in self.kinds if kind not in self.hidden] or self.kinds)

    def path_for(self, stem: str, kind: str) -> str:
        """Return the path of a new fragment, relative to the project."""
        return f"{self.folder}/{stem}.{kind}{self.extension}"

    def holds(self, path: str) -> bool:
        """Return whether a path of the project is in a folder of fragments."""
        return path.rpartition("/")[0] in self.folders or str(PurePosixPath(path).parent) in self.folders

    def fragment(self, path: str, text: str) -> Fragment | None:
        """Return the fragment at a path of the project; None for a file that only is beside them.

        Raises ReleaseError for one that looks like a fragment and cannot be read as one.
        """
        folder, _, name = path.rpartition("/")
        if any(fnmatch(name.lower(), pattern) for pattern in self.ignored):
            return None
        if not set(name.split(".")[1:]) & set(self.kinds) and not self._looks_like_one(name):
            return None
        return parse_fragment(name, text, self.kinds, folder=folder, hidden=self.hidden)

    def _looks_like_one(self, name: str) -> bool:
        """Return whether a name without a known type was meant to be a fragment's: 12.bug.md, +words.md, fix.md."""
        first, *others = name.split(".")
        if name.startswith((".", "_")) or first.lower() in ("readme", "template"):
            return False
        counted = first.lstrip("#+").isdigit() or first.startswith("+") or first in self.kinds
        return counted or (len(others) > 1 and f".{others[-1]}" in _TEXTS)


def read_towncrier_config(table: Mapping[str, Any], name: str = "") -> TowncrierConfig:
    """Return what a [tool.towncrier] table says of a project called `name`."""
    types = _types(table)
    changelog = str(table.get("filename", "NEWS.rst"))
    suffix = PurePosixPath(changelog).suffix.lower()
    template = str(table.get("template", ""))
    beside = [PurePosixPath(template).name.lower()] if template else []
    ignored = (*_IGNORED, *beside, *(str(each).lower() for each in table.get("ignore") or ()))
    return TowncrierConfig(
        folders=_folders(table, name),
        kinds=tuple(types),
        changelog=changelog,
        hidden=frozenset(kind for kind, shown in types.items() if not shown),
        ignored=ignored,
        extension=suffix if suffix in _TEXTS and table.get("create_add_extension", True) else "",
        titles=_titles(table),
    )


def _types(table: Mapping[str, Any]) -> dict[str, bool]:
    """Return {type: whether its texts are shown}, from either form of the table."""
    fragment, listed = table.get("fragment"), table.get("type")
    if isinstance(fragment, Mapping) and fragment:
        return {kind: bool(fragment[kind].get("showcontent", True)) for kind in sorted(fragment)}
    if isinstance(listed, list) and listed:
        rows = [each for each in listed if isinstance(each, Mapping) and "name" in each]
        names = [str(each.get("directory", str(each["name"]).lower())) for each in rows]
        return {name: bool(each.get("showcontent", True)) for name, each in zip(names, rows, strict=True)}
    return dict(_TYPES)


def _titles(table: Mapping[str, Any]) -> dict[str, str]:
    """Return {type: its heading} where the table names it; towncrier capitalizes the others."""
    fragment, listed = table.get("fragment"), table.get("type")
    if isinstance(fragment, Mapping) and fragment:
        return {kind: str(fragment[kind]["name"]) for kind in fragment if "name" in fragment[kind]}
    rows = listed if isinstance(listed, list) else []
    named = [each for each in rows if isinstance(each, Mapping) and "name" in each]
    return {str(each.get("directory", str(each["name"]).lower())): str(each["name"]) for each in named}


def _folders(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the folder of each section, that of the default section first."""
    sections = [str(each.get("path", "")) for each in table.get("section", ()) if isinstance(each, Mapping)] or [""]
    sections.sort(key=bool)  # stable: the first without a path is the default one
    if table.get("directory") is not None:
        found = [normpath(f"{table['directory']}/{each}") for each in sections]
    else:
        package = f"{table.get('package_dir', '.')}/{table.get('package') or name}"
        found = [normpath(f"{package}/{each}/newsfragments") for each in sections]
    return tuple(dict.fromkeys(found))


def read_fragments(root: Path, notes: TowncrierConfig) -> tuple[Fragment, ...]:
    """Return the fragments in `root`, by folder and name; raise ReleaseError for the first that cannot be read."""
    found = []
    for folder in notes.folders:
        if (root / folder).is_dir():
            for path in sorted(each for each in (root / folder).iterdir() if each.is_file()):
                here = f"{folder}/{path.name}"
                if notes.fragment(here, "x") is None:
                    continue
                if path.is_symlink():
                    why = "it is a symbolic link: the notes would publish the file that it leads to"
                    raise ReleaseError(f"cannot use the fragment {path.name}", why=why, run=f"git rm {here}")
                fragment = notes.fragment(here, read(path))
                found += [fragment] if fragment else []
    return tuple(found)
