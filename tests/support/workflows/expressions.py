"""GitHub's expressions, as far as our workflows use them: a name or a function that is not known here is refused.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d+)|([A-Za-z_][\w-]*)|(&&|\|\||==|!=|[!().,*\[\]]))")
_WORDS = {"true": True, "false": False, "null": None}
STATUS = ("always", "cancelled", "failure", "success")  # a condition without one of them means success() && (...)


@dataclass(frozen=True)
class Known:
    """What expressions may name: the contexts, and the files that hashFiles looks into; `results` of needed jobs."""

    contexts: Mapping[str, Any]
    workspace: Path
    results: tuple[str, ...] = ()

    def filled(self, text: str) -> str:
        """Return `text` with its expressions evaluated."""
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(self.value(found[1])), text, flags=re.DOTALL)

    def given(self, text: str) -> Any:
        """Return the value of a text that may be one expression as a whole."""
        whole = re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", text, flags=re.DOTALL)
        return self.value(whole[1]) if whole else self.filled(text)

    def value(self, expression: str) -> Any:
        """Return the value of an expression."""
        reader = _Reader(_tokens(expression), self)
        value = reader.either()
        assert not reader.left, f"not understood: {reader.left} in {expression}"
        return value

    def holds(self, condition: Any) -> bool:
        """Return whether a condition is met; without one, whether all that was needed succeeded."""
        text = str(condition or "").strip()
        text = text.removeprefix("${{").removesuffix("}}") if text.startswith("${{") else text
        called = any(re.search(rf"\b{name}\(", text) for name in STATUS)
        if not called and set(self.results) - {"success"}:
            return False
        return not text or bool(self.value(text))


def shown(value: Any) -> str:
    """Return a value as GitHub puts it into a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        assert match, f"not understood: {text[at:]}"
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str], known: Known) -> None:
        self.left = tokens
        self._known = known

    def _take(self, *wanted: str) -> str | None:
        return self.left.pop(0) if self.left and self.left[0] in wanted else None

    def either(self) -> Any:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._equal()
        while self._take("&&"):
            other = self._equal()
            value = value and other
        return value

    def _equal(self) -> Any:
        value = self._negated()
        while sign := self._take("==", "!="):
            value = (shown(value).lower() == shown(self._negated()).lower()) is (sign == "==")
        return value

    def _negated(self) -> Any:
        return not self._negated() if self._take("!") else self._one()

    def _one(self) -> Any:
        token = self.left.pop(0)
        if token == "(":
            value = self.either()
            assert self._take(")")
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if token in _WORDS:
            return _WORDS[token]
        return self._call(token) if self._take("(") else self._path(token)

    def _call(self, name: str) -> Any:
        given = []
        while not self._take(")"):
            given.append(self.either())
            self._take(",")
        return _function(name, self._known)(*given)

    def _path(self, name: str) -> Any:
        assert name in self._known.contexts, f"no such context: {name}"
        value, strict = self._known.contexts[name], name in ("github", "runner", "matrix", "strategy")
        while self._take("."):
            key = self.left.pop(0)
            if key == "*":
                value = [dict(each) for each in value.values()]
            elif isinstance(value, list):
                value = [each[key] for each in value]
            else:
                assert not strict or key in value, f"no such name: {name}.{key}"
                value = (value or {}).get(key)
        return value


def _function(name: str, known: Known) -> Callable[..., Any]:
    def hash_files(*patterns: str) -> str:
        files = sorted({path for pattern in patterns for path in known.workspace.glob(pattern)})
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest() if files else ""

    functions: dict[str, Callable[..., Any]] = {
        "always": lambda: True,
        "cancelled": lambda: "cancelled" in known.results,
        "success": lambda: not set(known.results) - {"success"},
        "failure": lambda: "failure" in known.results,
        "format": lambda text, *words: str(text).format(*map(shown, words)),
        "join": lambda values, between=",": str(between).join(map(shown, values)),
        "fromJSON": json.loads,
        "hashFiles": hash_files,
    }
    assert name in functions, f"no such function: {name}"
    return functions[name]
