"""A release that is watched: what its tag records, when it became public, and how many requests a look may make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from release.adapters.forge.protocols import Forge
from release.adapters.index.listing import IndexFile
from release.artifacts.distributions import recorded
from release.config.watch_config import PHASES
from release.context import Context
from release.values.release import Distribution

MOST = 60  # requests of one look, and of an hour


class Outcome(Enum):
    """What a check found; each is worse than the one before it."""

    KEEP = "keep"
    LOOK = "look"
    TAKE_BACK = "take back"


@dataclass(frozen=True)
class Finding:
    """What one check found: the fact that it rests on, and the command for what is not good."""

    check: str
    outcome: Outcome
    fact: str
    run: str = ""


@dataclass
class Requests:
    """How many requests were made to indexes, forges and pages in one look, and what indexes answered: once each."""

    made: int = 0
    listings: dict[str, dict[str, IndexFile]] = field(default_factory=dict)

    def left(self) -> int:
        """Return how many more may be made."""
        return max(0, MOST - self.made)

    @contextmanager
    def to_the_forge(self, forge: Forge) -> Iterator[None]:
        """Add what is sent to a forge meanwhile."""
        before = forge.sent()
        try:
            yield
        finally:
            self.count(forge.sent() - before)

    def count(self, number: int = 1) -> None:
        """Add requests that are made now."""
        self.made += number


@dataclass(frozen=True)
class Watched:
    """A release with its context in hand; `hours` since it became public."""

    ctx: Context
    commit: str
    files: tuple[Distribution, ...]
    hours: float
    requests: Requests = field(default_factory=Requests)

    @property
    def phase(self) -> str:
        """Where the watch is: immediate, extended or business; empty when it is over."""
        return next((name for name, end in PHASES.items() if self.hours < end), "")

    def has_begun(self, phase: str) -> bool:
        """Return whether the checks of a phase are asked by now."""
        names = list(PHASES)
        return not self.phase or names.index(phase) <= names.index(self.phase)

    def filled(self, text: str) -> str:
        """Return a text of release.toml with the values of this release."""
        places: Mapping[str, str] = {
            "{project}": self.ctx.project.canonical,
            "{version}": str(self.ctx.release.version),
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text


def yank_command(subject: Watched) -> str:
    """Return the command that marks the release as not to be used."""
    return f'inv yank {subject.ctx.release.version} --reason "what is wrong"'


def watched(ctx: Context, hours: float) -> Watched:
    """Return the release in hand as its tag in this clone has it."""
    tag = ctx.release.tag
    return Watched(ctx, ctx.git.tags()[tag], recorded(ctx), hours)
