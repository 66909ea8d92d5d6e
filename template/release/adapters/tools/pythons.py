"""The Pythons of this machine: where each of them is, and what makes pyenv's shims offer all of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.version import InvalidVersion, Version


class Interpreters:
    """The Pythons that a command with these variables of the environment finds."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._path = environment.get("PATH")
        home = Path(environment.get("HOME") or "~").expanduser()
        self._pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
        # What runs through a shim has this set, to the version that was selected: it comes first, and not alone.
        self._selected = list(filter(None, environment.get("PYENV_VERSION", "").split(":")))

    def shims_offer_all(self) -> dict[str, str]:
        """Return the variable by which pyenv's shims offer every installed Python; they refuse what is not selected."""
        versions = dict.fromkeys([*self._selected, *self._versions()])
        return {"PYENV_VERSION": ":".join(versions)} if versions else {}

    def where(self, python: str) -> str:
        """Return the path of "3.12", or the word itself where only an installer may know one.

        A shim is passed by: it starts a dozen processes before the Python itself, and uv remembers nothing about it.
        """
        found = shutil.which(f"python{python}", path=self._path)
        if found and Path(found).parent != self._pyenv / "shims":
            return found
        behind = self._pyenv / "versions" / self._release_of(python) / "bin" / f"python{python}"
        return str(behind) if behind.exists() else python

    def known(self, pythons: Iterable[str]) -> tuple[str, ...]:
        """Return what tells one set of installed Pythons from another: the files behind their names, and pyenv's."""
        found = (shutil.which(f"python{python}", path=self._path) for python in pythons)
        return *(os.path.realpath(each) for each in found if each), *self._versions()

    def _versions(self) -> list[str]:
        return sorted(path.name for path in self._pyenv.glob("versions/3.*"))

    def _release_of(self, python: str) -> str:
        """Return the release of "3.12" that is selected in pyenv, or its newest; empty where it has none."""
        found = [name for name in self._versions() if name.startswith(f"{python}.")]
        selected = [name for name in self._selected if name in found]
        return selected[0] if selected else max(found, key=_version, default="")


def _version(name: str) -> Version:
    """Return the version that a name of pyenv's says; one that says none ("3.13.0-debug") comes first of all."""
    try:
        return Version(name)
    except InvalidVersion:
        return Version("0")
