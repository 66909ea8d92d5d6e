"""Which class every file of a project has, as the template declares it once, in its copier.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class FileClass(Enum):
    """Whose a file is: ours, both's, theirs after day one, or theirs and only shown to a new project."""

    MANAGED = "managed"
    SHARED = "shared"
    SEED = "seed"
    EXAMPLE = "example"


_KEYS = {
    FileClass.EXAMPLE: "_examples",  # first: an example is a seed, too
    FileClass.MANAGED: "_managed",
    FileClass.SHARED: "_shared",
    FileClass.SEED: "_skip_if_exists",
}


@dataclass(frozen=True)
class Classes:
    """The patterns of each class (as in a .gitignore), and the files that the template moved: {from: to}."""

    patterns: Mapping[FileClass, tuple[str, ...]]
    moves: Mapping[str, str]

    def of(self, path: str) -> FileClass:
        """Return the class of a path; what no pattern names is shared: it is merged, and nothing is lost."""
        return next((each for each in _KEYS if _matches(path, self.patterns[each])), FileClass.SHARED)


def parse_classes(text: str, kind: str = "") -> Classes:
    """Return what the text of a copier.yml declares for a project of a kind (an answer)."""
    import yaml  # comes with Copier

    table: dict[str, Any] = yaml.safe_load(text) or {}
    patterns = {each: tuple(map(str, table.get(key, ()))) for each, key in _KEYS.items()}
    if kind == "existing":
        ours = {str(each) for each in table.get("_seeds_when_existing", ())}
        patterns = {each: tuple(one for one in listed if one not in ours) for each, listed in patterns.items()}
        patterns[FileClass.SEED] += tuple(ours)
    return Classes(patterns, {move["from"]: move["to"] for move in table.get("_moves", ())})


def _matches(path: str, patterns: Iterable[str]) -> bool:
    from pathspec import GitIgnoreSpec  # comes with Copier

    return GitIgnoreSpec.from_lines(patterns).match_file(path)
