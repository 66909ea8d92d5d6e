"""The digest of all that a gate reads: the same digest means that the same question would get the same answer."""

from __future__ import annotations

import hashlib
import platform
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, version

from release.context import Context
from release.engine.gate import Reads


class Readings:
    """What the gates of one command read; the files of the project are listed once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._listing: dict[bool, dict[str, str]] = {}
        self._lock = threading.Lock()

    def digest(self, name: str, reads: Reads) -> str:
        """Return the sha256 (lower-case hex) of what the gate `name` reads, the interpreters included."""
        files = self._files(committed=reads.committed) if reads.paths else {}
        parts = [name, sys.version, platform.platform(), *self._ctx.interpreters.known(self._ctx.pythons)]
        parts += [f"{tool} {_installed(tool)}" for tool in reads.tools]
        parts += [f"{key} = {getattr(self._ctx.config, key)!r}" for key in reads.keys]
        parts += [str(self._ctx.release)] if reads.version else []
        parts += [reads.beside(self._ctx)] if reads.beside else []
        parts += [datetime.now(UTC).date().isoformat()] if reads.day else []
        parts += [f"{path} {content}" for path, content in sorted(files.items()) if matches(path, reads.paths)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _files(self, *, committed: bool) -> dict[str, str]:
        """Return {path: what identifies its content} of the commit a release starts from, or of the tree as it is."""
        with self._lock:
            if committed not in self._listing:
                self._listing[committed] = self._committed() if committed else self._committed() | self._uncommitted()
            return self._listing[committed]

    def _committed(self) -> dict[str, str]:
        commit = self._ctx.release_commit() if self._ctx.in_hand else None
        rows = self._ctx.git.look("ls-tree", "-r", "-z", "--full-tree", f"{commit}^" if commit else "HEAD").require()
        split = (row.partition("\t") for row in rows.out.split("\0") if row)
        return {self._ctx.git.relative(path): what for what, _, path in split}

    def _uncommitted(self) -> dict[str, str]:
        found = {}
        for entry in self._ctx.git.changes():
            path = self._ctx.root / entry[3:]
            content = path.read_bytes() if path.is_file() else b""
            found[entry[3:]] = f"{entry[:2]} {hashlib.sha256(content).hexdigest()}"
        return found


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Return whether a path is among `patterns`; of several that fit the last one decides, "!..." against it."""
    among = False
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        if path.startswith(f"{bare}/") or fnmatchcase(path, bare):
            among = not pattern.startswith("!")
    return among


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
