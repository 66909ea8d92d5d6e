"""The metrics of releases as they changed, drawn."""

from __future__ import annotations

from collections import Counter

from release.pages.plots import Plot, bars, line
from release.pages.site_facts import Site

_NEWEST = 24  # releases that are drawn; with more they are too narrow to read


def metric_plots(site: Site) -> list[Plot]:
    """Return the plots of the page of metrics; none where nothing was released."""
    newest = site.releases[-_NEWEST:]
    if not newest:
        return []
    quarters = Counter(f"{each.day.year} Q{(each.day.month + 2) // 3}" for each in site.releases)
    lead = [(str(each.version), each.lead_days) for each in newest]
    since = [(str(each.version), each.since) for each in newest]
    found = [
        bars("quarters", "Releases in each quarter", "releases", _whole(quarters)[-_NEWEST:]),
        bars(
            "changes",
            "Changes in each release",
            "changes",
            [(str(each.version), float(len(each.release.changes))) for each in newest],
        ),
        line(
            "since",
            "Days since the release before",
            "days",
            [(name, days) for name, days in since if days is not None],
        ),
        line(
            "lead",
            "Lead time: median days from a change to its release",
            "days",
            [(name, days) for name, days in lead if days is not None],
        ),
    ]
    return [each for each in found if each.rows]


def _whole(counts: Counter[str]) -> list[tuple[str, float]]:
    """Return each quarter from the first to the last, those without a release among them."""
    first, last = min(counts), max(counts)
    year, quarter = int(first[:4]), int(first[-1])
    found = []
    while f"{year} Q{quarter}" <= last:
        found.append((f"{year} Q{quarter}", float(counts[f"{year} Q{quarter}"])))
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return found
