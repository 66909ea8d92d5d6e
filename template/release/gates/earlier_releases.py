"""What earlier releases show before the next one: whether all places agree on them, and how the newest was built.

Warnings of the preflight alone: what is wrong there is no fault of the release that comes.
"""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict
from release.monitoring.builds import measures
from release.monitoring.distribution import agreement

_LAST = 3  # finals that are looked at


def _places(ctx: Context) -> Verdict:
    """Compare tags, indexes, release pages and changelog of the newest finals, as `inv published` does."""
    found = agreement(ctx, _LAST)
    wrong = [
        f"{each.version}: {place.name}: {place.fact.splitlines()[0]}"
        for each in found
        for place in each.places
        if place.good is False
    ]
    unknown = [place for each in found for place in each.places if place.good is None]
    if wrong:
        return Verdict(False, "\n".join(wrong), f"inv published --last {_LAST}")
    if unknown:
        return Verdict(None, unknown[0].fact, f"inv published --last {_LAST}")
    return Verdict(True, f"index, tag, forge and changelog agree on {', '.join(str(each.version) for each in found)}")


def _builds(ctx: Context) -> Verdict:
    """Compare the newest final on the first index with those before it, as `inv builds` does."""
    version, found = measures(ctx)
    unusual = [each for each in found if each.unusual]
    if unusual:
        rows = []
        for each in unusual:
            low, high = each.limits
            rows.append(f"{each.name} of {version}: {each.value:,.0f}, usually {max(0, low):,.0f} to {high:,.0f}")
        return Verdict(False, "\n".join(rows), "inv builds")
    enough = any(each.enough for each in found)
    return Verdict(True, f"{version} is like the earlier ones" if enough else "too few releases to compare")


PLACES = Gate("earlier releases", _places, severity=Severity.WARNING, seconds=60)
BUILDS = Gate("earlier builds", _builds, severity=Severity.WARNING, seconds=120)
EVERY = (PLACES, BUILDS)


def concerning(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that concern a project: none before its first final, one without an index."""
    finals = [each for each in map(ctx.config.version_of, ctx.git.tags()) if each and not each.is_prerelease]
    if not finals:
        return ()
    try:
        served = ctx.indexes and any(each in finals for each in ctx.indexes[0].versions(ctx.project.canonical))
    except ReleaseError:
        served = False  # the gate that is asked says so
    return EVERY if served else (PLACES,)
