"""The scope of a planned release: what it is to have, what of that is done by which evidence, and what came besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from release.planning.item_states import ItemState
from release.planning.landings import Landing
from release.planning.plan import Item
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, counted, escaped, table

RANKS = ("must", "should", "could")


@dataclass(frozen=True)
class Change:
    """How the plan differs from the first one that had a date."""

    promised: int
    delivered: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def of_rank(release: PlannedRelease, rank: str) -> list[ItemState]:
    """Return the items of a rank, in the order of the plan."""
    return [each for each in release.items if each.item.rank == rank]


def change_since_baseline(release: PlannedRelease) -> Change | None:
    """Return what became of the items that were promised first; None where nothing was."""
    if release.baseline is None:
        return None
    promised = [item.name for item in release.baseline.item]
    now = {each.item.name: each for each in release.items}
    return Change(
        promised=len(promised),
        delivered=sum(name in now and now[name].done for name in promised),
        added=tuple(name for name in now if name not in set(promised)),
        dropped=tuple(name for name in promised if name not in now),
    )


def as_text(release: PlannedRelease) -> str:
    """Return the scope for a terminal."""
    lines = release.heading
    for rank in RANKS:
        found = of_rank(release, rank)
        if found:
            lines += ["", f"{rank}: {sum(each.done for each in found)} of {len(found)} done"]
            lines += columns([_row(each) for each in found])
    if release.plan.deferred:
        lines += ["", "deferred:"]
        lines += columns(
            [(each.id or each.title, f"to {each.to or '?'}", each.reason) for each in release.plan.deferred]
        )
    if release.earlier:
        lines += ["", f"before the plan: {counted(len(release.earlier), 'change')}"]
    if release.unplanned:
        lines += ["", f"unplanned: {counted(len(release.unplanned), 'change')}"]
        lines += columns([(each.name, each.commit[:7]) for each in release.unplanned])
    if release.plan.criteria:
        lines += ["", "success criteria:", *(f"  {each}" for each in release.plan.criteria)]
    return "\n".join([*lines, *_since_baseline(release)])


def _row(state: ItemState) -> tuple[str, str, str, str]:
    item = state.item
    fact = f"{state.evidence}, {state.day}" if state.done else _due(item)
    return "done" if state.done else "open", item.name, item.title, fact


def _due(item: Item) -> str:
    return f"by {item.by}" + (f", {item.owner}" if item.owner else "")


def _since_baseline(release: PlannedRelease) -> list[str]:
    change = change_since_baseline(release)
    if change is None or not (change.added or change.dropped):
        return []
    added = f"; added: {', '.join(change.added)}" if change.added else ""
    dropped = f"; no longer in it: {', '.join(change.dropped)}" if change.dropped else ""
    return ["", f"of {change.promised} promised first, {change.delivered} done{added}{dropped}"]


def as_markdown(release: PlannedRelease) -> str:
    """Return the scope as a document of Markdown."""
    first, *others = map(escaped, release.heading)
    lines = [f"# {first}", "", *others]
    for rank in RANKS:
        found = of_rank(release, rank)
        if found:
            lines += ["", f"## {rank.capitalize()} ({sum(each.done for each in found)} of {len(found)} done)", ""]
            lines += table(("State", "Item", "Title", "Evidence"), map(_row, found))
    if release.plan.deferred:
        rows = [(each.id or each.title, each.to, each.reason) for each in release.plan.deferred]
        lines += ["", "## Deferred", "", *table(("Item", "To", "Reason"), rows)]
    if release.unplanned:
        rows_of = [(each.name, each.commit[:7]) for each in release.unplanned]
        lines += ["", "## Unplanned", "", *table(("Change", "Commit"), rows_of)]
    if release.plan.criteria:
        lines += ["", "## Success criteria", "", *(f"- {escaped(each)}" for each in release.plan.criteria)]
    return "\n".join([*lines, *map(escaped, _since_baseline(release))])


def as_document(release: PlannedRelease) -> dict[str, Any]:
    """Return the scope for machines."""
    change = change_since_baseline(release)
    unread = {"unread": release.unread} if release.unread else {}
    return unread | {
        "release": release.name,
        "theme": release.plan.theme,
        "date": release.plan.date,
        "released": release.released,
        "as_of": release.moment.day,
        "plan_commit": release.plan_commit,
        "items": [_item(each) for each in release.items],
        "deferred": [
            {"id": each.id, "title": each.title, "reason": each.reason, "to": each.to} for each in release.plan.deferred
        ],
        "before_the_plan": [_landing(each) for each in release.earlier],
        "unplanned": [_landing(each) for each in release.unplanned],
        "criteria": list(release.plan.criteria),
        "baseline": change
        and {
            "promised": change.promised,
            "delivered": change.delivered,
            "added": list(change.added),
            "dropped": list(change.dropped),
        },
    }


def _item(state: ItemState) -> dict[str, Any]:
    item = state.item
    return {
        "name": item.name,
        "title": item.title,
        "issue": item.issue or None,
        "rank": item.rank,
        "by": item.by,
        "owner": item.owner,
        "done": state.done,
        "evidence": state.evidence,
        "day": state.day,
    }


def _landing(landing: Landing) -> dict[str, str]:
    return {"fragment": landing.name, "commit": landing.commit}
