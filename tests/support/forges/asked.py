"""What is asked of a forge and told by it, what it keeps of a project, and how its routes are written down."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Account:
    """Who a token stands for, and what it may: "read", "push", "admin"."""

    name: str
    rights: frozenset[str]


@dataclass
class Asked:
    """A request: `names` are the words of its path, `whole` whether its body came to its end."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    whole: bool
    address: str  # how the asker reaches this server: http://host:port
    account: Account | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body) if self.body else {}

    def may(self, right: str) -> bool:
        """Return whether the asker has a right."""
        return self.account is not None and right in self.account.rights


@dataclass(frozen=True)
class Told:
    """An answer: JSON, or bytes; None for an answer without a body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer that says no."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.told = Told(status, {"message": message} | more)


@dataclass
class State:
    """All that the forge keeps of one project; `remote` is the bare repository that it shows."""

    project: str
    remote: Path | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    _tables: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def table(self, name: str) -> dict[int, dict[str, Any]]:
        """Return {number: row} of one kind of thing."""
        return self._tables.setdefault(name, {})

    def add(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a row under a number of its own, its `id`."""
        number = next(self._numbers)
        return self.table(table).setdefault(number, {"id": number, **row})

    def row(self, table: str, number: str) -> dict[str, Any]:
        """Return a row; refuse with 404 where there is none."""
        found = self.table(table).get(int(number)) if number.isdigit() else None
        if found is None:
            raise Refusal(404, "Not Found")
        return found

    def drop(self, table: str, **like: Any) -> None:
        """Forget the rows that have these values."""
        rows = self.table(table)
        for number in [number for number, row in rows.items() if like.items() <= row.items()]:
            del rows[number]

    def tag(self, name: str) -> str | None:
        """Return the commit of a tag of the repository."""
        return self._ref(f"refs/tags/{name}")

    def branch(self, name: str) -> str | None:
        """Return the commit of a branch of the repository."""
        return self._ref(f"refs/heads/{name}")

    def _ref(self, name: str) -> str | None:
        if self.remote is None:
            return "0" * 40
        words = ["git", "--git-dir", str(self.remote), "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or None


Answer = Callable[[State, Asked], Told]
_DEEP = ("branch", "tag", "path")  # words that may hold a slash


def _word(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[1] in _DEEP else '[^/]+'})"


@dataclass(frozen=True)
class Route:
    """A method and a path as the forge's own pages write it; `right` is what the asker must have.

    `halves`: the route sees also a request that was cut off; else nothing comes of such a one. `api`: it belongs to the
    API, and so to its description.
    """

    method: str
    path: str
    answer: Answer
    right: str = ""
    halves: bool = False
    api: bool = True

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return the words of a path that is meant, decoded."""
        pattern = re.sub(r"\\\{(\w+)\\\}", _word, re.escape(self.path))
        found = re.fullmatch(pattern, path) if method == self.method else None
        return {name: unquote(word) for name, word in found.groupdict().items()} if found else None


@dataclass(frozen=True)
class Kind:
    """A kind of forge: where its API begins (uploads may begin elsewhere), who a request is of, and its routes."""

    name: str
    prefixes: tuple[str, ...]
    token: Callable[[Mapping[str, str]], str]
    routes: Sequence[Route]
    page_size: str = "per_page"  # how a listing is asked for shorter pages
