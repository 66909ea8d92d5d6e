"""A file that states a version: read as its own format, and the place in it proved by writing another version there."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Reader = Callable[[str], str | None]  # returns the version that a text states, without a leading v; None for none

NAMES = ("__version__", "version", "VERSION", "__VERSION__")
_PROOF = "9876.54.321"
# hatchling's own default (hatchling/version/core.py), which scikit-build-core has, too
_ASSIGNED = re.compile(r"""(?im)^(?:__version__|VERSION)(?:\s*:\s*[\w.\[\]]+)?\s*=\s*(['"])v?(?P<version>.+?)\1""")
_PLAIN = re.compile(r"v?(\d+(?:\.\w+)*(?:[-+!]\S+)?)")
_CITED = re.compile(r"""(?m)^version:\s*["']?v?(?P<version>[^"'\s]+)""")
_MESON = re.compile(r"""(?s)\bproject\s*\([^)]*?\bversion\s*:\s*'v?(?P<version>[^']+)'""")


@dataclass(frozen=True)
class Statement:
    """A version as a file of the project states it; `path` is relative to the project, `read` finds it in a text."""

    path: str
    read: Reader
    version: str

    def span(self, text: str) -> tuple[int, int] | None:
        """Return where in the file's text the version is: where writing another makes it state that one."""
        for found in re.finditer(re.escape(self.version), text):
            start, end = found.span()
            if self.read(f"{text[:start]}{_PROOF}{text[end:]}") == _PROOF:
                return start, end
        return None


def statement(root: Path, path: str, read: Reader) -> Statement | None:
    """Return what a file of the project states, or None."""
    file = root / path
    if not file.is_file():
        return None
    version = read(file.read_text(encoding="utf-8", errors="replace"))
    return Statement(path, read, version) if version else None


def toml_key(*keys: str) -> Reader:
    """Return the reader of a key of a TOML file."""

    def read(text: str) -> str | None:
        try:
            found: Any = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return None
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return _version(found)

    return read


def ini_key(section: str, key: str) -> Reader:
    """Return the reader of a key of a setup.cfg; `attr: a.b` and `file: F` are no versions."""

    def read(text: str) -> str | None:
        found = ini_section(text, section).get(key, "").strip()
        return _version(found) if not re.match(r"(attr|file)\s*:", found) else None

    return read


def ini_section(text: str, section: str) -> dict[str, str]:
    """Return {key: value} of a section of a setup.cfg; nothing where there is none, or it cannot be read."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return dict(parser[section]) if parser.has_section(section) else {}


def matching(pattern: re.Pattern[str]) -> Reader:
    """Return the reader of a text by a pattern with a group called version, or a first group."""

    def read(text: str) -> str | None:
        found = pattern.search(text)
        return _version(found["version"] if "version" in pattern.groupindex else found[1]) if found else None

    return read


def python_name(*names: str) -> Reader:
    """Return the reader of a name that a module gives a string at its top level, the first of `names` that it has."""

    def read(text: str) -> str | None:
        found = {name: _version(_constant(value)) for name, value in assigned(text) if _constant(value) is not None}
        return next((found[name] for name in names if name in found), None)

    return read


def setup_call(text: str) -> str | None:
    """Return the version that a setup.py gives to setup(): a string, or a name of the file that is one."""
    return _version(setup_arguments(text).get("version"))


def setup_arguments(text: str, executed: str = "") -> dict[str, Any]:
    """Return {argument: value} of the call of setup() in a setup.py: literals, and names of the file for one.

    `executed` is the module that it executes into a dictionary, from which `about["__title__"]` is.
    """
    known, about = dict(assigned(text)), dict(assigned(executed))
    found = {}
    for name, each in _given_to_setup(text).items():
        named = known.get(each.id, each) if isinstance(each, ast.Name) else each
        found[name] = _literal(about.get(_key(named) or "", named))
    return {name: value for name, value in found.items() if value is not None}


def setup_key(text: str, argument: str) -> str | None:
    """Return __version__ where a setup.py gives `about["__version__"]` to an argument of setup()."""
    return _key(_given_to_setup(text).get(argument))


def _given_to_setup(text: str) -> dict[str, ast.expr]:
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            return {word.arg: word.value for word in node.keywords if word.arg}
    return {}


def _key(node: ast.expr | None) -> str | None:
    """Return the key by which a dictionary that is a name is asked."""
    asked = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
    return _constant(node.slice) if asked and isinstance(node, ast.Subscript) else None


def modules_named(text: str) -> list[str]:
    """Return the names of modules that the strings of a setup.py have, such as __version__.py."""
    strings = (node.value for node in ast.walk(_tree(text)) if isinstance(node, ast.Constant))
    names = (each.replace("\\", "/").rpartition("/")[2] for each in strings if isinstance(each, str))
    return sorted({name for name in names if re.fullmatch(r"\w+\.py", name) and name != "setup.py"})


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal; None for what has to be computed."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None


def plain(text: str) -> str | None:
    """Return the version where a text has nothing else."""
    found = _PLAIN.fullmatch(text.strip())
    return found[1] if found else None


def json_key(text: str) -> str | None:
    """Return the version of a JSON file, such as codemeta.json."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return _version(found.get("version")) if isinstance(found, dict) else None


def by_suffix(path: str) -> Reader:
    """Return how a file that a backend names is read: a module, or any text with an assignment or only a version."""
    if path.endswith(".py"):
        return lambda text: python_name(*NAMES)(text) or matching(_ASSIGNED)(text)
    return lambda text: matching(_ASSIGNED)(text) or plain(text)


cited = matching(_CITED)
meson_project = matching(_MESON)


def assigned(text: str) -> Iterator[tuple[str, ast.expr]]:
    """Yield (name, value) of what a module assigns at its top level, blocks of `if` and `try` included."""
    bodies = [_tree(text).body]
    for body in bodies:  # it grows while it is walked
        for node in body:
            bodies += [getattr(node, each) for each in ("body", "orelse") if isinstance(node, ast.If | ast.Try)]
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if value is not None:
                yield from ((each.id, value) for each in targets if isinstance(each, ast.Name))


def imported(text: str, name: str) -> tuple[int, str, str] | None:
    """Return (level, module, name there) of the import that gives a module a name; None for none."""
    for node in _tree(text).body:
        for each in node.names if isinstance(node, ast.ImportFrom) else ():
            if (each.asname or each.name) == name and isinstance(node, ast.ImportFrom):
                return node.level, node.module or "", each.name
    return None


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def _constant(value: ast.expr) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _version(found: object) -> str | None:
    return found.strip().removeprefix("v") or None if isinstance(found, str) else None
