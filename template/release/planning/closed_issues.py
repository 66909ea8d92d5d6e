"""The issues of a plan that were closed as completed on the forge: evidence beside fragments and trailers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from release.base.errors import ReleaseError
from release.config.planning_config import PlanConfig

if TYPE_CHECKING:
    from release.adapters.forge.issues import Issue
    from release.adapters.forge.protocols import Forge


@dataclass(frozen=True)
class ClosedIssues:
    """When each done issue was closed (seconds since 1970); `unread` is why the forge could not say it."""

    done: Mapping[int, int] = field(default_factory=dict)
    unread: str = ""


def dropped(issue: Issue, rules: PlanConfig) -> bool:
    """Return whether an issue was closed without being done: not planned, a duplicate, moved elsewhere."""
    if issue.closed is None:
        return False
    labels = {label.casefold() for label in issue.labels}
    return issue.reason not in ("", "completed") or not labels.isdisjoint(each.casefold() for each in rules.dropped)


def closed_issues(
    forge: Forge | None, rules: PlanConfig, numbers: Collection[int], since: int, until: int
) -> ClosedIssues:
    """Return which of some issues were closed as completed between two moments (seconds since 1970).

    A forge that cannot be asked, or that answers in part, is said and takes nothing for done: the items stay open.
    """
    if not forge or not rules.issues or not numbers:
        return ClosedIssues()
    try:
        found = forge.issues.changed_since(datetime.fromtimestamp(since, UTC))
    except ReleaseError as error:
        return ClosedIssues(unread=f"the issues on {forge.name} could not be read: {error.why}")
    done: dict[int, int] = {}
    for each in found:
        at = int(each.closed.timestamp()) if each.closed else until + 1
        if each.number in numbers and at <= until and not dropped(each, rules):
            done[each.number] = at
    return ClosedIssues(done)
