"""Where Python looks for modules: in the project last, so that no file in its root stands in for a module of a tool.

Invoke puts the folder of tasks.py first on sys.path, `python -m` the current folder: a ruff.py or requests.py there,
which anyone can propose, would run in the process that holds the credentials.
"""

import sys
from pathlib import Path

import release


def project_last(path: list[str], package: str, here: str) -> list[str]:
    """Return the entries of `path` with those of the project once and at the end, however they are spelled there.

    They are this folder (`here`) and those above it, and, before them, the folder that has the package `release`:
    it is one of them, too, where the release process is in the repository, and site-packages where it is installed.
    """
    above = {here, *map(str, Path(here).parents)}
    project = list(dict.fromkeys(each for each in path if each in above and each != package))
    return [*(each for each in path if each not in ("", ".", package, *project)), package, *project]


def apply() -> None:
    """Move the project's folder to the end of sys.path."""
    package = release.__path__[0]
    sys.path[:] = project_last(sys.path, package[: -len("/release")], str(Path.cwd()))
