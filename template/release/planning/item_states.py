"""Whether an item of a plan is done, and by which evidence: a fragment, a trailer, a closed issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from release.planning.closed_issues import ClosedIssues
from release.planning.landings import Landing
from release.planning.moment import day_of
from release.planning.plan import Item


@dataclass(frozen=True)
class ItemState:
    """An item, whether it is done, and what shows it (evidence and the day of it)."""

    item: Item
    evidence: str = ""
    day: date | None = None

    @property
    def done(self) -> bool:
        """Whether something shows that it is done."""
        return bool(self.evidence)


def item_state(item: Item, landed: Mapping[str, Landing], named: Mapping[str, tuple[str, int]]) -> ItemState:
    """Return the state of an item by what landed: {stem: fragment} and {item of a trailer: (commit, time)}."""
    names = [item.name, *([str(item.issue)] if item.issue else [])]
    brought = min((landed[name] for name in names if name in landed), key=lambda each: each.at, default=None)
    if brought:
        return ItemState(item, f"{brought.name} in {brought.commit[:7]}", day_of(brought.at))
    said = next((named[name] for name in sorted(names) if name in named), None)
    return ItemState(item, f"Item: in {said[0][:7]}", day_of(said[1])) if said else ItemState(item)


def with_issue(state: ItemState, closed: ClosedIssues) -> ItemState:
    """Return the state of an item in the light of the forge: what git shows comes first."""
    at = None if state.done else closed.done.get(state.item.issue)
    return ItemState(state.item, f"issue {state.item.issue} closed", day_of(at)) if at else state
