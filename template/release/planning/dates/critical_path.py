"""The critical path: the chain of open items over `needs` that takes the most effort, also when some of them slip."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from release.planning.plan import Item, order_of
from release.planning.planned_release import PlannedRelease

SLIP = 2.0  # what the effort of an item that slips is multiplied by
_DRAWS, _MOST = 400, 400_000  # draws, and items that are looked at in all


@dataclass(frozen=True)
class Path:
    """The items of the longest chain, its effort, the effort of all open items, and {item: share of draws on it}."""

    items: tuple[Item, ...]
    effort: int
    open_effort: int
    share: Mapping[str, float]

    @property
    def names(self) -> list[str]:
        """The names of its items, in the order in which they have to be done."""
        return [each.name for each in self.items]


def critical_path(release: PlannedRelease, *, draws: bool = False) -> Path:
    """Return the critical path of the open items; with `draws` also how often each item was on one.

    In a draw an item slips with its risk. The draws are seeded by the items.
    """
    waiting = [each.item for each in release.open]
    names = {item.name for item in waiting}
    order = [item for item in order_of([each.item for each in release.items]) if item.name in names]
    longest = _longest(order, [item.effort for item in order])
    share: dict[str, float] = {}
    if draws and order:
        count = max(20, min(_DRAWS, _MOST // len(order)))
        seed = hashlib.sha256(repr([(item.name, item.effort, item.risk, item.needs) for item in order]).encode())
        chance = random.Random(int.from_bytes(seed.digest(), "big"))  # noqa: S311  # the same answer for everyone
        on_it: Counter[str] = Counter()
        for _ in range(count):
            efforts = [item.effort * (SLIP if chance.random() < item.risk else 1.0) for item in order]
            on_it.update(item.name for item in _longest(order, efforts))
        share = {name: times / count for name, times in on_it.most_common()}
    return Path(tuple(longest), sum(item.effort for item in longest), sum(item.effort for item in waiting), share)


def _longest(order: Sequence[Item], efforts: Sequence[float]) -> list[Item]:
    """Return the chain with the most effort; `order` has each item after those that it needs."""
    known: dict[str, tuple[float, str, Item]] = {}
    for item, effort in zip(order, efforts, strict=True):
        before = max((known[need][0], need) for need in item.needs if need in known) if _any(item, known) else (0.0, "")
        known[item.name] = (before[0] + effort, before[1], item)
    chain: list[Item] = []
    at = max(known, key=lambda name: (known[name][0], name)) if known else ""
    while at:
        chain.append(known[at][2])
        at = known[at][1]
    return chain[::-1]


def _any(item: Item, known: Mapping[str, object]) -> bool:
    return any(need in known for need in item.needs)
