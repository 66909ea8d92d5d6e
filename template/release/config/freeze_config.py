"""[freeze] in release.toml: what may enter a frozen line."""

from __future__ import annotations

from dataclasses import dataclass

from release.config.toml_schema import key


@dataclass(frozen=True)
class FreezeConfig:
    """Which changes a frozen release branch accepts."""

    types: tuple[str, ...] = key(
        ("fix", "security", "docs"), "The types of fragments that a frozen release branch accepts."
    )
    free: tuple[str, ...] = key(
        ("docs", "tests", "plans", "*.md"),
        "Paths, folders and patterns that may change on a frozen release branch without a fragment.",
    )
    lock: bool = key(True, "Pin the dependencies and tools of a release branch in constraints-own.txt.")
