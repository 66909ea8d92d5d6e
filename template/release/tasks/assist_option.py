"""The option --assist of tasks, which there is where release.toml has the table [assistant], and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from invoke.parser.argument import Argument

ASSIST = "let the model of [assistant] comment on the facts; it decides nothing, and each claim is checked"
RECORD = "with --assist: record the model's probability of the date, which inv accuracy scores later"
_NAMES = {"assist", "record"}
_TABLE = re.compile(r"^\s*\[\s*assistant\s*\]", re.MULTILINE)


def without_assistant(arguments: Sequence[Argument]) -> list[Argument]:
    """Return the arguments of a task without those of the assistant, where there is none."""
    if not any(each.name in _NAMES for each in arguments) or _configured(Path.cwd()):
        return list(arguments)
    return [each for each in arguments if each.name not in _NAMES]


@cache
def _configured(folder: Path) -> bool:
    """Return whether the release.toml of the project around a folder has the table; nothing is parsed for a list."""
    for place in (folder, *folder.parents):
        path = place / "release.toml"
        if path.is_file():
            return bool(_TABLE.search(path.read_text(encoding="utf-8", errors="replace")))
    return False
