"""The other places where a project states its own version: its packages, the documentation's conf.py, lists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from release.config.version_statements import (
    NAMES,
    Reader,
    Statement,
    assigned,
    cited,
    ini_key,
    json_key,
    python_name,
    setup_call,
    statement,
)

_MODULES = ("__init__.py", "__about__.py", "__version__.py", "_version.py", "version.py", "_about.py", "about.py")
_CONF = re.compile(r"docs?/(source/)?conf\.py")
_LISTS: dict[str, Reader] = {
    "setup.cfg": ini_key("metadata", "version"),
    "setup.py": setup_call,
    "CITATION.cff": cited,
    "codemeta.json": json_key,
}
_NOT_OURS = {"release", "tests", "test", "testing", "docs", "doc", "examples", "example", "scripts", "tools"} | {
    *("benchmarks", "build", "dist", "vendor", "_vendor", "vendored", "third_party", "extern", "external"),
}
_NO_MODULES = {"setup.py", "noxfile.py", "tasks.py", "conftest.py", "fabfile.py"}


def copies(root: Path, tracked: Iterable[str], main: Statement) -> list[Statement]:
    """Return what states the version that `main` states, beside it: all that a new version has to be written to.

    `tracked` are the paths that git knows. A short version of the documentation's conf.py (1.2 for 1.2.0) is one.
    """
    listed = [(path, read) for path, read in _LISTS.items() if path in set(tracked)]
    found = [*_stated(root, tracked), *filter(None, (statement(root, *each) for each in listed))]
    there = {(main.path, main.version)}
    return [each for each in found if (each.path, each.version) not in there and _same(each, main.version)]


def contradicting(root: Path, tracked: Iterable[str], version: str) -> Statement | None:
    """Return the first place of the project's own code or documentation that states another version."""
    found = (each for each in _stated(root, tracked) if re.match(r"\d", each.version))
    return next(
        (each for each in found if each.version != version and not version.startswith(f"{each.version}.")), None
    )


def tuples(root: Path, tracked: Iterable[str]) -> list[str]:
    """Return "file: name" of versions that the project's code states in parts: (1, 2, 0)."""
    found = []
    for path in _own_modules(tracked):
        file = root / path
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        for name, value in assigned(text) if "version" in text.lower() else ():
            parts = value.elts if isinstance(value, ast.Tuple) else []
            if "version" in name.lower() and len(parts) > 1 and isinstance(parts[0], ast.Constant):
                found.append(f"{path}: {name}")
    return found


def _same(each: Statement, version: str) -> bool:
    return each.version == version or (bool(_CONF.fullmatch(each.path)) and version.startswith(f"{each.version}."))


def _stated(root: Path, tracked: Iterable[str]) -> list[Statement]:
    conf = [path for path in tracked if _CONF.fullmatch(path)]
    pairs = [(path, python_name(*NAMES)) for path in _own_modules(tracked)]
    pairs += [(path, python_name(name)) for path in conf for name in ("release", "version")]
    return [found for path, read in pairs if (found := statement(root, path, read))]


def _own_modules(tracked: Iterable[str]) -> list[str]:
    """Return the modules where the project's own packages state their version: at the top of each package.

    A package inside another (a vendored copy), and what is below a folder with a project of its own, is not; modules
    beside packages are scripts.
    """
    paths = [PurePosixPath(path) for path in tracked]
    packages = {path.parent for path in paths if path.name == "__init__.py"}
    elsewhere = {path.parent for path in paths if path.name in ("pyproject.toml", "setup.py")} - {PurePosixPath()}
    tops = {
        each
        for each in packages
        if not packages.intersection(each.parents)
        and not _NOT_OURS.intersection(each.parts[:-1])
        and not elsewhere.intersection((each, *each.parents))
        and each.name not in _NOT_OURS
    }
    modules = [path for path in paths if path.parent in tops and path.name in _MODULES]
    alone = [path for path in paths if path.suffix == ".py" and path.parts[:-1] in ((), ("src",)) and not tops]
    return [str(path) for path in (*modules, *(each for each in alone if each.name not in _NO_MODULES))]
