"""`inv published`: whether tags, indexes, release pages and changelog agree on the last releases."""

from __future__ import annotations

import json

from release.base.errors import ReleaseError
from release.context import Context
from release.monitoring.distribution import Agreement, agreement


def look(ctx: Context, last: int) -> list[Agreement]:
    """Return what every place has of the newest finals; changes nothing."""
    if last < 1:
        raise ReleaseError(f"cannot show {last} releases", why="it is less than 1", run="inv published --last 5")
    return agreement(ctx, last)


def show(ctx: Context, found: list[Agreement]) -> None:
    """Print a row for each release, and what differs with its command."""
    for each in found:
        names = ", ".join(place.name for place in each.places if place.good)
        ctx.report.line("ok" if each.good else "no", str(each.version), names or "nowhere")
        for place in each.places:
            if not place.good:
                ctx.report.say(f"          {place.name}: {place.fact.splitlines()[0]}\n          run: {place.run}")
    good = sum(each.good for each in found)
    ctx.report.say(f"\n{good} of {len(found)} releases agree everywhere")


def as_json(ctx: Context, found: list[Agreement]) -> str:
    """Return it for machines."""
    facts = {
        "project": ctx.project.canonical,
        "releases": [
            {
                "version": str(each.version),
                "agrees": each.good,
                "places": [
                    {"place": place.name, "agrees": place.good, "fact": place.fact, "run": place.run or None}
                    for place in each.places
                ],
            }
            for each in found
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)
