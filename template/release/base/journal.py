"""The journal of a clone: one JSON line an event, for people and durations; no decision reads it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from release.base.redact import redact

FILE = "journal.jsonl"


def own_folder(root: Path) -> Path:
    """Return `root`/.release, made where it is missing; git does not see it."""
    folder = root / ".release"
    ignore = folder / ".gitignore"
    if not ignore.exists():
        folder.mkdir(exist_ok=True)
        ignore.write_text("*\n", encoding="utf-8")
    return folder


class Journal:
    """Appends events to `.release/journal.jsonl` below `root`; with None it writes nowhere."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    def write(self, event: str, **facts: object) -> None:
        """Append one event with its time (ISO 8601, UTC) and wait until it is on the disk."""
        if self._root is None:
            return
        line = json.dumps(
            {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | facts, default=str
        )
        with (own_folder(self._root) / FILE).open("a", encoding="utf-8") as stream:
            stream.write(redact(line) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
