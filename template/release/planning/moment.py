"""A past day or today, and what main and a release branch were then; a day ends Anywhere on Earth (UTC-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.config.release_toml import Config
from release.planning.plan import FIRST_YEAR, LAST_YEAR

_AOE = timedelta(hours=12)


@dataclass(frozen=True)
class Moment:
    """A day, the commit of the main branch that counts on it, and the last second (since 1970, UTC) that counts."""

    day: date
    main: str
    until: int


def today() -> date:
    """Return the day that it still is somewhere on Earth."""
    return (datetime.now(UTC) - _AOE).date()


def end_of(day: date) -> int:
    """Return the last second of a day Anywhere on Earth, in seconds since 1970."""
    noon = datetime(day.year, day.month, day.day, 11, 59, 59, tzinfo=UTC)
    return int(noon.timestamp()) + 86_400


def day_of(seconds: int) -> date:
    """Return the day, Anywhere on Earth, of a time in seconds since 1970."""
    return (datetime.fromtimestamp(seconds, UTC) - _AOE).date()


def moment_of(git: Git, config: Config, at: str = "") -> Moment:
    """Return the moment that `at` means: a day (2026-11-30), a commit, or today.

    Raises ReleaseError for a shallow clone, whose history is silently short, and for what is neither day nor commit.
    """
    if git.shallow():
        why = "this clone is shallow: a part of its history is missing"
        raise ReleaseError("cannot read the history", why=why, run=f"git fetch --unshallow --tags {config.remote}")
    main = newest(git, config, config.branch)
    if main is None:
        why = f"there is no branch {config.branch} here"
        raise ReleaseError("cannot read the plan", why=why, run=f"git fetch {config.remote} {config.branch}")
    if not at:
        day = today()
        return Moment(day, main, end_of(day))
    day_given = _day(at)
    if day_given:
        until = end_of(day_given)
        return Moment(day_given, git.newest_before(main, until) or _refuse_early(at, main), until)
    commit = git.commit_of(at)
    if commit is None:
        why = "it is neither a day (2026-11-30) nor a commit of this clone"
        raise ReleaseError(f'cannot use --at "{at}"', why=why, run="git log --oneline")
    until = git.time_of(commit)
    known = commit if git.contains(main, commit) else git.newest_before(main, until) or _refuse_early(at, main)
    return Moment(day_of(until), known, until)


def newest(git: Git, config: Config, branch: str) -> str | None:
    """Return the commit of a branch, here or on the remote as this clone last saw it: the one that has the other."""
    names = (f"refs/heads/{branch}", f"refs/remotes/{config.remote}/{branch}")
    here, there = map(git.commit_of, names)
    if here and there and git.contains(there, here):
        return there
    return here or there


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _refuse_early(at: str, main: str) -> str:
    why = "the history of the main branch begins later"
    raise ReleaseError(f'cannot use --at "{at}"', why=why, run=f"git log --reverse {main[:7]}")
