"""Where a project comes from, by its answers file: the template's address, its version, and the answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.base.errors import ReleaseError

FILE = ".copier-answers.yml"
_UNSAID = {"engine": "repository"}  # answers that are no line of the file where they are the usual ones
_DIGEST = re.compile(r"^# as written: ([0-9a-f]{64})\n", re.MULTILINE)


@dataclass(frozen=True)
class Provenance:
    """What the answers file `file` says; `intact` is None where it has no digest (sha256 of its rows) to compare."""

    address: str
    commit: str
    answers: Mapping[str, Any]
    intact: bool | None
    file: str = FILE

    def differing(self, other: Provenance) -> list[str]:
        """Return a line for each answer that is another one in `other`: "docs: zensical, now sphinx"."""
        names = sorted(self.answers.keys() | other.answers.keys())
        pairs = ((name, *(each.answers.get(name, _UNSAID.get(name)) for each in (self, other))) for name in names)
        found = [f"{name}: {before}, now {after}" for name, before, after in pairs if before != after]
        if self.commit != other.commit:
            found.append(f"_commit: {self.commit}, now {other.commit}")
        if self.address != other.address:
            found.append(f"_src_path: {self.address}, now {other.address}")
        return found


def answers_file(root: Path) -> str:
    """Return the name of our answers file, which has a digest; a project may have one of another template beside it."""
    names = sorted(path.name for path in root.glob(".copier-answers*.yml"))
    ours = (name for name in names if _DIGEST.search((root / name).read_text(encoding="utf-8", errors="replace")))
    return next(ours, FILE)


def parse_provenance(text: str, file: str = FILE) -> Provenance:
    """Return what the text of an answers file says; what is missing of it is empty.

    Raises ReleaseError for a text that is no YAML mapping.
    """
    import yaml  # comes with Copier

    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _unreadable(file, str(error)) from error
    if not isinstance(table, dict):
        raise _unreadable(file, "it holds no answers")
    found = _DIGEST.search(text)
    rows = text[found.end() :].replace("\r\n", "\n") if found else ""
    intact = hashlib.sha256(rows.encode()).hexdigest() == found[1] if found else None
    answers = {str(key): value for key, value in table.items() if not str(key).startswith("_")}
    return Provenance(str(table.get("_src_path") or ""), str(table.get("_commit") or ""), answers, intact, file)


def _unreadable(file: str, why: str) -> ReleaseError:
    back = f"git checkout $(git log -2 --format=%h -- {file} | tail -1) -- {file}"
    return ReleaseError(f"cannot read {file}", why=why, run=f"{back}      (as it was before)")
