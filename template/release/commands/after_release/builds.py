"""`inv builds`: whether the newest release was built as the five before it."""

from __future__ import annotations

import json

from packaging.version import Version

from release.context import Context
from release.monitoring.builds import Measure, measures


def look(ctx: Context) -> tuple[Version, list[Measure]]:
    """Return the newest final and its measures; changes nothing."""
    return measures(ctx)


def show(ctx: Context, version: Version, found: list[Measure]) -> None:
    """Print a row for each measure; what is unusual is a warning."""
    ctx.report.say(f"{ctx.project.name} {version} beside the releases before it\n")
    for each in found:
        ctx.report.line("warn" if each.unusual else "ok", each.name, _fact(each))


def _fact(measure: Measure) -> str:
    value = f"{measure.value:,.0f} {measure.unit}"
    if not measure.enough:
        return f"{value}; {len(measure.before)} before it, too few to judge"
    low, high = measure.limits
    place = "outside of" if measure.unusual else "within"
    return f"{value}, {place} {max(0, low):,.0f} to {high:,.0f} (n {len(measure.before)})"


def as_json(ctx: Context, version: Version, found: list[Measure]) -> str:
    """Return it for machines."""
    rows = [
        {
            "name": each.name,
            "unit": each.unit,
            "value": each.value,
            "before": list(each.before),
            "limits": list(each.limits) if each.enough else None,
            "unusual": each.unusual,
        }
        for each in found
    ]
    return json.dumps({"project": ctx.project.canonical, "version": str(version), "measures": rows}, indent=2)
