"""The project's own version in uv.lock and Cargo.lock: a locked sync refuses a lock that states another one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name

_UV = re.compile(
    r'^\[\[package\]\]\r?\nname = "(?P<name>[^"\n]+)"\r?\nversion = "(?P<version>[^"\n]+)"\r?\n'
    r'source = \{ (?:editable|virtual|directory) = "(?P<place>[^"\n]+)" \}',
    re.MULTILINE,
)
_CARGO = re.compile(
    r'^\[\[package\]\]\r?\nname = "(?P<name>[^"\n]+)"\r?\nversion = "(?P<version>[^"\n]+)"\r?\n(?!source)',
    re.MULTILINE,
)


def write_locks(root: Path, name: str, version: object) -> None:
    """Write `version` into the locks that name the project `name` in `root` itself: its own, or its workspace's."""
    for folder in (root, *root.parents[:3]):  # a member is locked at the top of its workspace
        place = root.relative_to(folder).as_posix()
        _write(folder / "uv.lock", _UV, canonicalize_name(name), place, str(version))
    cargo = root / "Cargo.toml"
    if cargo.is_file():
        package = tomllib.loads(cargo.read_text(encoding="utf-8")).get("package", {})
        if package.get("version") == str(version):
            _write(root / "Cargo.lock", _CARGO, str(package.get("name")), "", str(version))


def _write(path: Path, pattern: re.Pattern[str], name: str, place: str, version: str) -> None:
    if not path.is_file():
        return
    text = path.read_bytes().decode()
    for found in pattern.finditer(text):
        if found["name"] == name and (not place or found["place"] == place):
            start, end = found.span("version")
            path.write_bytes(f"{text[:start]}{version}{text[end:]}".encode())
            return
