"""The page of errors: every message that release/ can raise, read from its source, below the texts of its sections.

`PYTHONPATH=template python -m tests.support.error_page` writes release/ERRORS.md and, with a table of all messages,
docs/errors.md, as `nox -s docs` does.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from release.base.errors import SECTIONS, section_of
from tests.support.error_page_texts import HEAD, KINDS, NAMES, TABLES, TEXTS
from tests.support.layers import FILES, ROOT, name_of, tree_of

OURS, SITE = ROOT / "ERRORS.md", ROOT.parents[1] / "docs" / "errors.md"


@dataclass(frozen=True)
class Message:
    """One message as the source has it; what is filled in stands in angle brackets."""

    what: str
    why: str
    run: str
    place: str


def messages() -> list[Message]:
    """Return every message that a module of release/ makes with words of its own."""
    found = {each for path in FILES for each in _in(tree_of(path), name_of(path))}
    return sorted((each for each in found if re.search("[a-z]{3}", re.sub("<.*>", "", each.what))), key=astuple)


def _in(tree: ast.Module, place: str) -> Iterator[Message]:
    # Claims of a release have a function `wrong` of their own, which makes no error.
    ours = "def wrong(key: str" in ast.unparse(tree) or any(
        isinstance(node, ast.ImportFrom)
        and node.module == "release.config.toml_schema"
        and "wrong" in {each.name for each in node.names}
        for node in tree.body
    )
    names = NAMES if ours else NAMES - {"wrong"}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        known = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names and node.args:
                yield _message(node, known, place)


def _message(call: ast.Call, known: dict[str, ast.expr], place: str) -> Message:
    named = {each.arg: each.value for each in call.keywords}
    given = [_text(each, known) for each in call.args]
    why, run = (_text(named[name], known) if name in named else "" for name in ("why", "run"))
    if ast.unparse(call.func) == "wrong":
        file = _text(named["file"], known) if "file" in named else "".join(given[2:]) or "release.toml"
        file = ("plans/VERSION.toml" if place.startswith("planning.") else "release.toml") if file[:1] == "<" else file
        return Message(f"cannot use {file}: {given[0]}", why or "".join(given[1:2]), f"$EDITOR {file}", place)
    return Message(given[0], why or (given[1] if given[1:] else ""), run, place)


def _text(node: ast.expr, known: dict[str, ast.expr]) -> str:
    """Return an expression as a text; a name that was given words before stands for them."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, known) for part in parts)
        case ast.FormattedValue(value=value):
            return f"<{ast.unparse(value)}>"
        case ast.Name(id=name) if name in known and not isinstance(known[name], ast.Name):
            return _text(known[name], {other: value for other, value in known.items() if other != name})
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, known) + _text(right, known)
        case ast.IfExp(body=body, orelse=other):
            return " / ".join(filter(None, (_text(body, known), _text(other, known))))
    return f"<{ast.unparse(node)}>"


def page(*, tables: bool = False) -> str:
    """Return the page of errors as Markdown, with a table of the messages of each section if wanted."""
    rows = defaultdict(list)
    for each in messages():
        rows[section_of(each.what)].append(each)
    text = [HEAD, *([TABLES] if tables else []), "| error | means | explained in |", "|---|---|---|"]
    text += [f"| `{name}` | {meaning} | [{TEXTS[at][0]}](#{at}) |" for name, (meaning, at) in KINDS.items()]
    for anchor in SECTIONS:
        title, about = TEXTS[anchor]
        text += [f"\n## {title}\n\n{about.strip()}"]
        if not tables:
            continue
        text += ["\n| message | why | way out |", "|---|---|---|"]
        text += dict.fromkeys(
            f"| {_code(each.what)} | {_code(each.why)} | {_code(each.run)} |" for each in rows.get(anchor, ())
        )
    return "\n".join(text) + "\n"


def _code(text: str) -> str:
    """Return a text as a cell of a table: code, in which no character has a meaning."""
    text = " ".join(text.split()).replace("|", "\\|")
    ticks = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else "its facts"


if __name__ == "__main__":
    OURS.write_text(page(), encoding="utf-8")
    SITE.write_text(page(tables=True), encoding="utf-8")
    sys.stdout.write(f"{len(messages())} messages\n")
