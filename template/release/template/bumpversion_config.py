"""The configuration of bump-my-version for an adopted project: each place of the version, by the lines it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from release.config.version_statements import Statement

# A version is written as it is given, in whatever form of PEP 440: nothing of it is made anew out of parts.
_HEAD = r"""# How bump-my-version writes a version: as it is given, into these files.
[tool.bumpversion]
allow_dirty = true
parse = '(?P<whole>(?:\d+!)?(?P<major>\d+)(?:\.(?P<minor>\d+))?\S*)'
serialize = ["{whole}"]
"""


@dataclass(frozen=True)
class Block:
    """Lines of a file, from `first` to `last` (counted from 0), and the places of a version in them."""

    first: int
    last: int
    spans: tuple[tuple[int, int, str], ...]  # start and end in the whole text, and what stands for the version


def bumpversion_toml(root: Path, statements: Iterable[Statement]) -> str:
    """Return the text of a .bumpversion.toml that writes a version to these places of a project."""
    rows = [_HEAD]
    main, *_ = all_of = list(statements)
    by_path: dict[str, dict[Statement, str]] = {}
    for each in all_of:  # the documentation may state two parts of it
        short = each.version != main.version
        by_path.setdefault(each.path, {})[each] = "{current_major}.{current_minor}" if short else "{current_version}"
    for path, there in by_path.items():
        text = (root / path).read_text(encoding="utf-8")
        for block in blocks(text, there):
            old = _searched(text, block)
            new = old.replace("{current_", "{new_")
            quote = "'''" if "'''" not in old else '"""'
            rows.append(f'[[tool.bumpversion.files]]\nfilename = "{path}"\n')
            rows[-1] += f"search = {quote}{old}{quote}\nreplace = {quote}{new}{quote}\n"
    return "\n".join(rows)


def blocks(text: str, statements: Mapping[Statement, str]) -> list[Block]:
    """Return the lines of each place, and as many before it as make them stand in the text once.

    `statements` have what stands for the version in the search text.
    """
    spans = sorted({(*span, word) for each, word in statements.items() if (span := each.span(text))})
    found: list[Block] = []
    for start, end, word in spans:
        line = text.count("\n", 0, start)
        first = line
        while first and text.count("\n".join(text.split("\n")[first : line + 1])) > 1:
            first -= 1
        if found and first <= found[-1].last:  # one search text, for the first replacement would change the second
            last = found.pop()
            found.append(Block(min(first, last.first), line, (*last.spans, (start, end, word))))
        else:
            found.append(Block(first, line, ((start, end, word),)))
    return found


def _searched(text: str, block: Block) -> str:
    """Return the lines of a block as a search text: braces doubled, as bump-my-version formats it."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    at, end = starts[block.first], starts[block.last + 1] - 1
    parts = []
    for start, stop, word in block.spans:
        parts += [_escaped(text[at:start]), word]
        at = stop
    return "".join([*parts, _escaped(text[at:end])])


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
