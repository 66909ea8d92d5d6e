"""Where a build backend takes the version from: a file that states it, the tag, or neither that we can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from release.config.version_statements import (
    Reader,
    Statement,
    assigned,
    by_suffix,
    imported,
    ini_key,
    ini_section,
    matching,
    meson_project,
    modules_named,
    python_name,
    setup_call,
    setup_key,
    statement,
    toml_key,
)

# What takes the version from git, by the name that [build-system] requires.
_FROM_TAGS = re.compile(
    r"(setuptools[-_]scm|hatch[-_]vcs|vcs[-_]versioning|versioningit|versioneer|poetry-dynamic-versioning"
    r"|uv-dynamic-versioning|setuptools-git-versioning|dunamai|pbr|setuptools[-_]git)\b",
    re.IGNORECASE,
)
_IN_SETUP = re.compile(r"use_scm_version|\bversioneer\b|\bpbr\s*=\s*True")
# bumpversion/config/files.py: CONFIG_FILE_SEARCH_BUMPVERSION_FILES, and its test of whether a file configures it
_BUMPVERSION_FILES = (".bumpversion.cfg", ".bumpversion.toml", "setup.cfg", "pyproject.toml")
_BUMPVERSION_TABLE = re.compile(r"^\s*\[\[?(tool\.)?bumpversion\b", re.MULTILINE)


def project_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [project] table of a pyproject.toml (PEP 621), or what Poetry has in its place."""
    found = table.get("project") or _of(table, "tool", "poetry")
    return dict(found) if isinstance(found, Mapping) else {}


def stated(table: Mapping[str, Any]) -> str | None:
    """Return the version that a pyproject.toml itself states, in [project] or in [tool.poetry]."""
    project, poetry = _of(table, "project"), _of(table, "tool", "poetry")
    if isinstance(project.get("version"), str):
        return str(project["version"])
    own = not project or "version" in project.get("dynamic", ())
    taken = "poetry-dynamic-versioning" in _of(table, "tool")
    return str(poetry["version"]) if own and not taken and isinstance(poetry.get("version"), str) else None


def declared(root: Path, table: Mapping[str, Any]) -> Statement | None:
    """Return the statement that the build backend reads; None where it takes the version from elsewhere."""
    found = (statement(root, path, read) for path, read in _candidates(root, table))
    return next((each for each in found if each), None)


def said_version(root: Path, table: Mapping[str, Any]) -> str | None:
    """Return the version that a file of the project says, or None."""
    found = declared(root, table)
    return found.version if found else None


def from_tags(root: Path, table: Mapping[str, Any]) -> bool:
    """Return whether the build backend takes the version from git's tags."""
    tool = _of(table, "tool")
    if _of(tool, "pdm", "version").get("source") == "scm" or "poetry-dynamic-versioning" in tool:
        return True
    required = table.get("build-system", {}).get("requires", ())
    setup = root / "setup.py"
    in_setup = setup.is_file() and bool(_IN_SETUP.search(setup.read_text(encoding="utf-8", errors="replace")))
    return in_setup or any(_FROM_TAGS.match(str(each)) for each in required)


def unreadable(root: Path, table: Mapping[str, Any]) -> str:
    """Return where a version that is neither in a file that we read nor in the tag may come from."""
    attr = _of(table, "tool", "setuptools", "dynamic", "version").get("attr")
    if isinstance(attr, str):
        return f"[tool.setuptools.dynamic] takes {attr}, which is not a string that can be written"
    if (root / "setup.py").is_file():
        return "setup.py finds it by code of its own"
    return "version is dynamic, and its source is unknown"


def _candidates(root: Path, table: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    """Yield (file, how it is read), likeliest first, by what each build backend documents."""
    project, tool = _of(table, "project"), _of(table, "tool")
    if isinstance(project.get("version"), str):
        yield "pyproject.toml", toml_key("project", "version")
        return
    if project and "version" not in project.get("dynamic", ()):
        return
    if stated(table):
        yield "pyproject.toml", toml_key("tool", "poetry", "version")
    backend = str(table.get("build-system", {}).get("build-backend", "setuptools"))
    hatch = _of(tool, "hatch", "version")
    if isinstance(hatch.get("path"), str):
        pattern = hatch.get("pattern")
        yield hatch["path"], matching(_compiled(pattern)) if isinstance(pattern, str) else by_suffix(hatch["path"])
    for found in (_of(tool, "pdm", "version").get("path"), _scikit_build(tool)):
        if isinstance(found, str):
            yield found, by_suffix(found)
    if backend.startswith("maturin"):
        yield "Cargo.toml", toml_key("package", "version")
    if backend.startswith("mesonpy"):
        yield "meson.build", meson_project
    if backend.startswith("flit_core"):
        name = str(_of(tool, "flit", "module").get("name", project.get("name", "")))
        for path in _modules(name, ("", "src/")):
            file, wanted = _followed(root, path, "__version__", ("", "src/"))
            yield file, python_name(wanted)
    yield from _of_setuptools(root, table, project)


def _of_setuptools(root: Path, table: Mapping[str, Any], project: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    dynamic = _of(table, "tool", "setuptools", "dynamic", "version")
    folders = _folders(table)
    if isinstance(dynamic.get("attr"), str):
        yield from _attribute(root, dynamic["attr"], folders)
    files = dynamic.get("file", ())
    yield from ((each, by_suffix(each)) for each in ([files] if isinstance(files, str) else files))
    if not project or "version" in project.get("dynamic", ()):
        setup = root / "setup.py"
        key = setup_key(setup.read_text(encoding="utf-8", errors="replace"), "version") if setup.is_file() else None
        if key and (path := executed_module(root, key)):
            yield path, python_name(key)
        config = root / "setup.cfg"
        text = config.read_text(encoding="utf-8", errors="replace") if config.is_file() else ""
        taken, _, where = ini_section(text, "metadata").get("version", "").partition(":")
        if taken.strip() == "attr":
            yield from _attribute(root, where.strip(), folders)
        elif taken.strip() == "file":
            yield where.strip(), by_suffix(where.strip())
        yield "setup.cfg", ini_key("metadata", "version")
        yield "setup.py", setup_call


def executed_module(root: Path, name: str) -> str:
    """Return the module that setup.py names in a string and that assigns `name`; empty for none, and for several."""
    setup = root / "setup.py"
    files = modules_named(setup.read_text(encoding="utf-8", errors="replace")) if setup.is_file() else []
    paths = [path for file in files for place in ("", "*/", "src/*/") for path in root.glob(f"{place}{file}")]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in paths}
    found = [path for path, text in texts.items() if any(each == name for each, _ in assigned(text))]
    return found[0].relative_to(root).as_posix() if len(found) == 1 else ""


def _attribute(root: Path, attr: str, folders: tuple[str, ...]) -> Iterator[tuple[str, Reader]]:
    """Yield where an attribute of setuptools is stated: its module, or the one that it is imported from."""
    module, _, name = attr.rpartition(".")
    for path in _modules(module, folders):
        file, wanted = _followed(root, path, name, folders)
        yield file, python_name(wanted) if wanted else by_suffix(file)


def _followed(root: Path, path: str, name: str, folders: tuple[str, ...], steps: int = 3) -> tuple[str, str]:
    """Return (module, name there) where a name of a module is stated: there, or where it is imported from."""
    file = root / path
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    given = imported(text, name)
    if given is None or not steps or any(each == name for each, _ in assigned(text)):
        return path, name
    level, module, there = given
    package = PurePosixPath(path).parents[level - 1] if level else PurePosixPath()
    options = [normpath(f"{package}/{each}") for each in _modules(module, ("",) if level else folders)]
    found = next((each for each in options if (root / each).is_file()), None)
    return _followed(root, found, there, folders, steps - 1) if found else (path, name)


def _modules(name: str, folders: tuple[str, ...]) -> list[str]:
    path = name.replace("-", "_").replace(".", "/")
    return [each for folder in folders for each in (f"{folder}{path}.py", f"{folder}{path}/__init__.py")]


def _folders(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the folders that setuptools looks for packages in, each with a slash at its end; "" is the project's."""
    tool = _of(table, "tool", "setuptools")
    where = _of(tool, "packages", "find").get("where", ())
    named = [_of(tool, "package-dir").get(""), *([where] if isinstance(where, str) else where)]
    found = [f"{normpath(each)}/" for each in named if isinstance(each, str) and normpath(each) != "."]
    return tuple(dict.fromkeys((*found, "", "src/")))


def _scikit_build(tool: Mapping[str, Any]) -> object:
    return _of(tool, "scikit-build", "metadata", "version").get("input")


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error:
        return re.compile(r"(?!)")


def _of(table: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a table inside a table; empty where there is none."""
    found: object = table
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def configured_in(root: Path) -> str:
    """Return the file that configures bump-my-version, relative to the project: the first it looks into; else empty."""
    for name in _BUMPVERSION_FILES:
        path = root / name
        if path.is_file() and _BUMPVERSION_TABLE.search(path.read_text(encoding="utf-8", errors="replace")):
            return name
    return ""
