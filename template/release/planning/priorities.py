"""What to do first, and three scopes with their probability for the date: minimal, likely, extended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from release.planning.forecast import Forecast
from release.planning.item_states import ItemState
from release.planning.plan import Item
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, counted, percent


@dataclass(frozen=True)
class Alternative:
    """A scope that is closed over needs; `without` are the open items that it leaves out, the last to do first."""

    name: str
    items: tuple[ItemState, ...]
    without: tuple[str, ...]
    forecast: Forecast | None
    chance: float | None  # for the planned date; None where there is no date or no forecast


def score(item: Item) -> float:
    """Return what an item gives for its effort: value x (1 - risk) / effort."""
    return item.value * (1 - item.risk) / item.effort


def in_order(release: PlannedRelease) -> list[ItemState]:
    """Return the open items, the best first, each after those that it needs."""
    known = {each.item.name: each for each in release.items}
    found: dict[str, ItemState] = {}
    for each in sorted(release.open, key=lambda each: (-score(each.item), each.item.name)):
        waiting = [each.item.name]
        while waiting:  # no recursion: needs may be thousands deep
            name = waiting[-1]
            missing = [need for need in known[name].item.needs if need not in found and not known[need].done]
            if missing:
                waiting += reversed(missing)
                continue
            waiting.pop()
            found.setdefault(name, known[name])
    return list(found.values())


def alternatives(release: PlannedRelease, sure: float) -> list[Alternative]:
    """Return minimal (the musts and what they need), likely (as much as the date has a chance for), extended (all)."""
    order = in_order(release)
    minimal = _closed(release, {each.item.name for each in order if each.item.must})
    least = [each for each in order if each.item.name in minimal]
    rest = [each for each in order if each.item.name not in minimal]
    likely = len(rest)
    if release.plan.date and release.forecast():
        low = 0  # the chance falls with each item more, so the most that is sure enough can be searched by halves
        while low < likely:
            middle = (low + likely + 1) // 2
            found = release.forecast([*least, *rest[:middle]])
            if found and found.chance(release.plan.date) >= sure:
                low = middle
            else:
                likely = middle - 1
    return [
        _alternative(release, "minimal", least, rest),
        _alternative(release, "likely", [*least, *rest[:likely]], rest[likely:]),
        _alternative(release, "extended", order, []),
    ]


def _closed(release: PlannedRelease, names: set[str]) -> set[str]:
    known = {each.item.name: each.item for each in release.items}
    waiting, found = list(names), set(names)
    while waiting:
        for need in known[waiting.pop()].needs:
            if need not in found:
                found.add(need)
                waiting.append(need)
    return found


def _alternative(
    release: PlannedRelease, name: str, items: Sequence[ItemState], without: Sequence[ItemState]
) -> Alternative:
    found = release.forecast(items)
    chance = found.chance(release.plan.date) if found and release.plan.date else None
    return Alternative(name, tuple(items), tuple(each.item.name for each in reversed(without)), found, chance)


def as_text(release: PlannedRelease, sure: float) -> str:
    """Return order and alternatives for a terminal."""
    order = in_order(release)
    rows = [
        (f"{number}", each.item.name, each.item.rank, f"{score(each.item):.1f}", _why(each.item))
        for number, each in enumerate(order, 1)
    ]
    lines = [*release.heading, "", f"order of the {counted(len(order), 'open item')}, by value x (1 - risk) / effort:"]
    lines += columns(rows) if rows else ["  nothing is open"]
    lines += ["", "alternatives:"]
    found = alternatives(release, sure)
    lines += columns([_row(each, sure) for each in found])
    likely = found[1]
    if likely.without and likely.chance is not None and likely.chance >= sure:
        lines += ["", f"to have {percent(sure)}, defer in this order: {', '.join(likely.without)}"]
        lines += [f"next: {release.how_to_defer.format(item=likely.without[0])}"]
    elif likely.chance is not None and likely.chance < sure:
        by = likely.forecast.by(sure) if likely.forecast else None
        lines += ["", f"the date is too early for the musts alone: they have {percent(sure)} by {by}"]
        lines += [f"next: $EDITOR plans/{release.name}.toml"]
    return "\n".join(lines)


def _why(item: Item) -> str:
    needs = f"; needs {', '.join(item.needs)}" if item.needs else ""
    return f"value {item.value}, effort {item.effort}, risk {percent(item.risk)}{needs}"


def _row(each: Alternative, sure: float) -> tuple[str, str, str, str]:
    chance = "unknown" if each.chance is None else percent(each.chance)
    by = f"{percent(sure)} by {each.forecast.by(sure)}" if each.forecast else "not enough history"
    return each.name, counted(len(each.items), "open item"), f"the date: {chance}", by


def as_document(release: PlannedRelease, sure: float) -> dict[str, Any]:
    """Return order and alternatives for machines."""
    return {
        "release": release.name,
        "as_of": release.moment.day,
        "date": release.plan.date,
        "order": [
            {"name": each.item.name, "rank": each.item.rank, "score": round(score(each.item), 4)}
            for each in in_order(release)
        ],
        "alternatives": [
            {
                "name": each.name,
                "items": [state.item.name for state in each.items],
                "without": list(each.without),
                "chance_of_date": each.chance if each.chance is None else round(each.chance, 4),
                "by": each.forecast and each.forecast.by(sure),
            }
            for each in alternatives(release, sure)
        ],
    }
