"""Which part of a version grows."""

from __future__ import annotations

from enum import Enum


class Bump(Enum):
    """Which part of a version grows."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"

    @property
    def rank(self) -> int:
        """How large it is: patch 0, minor 1, major 2."""
        return [Bump.PATCH, Bump.MINOR, Bump.MAJOR].index(self)
