"""What landed on a branch, and when: fragments that came in, and `Item:` trailers; read from history, not the tree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from release.adapters.git.git_repository import Git
from release.adapters.git.trailers import trailers_of
from release.config.towncrier_config import TowncrierConfig

ITEM = "Item"  # the trailer of a commit that does an item of the plan: `Item: streaming`
WEEK = 7 * 86_400
_BOTS = ("[bot]", "dependabot", "renovate", "pre-commit-ci")


@dataclass(frozen=True)
class Landing:
    """A fragment that came in: its file name, the commit that brought it, and when (seconds since 1970)."""

    name: str
    commit: str
    at: int

    @property
    def stem(self) -> str:
        """What it is about: 123 for 123.feature.md, streaming for +streaming.feature.md."""
        return self.name.removeprefix("+").partition(".")[0]

    @property
    def kind(self) -> str:
        """Its type: feature."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 else ""


def fragments_landed(
    git: Git, notes: TowncrierConfig, until: str, *, without: str = "", since: int = 0
) -> list[Landing]:
    """Return the fragments that came in on the way to a commit, oldest first.

    Those that a release removed with its changelog count, those that a revert removed do not; a renamed one counts
    once, under its new name. `without` leaves out the history of another commit, `since` what is older (seconds).
    """
    how = ("--first-parent", "--diff-merges=first-parent", "-M", "--relative", "--name-status")
    found: dict[str, Landing] = {}
    places = (*notes.folders, notes.changelog)
    for commit, shown in git.log(until, *how, form="%ct", without=without, since=since, paths=places):
        seconds, *rows = shown.splitlines()
        changes = [row.split("\t") for row in rows if row]
        released = any(each[-1] == notes.changelog for each in changes)
        for state, *paths in changes:
            names = [_fragment(path, notes) for path in paths]
            if state[0] in "DR" and not (state[0] == "D" and released):
                found.pop(names[0], None)
            if state[0] in "ACR" and names[-1]:
                found[names[-1]] = Landing(names[-1], commit, int(seconds))
    return list(found.values())


def _fragment(path: str, notes: TowncrierConfig) -> str:
    """Return the name of a fragment; empty for what only is in its folder."""
    name = path.rpartition("/")[2]
    return name if notes.holds(path) and set(name.split(".")[1:]) & set(notes.kinds) else ""


def items_named(git: Git, until: str, *, without: str = "") -> dict[str, tuple[str, int]]:
    """Return {item: (commit, its time)} of the `Item:` trailers on the way to a commit, the oldest of each."""
    found: dict[str, tuple[str, int]] = {}
    for commit, shown in git.log(until, f"--grep=^{ITEM}: ", form="%ct%x00%B", without=without):
        seconds, _, message = shown.partition("\0")
        for name, value in trailers_of(message):
            if name == ITEM:
                found.setdefault(value.strip().removeprefix("#"), (commit, int(seconds)))
    return found


def commits_landed(git: Git, until: str, since: int) -> list[int]:
    """Return when changes landed, without merges of releases, bots and what a release itself commits."""
    how = ("--first-parent", "--no-show-signature", f"--since={since}")
    return sorted(_times(git.read("log", *how, "--format=%ct%x09%ae%x09%an%x09%s%x09%P", until)))


def _times(listing: str) -> Iterator[int]:
    for row in listing.splitlines():
        seconds, mail, name, subject = row.split("\t")[:4]
        by_bot = any(mark in f"{mail} {name}".lower() for mark in _BOTS)
        released = subject.lower().startswith(("release ", "release:", "bump ", "note: "))
        if not by_bot and not released:
            yield int(seconds)


def weeks_of(times: list[int], until: int, weeks: int) -> list[int]:
    """Return how many of the times lie in each of the last weeks before a second, the newest week last."""
    counts = [0] * weeks
    for each in times:
        back = (until - each) // WEEK
        if 0 <= back < weeks:
            counts[weeks - 1 - back] += 1
    return counts


@dataclass(frozen=True)
class Pace:
    """How many items landed in each past week, the newest last; what they are, and when each landed (seconds)."""

    weeks: tuple[int, ...]
    unit: str
    times: tuple[int, ...]


def pace(git: Git, notes: TowncrierConfig, main: str, until: int, longest: int, back: int = 0) -> Pace:
    """Return what landed on a branch in the `longest` weeks before a second; the times are of `back` weeks more."""
    since, earlier = until - longest * WEEK, until - (longest + back) * WEEK
    weeks = longest
    if not git.newest_before(main, since):  # the history began within these weeks
        first = min((int(at) for _, at in git.log(main, "--max-parents=0", form="%ct")), default=since)
        weeks = max(1, min(longest, math.ceil((until - first) / WEEK)))
    times = sorted(each.at for each in fragments_landed(git, notes, main, since=earlier))
    unit = "fragments"
    if not times or times[-1] <= since:
        times, unit = commits_landed(git, main, earlier), "commits"
    return Pace(tuple(weeks_of(times, until, weeks)), unit, tuple(times))
