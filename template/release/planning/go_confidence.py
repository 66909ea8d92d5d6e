"""How much a go was worth here: of past finals, how many needed a fix within 48 hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from packaging.version import Version

from release.base.errors import ReleaseError
from release.base.statistics import LEAST, jeffreys
from release.context import Context
from release.planning.dates.calendar import calendar
from release.planning.health import Colour, health
from release.planning.moment import moment_of
from release.planning.people_checks import PASSED, check_states
from release.planning.plan_names import plan_names
from release.planning.planned_release import planned_at
from release.planning.prose import counted

SOON = 48 * 3600  # seconds within which a fix counts against the release before it
_MOST = 40  # newest finals that are looked at


@dataclass(frozen=True)
class Confidence:
    """Of `finals`, how many were fixed within 48 hours; `what` says which finals they are."""

    what: str
    finals: int
    fixed: int

    def __str__(self) -> str:
        said = f"of {counted(self.finals, 'final')} {self.what}, {self.fixed} needed a fix within 48 h"
        if self.finals < LEAST:
            return f"{said}: too few to judge"
        low, high = jeffreys(self.fixed, self.finals)
        return f"{said}: {low * 100:.0f} to {high * 100:.0f} % (90 % interval)"


def confidence(ctx: Context) -> tuple[Confidence, ...]:
    """Return the confidence of a go: of the planned finals that were Green when they were made, and of all finals."""
    times = _finals(ctx)
    now = datetime.now(UTC).timestamp()
    old = [version for version in times if times[version] + SOON <= now][-_MOST:]
    fixed = {version for version in old if _was_fixed(version, times)}
    green = [version for version in old if _was_green(ctx, version)]
    return (
        Confidence("that were planned and Green", len(green), len(fixed & set(green))),
        Confidence("of this project", len(old), len(fixed)),
    )


def _finals(ctx: Context) -> dict[Version, int]:
    """Return {version: seconds since 1970} of the finals that this clone has the tags of, by version."""
    tags = {version: commit for tag, commit in ctx.git.tags().items() if (version := ctx.config.version_of(tag))}
    return {version: ctx.git.time_of(tags[version]) for version in sorted(tags) if not version.is_prerelease}


def _was_fixed(version: Version, times: Mapping[Version, int]) -> bool:
    """Return whether a later final of the same series came within 48 hours."""
    later = [each for each in times if each > version and each.release[:2] == version.release[:2]]
    return any(0 <= times[each] - times[version] <= SOON for each in later)


def _was_green(ctx: Context, version: Version) -> bool:
    """Return whether a final was planned, and Green right before its commit."""
    before = ctx.git.commit_of(f"refs/tags/{ctx.config.tag_of(version)}^")
    if before is None:
        return False
    try:
        moment = moment_of(ctx.git, ctx.config, before)
        names = {planned: name for name, planned in plan_names(ctx.git, moment.main).items()}
        if version not in names:
            return False
        release = planned_at(ctx, names[version], moment)
        days = calendar(ctx.git, release) if release.plan.date or release.forecast() else None
        passed = sum(each.state == PASSED for each in check_states(ctx, release))
        return health(release, days, passed).colour is Colour.GREEN
    except ReleaseError:
        return False  # a plan that could not be read then said nothing
