"""A release of a project, and the files that it has."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import Version

from release.values.remote_refs import HOTFIX
from release.values.version_numbers import stage_of


@dataclass(frozen=True)
class Distribution:
    """One file of a release: its name and its sha256 in lower-case hex."""

    name: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} (sha256 {self.sha256[:8]}..)"


@dataclass(frozen=True)
class Release:
    """A version of a project on a line; whether its commit, tag and files exist is asked of the world."""

    project: str
    version: Version
    line: str
    tag: str
    named_stage: str = ""

    @property
    def final(self) -> bool:
        """Whether this is a final release: not alpha, beta or candidate."""
        return not self.version.is_prerelease

    @property
    def stage(self) -> str:
        """The stage that it belongs to: the one it was given, else alpha, beta, candidate, production or hotfix."""
        if self.named_stage:
            return self.named_stage
        return "hotfix" if self.line.startswith(HOTFIX) else stage_of(self.version)

    def __str__(self) -> str:
        return f"{self.project} {self.version}"
