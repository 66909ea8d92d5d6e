"""Changes to the text of a plan that keep its comments and its order: an item leaves it, an item or action comes in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from release.planning.plan import Action, Item, Plan

if TYPE_CHECKING:
    from tomlkit.items import Table

_NAMED = ("id", "title", "issue", "value", "effort", "risk")


def without_item(text: str, plan: Plan, item: Item, to: str, reason: str) -> str:
    """Return the text of a plan in which an item is deferred to another release."""
    import tomlkit

    document = tomlkit.parse(text)
    tables = document["item"]
    moved = tables[plan.item.index(item)]
    kept = {key: moved[key].unwrap() for key in _NAMED if key in moved}
    del tables[plan.item.index(item)]
    if not len(tables):
        del document["item"]
    deferred = tomlkit.table()
    for key, value in {"id": item.name, **kept, "reason": reason, "to": to}.items():
        deferred[key] = value
    return _with(tomlkit.dumps(document), "deferred", deferred)


def with_item(text: str, source: str, plan: Plan, item: Item, known: set[str]) -> str:
    """Return the text of a plan with an item of another plan's text; it needs only what is `known` in its new plan."""
    import tomlkit

    table = tomlkit.table()
    table["id"] = item.name
    for key, value in tomlkit.parse(source)["item"][plan.item.index(item)].items():
        if key == "needs":
            needs = [need for need in item.needs if need in known]
            if needs:
                table[key] = needs
        else:
            table[key] = value.unwrap()
    return _with(text, "item", table)


def with_value(text: str, plan: Plan, item: Item, key: str, value: str | float) -> str:
    """Return the text of a plan in which an item has another value of a key; `rank` is must, should or could."""
    import tomlkit

    document = tomlkit.parse(text)
    table = document["item"][plan.item.index(item)]
    body, below = table.value.body, list[Any]()
    while body and body[-1][0] is None:  # comments and empty lines below an item stay below what it gets
        below.insert(0, body.pop())
    if key == "rank":
        for rank in ("must", "should"):
            if rank != value:
                table.pop(rank, None)
        if value != "could":
            table[value] = True
    else:
        table[key] = value
    body.extend(below)
    return tomlkit.dumps(document)


def with_action(text: str, action: Action) -> str:
    """Return the text of a plan with one more action; an empty text gives a plan that holds nothing else."""
    import tomlkit

    table = tomlkit.table()
    for key in ("text", "owner", "due"):
        if getattr(action, key):
            table[key] = getattr(action, key)
    return _with(text, "action", table)


def with_issue(text: str, number: int, title: str, rank: str) -> str:
    """Return the text of a plan with an issue as its last item; `rank` is must, should or empty."""
    import tomlkit

    table = tomlkit.table()
    table["title"], table["issue"] = title, number
    if rank:
        table[rank] = True
    return _with(text, "item", table)


def with_date(text: str, day: date) -> str:
    """Return the text of a plan with a day for the final release."""
    import tomlkit

    document = tomlkit.parse(text)
    document["date"] = day
    return tomlkit.dumps(document)


def _with(text: str, name: str, table: Table) -> str:
    """Return a text with one more table of a name: behind those that there are, else at its end."""
    import tomlkit

    document = tomlkit.parse(text)
    if name in document:
        if not document[name][-1].as_string().endswith("\n\n"):
            document[name][-1].add(tomlkit.nl())
        document[name].append(table)
        return tomlkit.dumps(document)
    tables = tomlkit.aot()
    tables.append(table)
    return f"{text.rstrip()}\n\n{tomlkit.dumps({name: tables})}".lstrip()
