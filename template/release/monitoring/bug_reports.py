"""Whether more bugs are reported since a release than usual: a rate beside the one of the weeks before it.

A report is no proof and rates of small projects jump: fewer than three are never unusual, and what is unusual had less
than one chance in a hundred (Poisson).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from release.adapters.forge.issues import Issue
from release.monitoring.watched import Finding, Outcome, Watched

_USUAL = timedelta(days=28)  # before the release
_LEAST = 3  # reports below which nothing is unusual
_CHANCE = 0.01
_ROWS = 500  # of the forge's listing that are read: at most ten requests
_BUG = "bug"


def bug_reports(subject: Watched) -> list[Finding]:
    """Compare the bug reports since the release with the usual rate; nothing where there is no forge."""
    forge, requests = subject.ctx.forge, subject.requests
    if forge is None:
        return []
    name = f"reports on {forge.name}"
    if requests.left() < _ROWS // 50:
        return [Finding(name, Outcome.LOOK, "not tried: the requests of this look are used", "inv watch")]
    out = datetime.now(UTC) - timedelta(hours=subject.hours)
    with requests.to_the_forge(forge):
        opened = forge.issues.opened_since(out - _USUAL, _ROWS)
    found, what = _bugs(opened.issues, _label(subject))
    new = [each for each in found if each.opened >= out]
    before = max((out - opened.since).total_seconds() / 3600, 1.0)
    usual = (len(found) - len(new)) / before * subject.hours
    fact = f"{len(new)} {what} since the release, usually {usual:.1f}"
    if len(new) < _LEAST or _chance_of(len(new), usual) >= _CHANCE:
        return [Finding(name, Outcome.KEEP, fact)]
    return [Finding(name, Outcome.LOOK, f"{fact}; the newest: {new[0].title}", f"python -m webbrowser {new[0].page}")]


def _label(subject: Watched) -> str:
    return next((each.label for each in subject.ctx.config.watch if each.name == "reports"), "")


def _bugs(issues: Sequence[Issue], label: str) -> tuple[list[Issue], str]:
    """Return the bug reports, and what they are called: by the label, or every issue where none has the usual one."""
    found = [each for each in issues if (label or _BUG) in each.labels]
    return (found, "bug reports") if found or label else (list(issues), "issues")


def _chance_of(number: int, usual: float) -> float:
    """Return the chance of so many or more where `usual` are expected (Poisson)."""
    term, below = math.exp(-usual), 0.0
    for each in range(number):
        below += term
        term *= usual / (each + 1)
    return 1 - below
