"""What an index lists: its files, and why a listing is ambiguous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from release.base.errors import ReleaseError


@dataclass(frozen=True)
class IndexFile:
    """One file on an index; `sha256` in lower-case hex, empty where the index does not list it.

    `size` in bytes and the aware time of its upload only from indexes that list them (PEP 700).
    """

    name: str
    url: str
    sha256: str
    yanked: bool
    size: int | None = None
    uploaded: datetime | None = None
    provenance: str = ""  # where its attestations are (PEP 740)
    metadata: str = ""  # where installers read its metadata without the file (PEP 658), which can say otherwise
    pythons: str = ""  # for which Pythons installers take it (Requires-Python), as the index lists it


class Ambiguous(ReleaseError):
    """A listing that installers can read in more than one way."""

    def __init__(self, refused: ReleaseError) -> None:
        super().__init__(refused.what, why=refused.why, run=refused.run)


def ambiguity(files: Sequence[tuple[str, str, str]]) -> str:
    """Return why a listing of (name, url, sha256) is ambiguous; empty for one that is not.

    It names a file twice, so that others may take another one, or has a name that is none of a file.
    """
    if named := [name for name, _, _ in files if "/" in name or "\\" in name or not name.isprintable()]:
        return f"lists {named[0]!r}, which is no name of a file"
    last = {name: rest for name, *rest in files}
    twice = [name for name, *rest in files if rest != last[name]]
    return f"lists {twice[0]} twice, not as the same file" if twice else ""
