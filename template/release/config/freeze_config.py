"""[freeze] in release.toml: what may enter a frozen line."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key


@dataclass(frozen=True)
class FreezeConfig:
    """What may enter a frozen line."""

    types: tuple[str, ...] = key(("fix", "security", "docs"), "The types of fragments that may enter a frozen line.")
    free: tuple[str, ...] = key(
        ("docs", "tests", "plans", "*.md"),
        "Paths, folders and patterns that may change on a frozen line without a fragment.",
    )
    lock: bool = key(True, "Pin in constraints-own.txt what the line is tested and built with.")
