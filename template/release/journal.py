"""The journal of a clone: one JSON line an event, for people and durations; no decision reads it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from release.redact import redact

FILE = Path(".release/journal.jsonl")


class Journal:
    """Appends events to `.release/journal.jsonl` below `root`; with None it writes nowhere."""

    def __init__(self, root: Path | None) -> None:
        self._path = None if root is None else root / FILE

    def write(self, event: str, **facts: object) -> None:
        """Append one event with its time (ISO 8601, UTC) and wait until it is on the disk."""
        if self._path is None:
            return
        line = json.dumps(
            {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | facts, default=str
        )
        if not self._path.parent.exists():
            self._path.parent.mkdir()
            (self._path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(redact(line) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
