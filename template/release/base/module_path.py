"""Where Python looks for modules: in the project last, so that no file in its root stands in for a module of a tool.

Invoke puts the folder of tasks.py first on sys.path, `python -m` the current folder: a ruff.py or requests.py there,
which anyone can propose, would run in the process that holds the credentials.
"""

import sys

import release


def project_last(path: list[str], project: str) -> list[str]:
    """Return the entries of `path` with the project's folder, however it is spelled there, once and at the end."""
    return [*(each for each in path if each not in ("", ".", project)), project]


def apply() -> None:
    """Move the project's folder, from which the package `release` was imported, to the end of sys.path."""
    package = release.__path__[0]
    sys.path[:] = project_last(sys.path, package[: -len("/release")])
