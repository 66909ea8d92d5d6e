"""The dependencies of the distribution: those that requirements.txt names, which is part of every project, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Reads them while the distribution is built."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Write them into the metadata."""
        lines = Path(self.root, "template/release/requirements.txt").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]
