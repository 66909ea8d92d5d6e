"""The memory of green answers: a digest of all that a gate read, and the fact that it found. Red is never kept."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.base.journal import own_folder
from release.base.redact import redact

FILE = "gates.json"


@dataclass
class Memory:
    """`.release/gates.json` below `root`: {gate: {"digest": sha256 in lower-case hex, "fact": text}}.

    A file that cannot be read counts as empty: every gate is asked again. With `write` off nothing is kept.
    """

    root: Path
    write: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, gate: str, digest: str) -> str | None:
        """Return the fact that `gate` found when all it read had this digest and it was met; else None."""
        kept = self._read().get(gate)
        if isinstance(kept, dict) and kept.get("digest") == digest and isinstance(kept.get("fact"), str):
            return str(kept["fact"])
        return None

    def keep(self, gate: str, digest: str, fact: str) -> None:
        """Keep a green answer in place of the last one."""
        if not self.write:
            return
        with self._lock:
            kept = self._read() | {gate: {"digest": digest, "fact": redact(fact)}}
            folder = own_folder(self.root)
            new = folder / f"{FILE}.{os.getpid()}"
            new.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8")
            new.replace(folder / FILE)

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads((self.root / ".release" / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
