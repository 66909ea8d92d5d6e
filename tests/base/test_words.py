"""Words that a reader would stumble over are in no text that the release process prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

RELEASE = Path(__file__).parents[2] / "template" / "release"
BANNED = (
    r"amid|nobody|somebody|whoever|mends|comes back|goes on|go on\?|in hand|as good as|without a word|is of another"
    r"|has nothing of|stands on it|nothing that is not"
)


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for each string of a module that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, described) and _opens(node)}  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _opens(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


def test_no_text_has_a_word_that_a_reader_would_stumble_over() -> None:
    modules = sorted(RELEASE.rglob("*.py"))
    assert len(modules) > 100

    found = [
        f"{path.relative_to(RELEASE)}:{line}: {text}"
        for path in modules
        for line, text in _texts(path)
        if re.search(rf"\b(?:{BANNED})", text)
    ]

    assert found == []
