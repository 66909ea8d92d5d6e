"""The text of a new plan: what older plans deferred to it and left to do, and what was named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from release.planning.plan import Action, Deferred, Plan

_EXAMPLE = """\
# [[item]]
# id = "streaming"                 # its fragment is changelog.d/streaming.feature.md; or: issue = 123
# title = "Read results as a stream"
# must = true                      # must, should, or neither
# effort = 3                       # 1 to 13, relative
"""


@dataclass(frozen=True)
class Inherited:
    """What older plans leave to a release: items that were deferred to it, and actions that are open."""

    items: tuple[Deferred, ...]
    actions: tuple[Action, ...]


def inherited(plans: Mapping[str, Plan], name: str) -> Inherited:
    """Return what the plans {name: plan} of other releases leave to the release `name`."""
    others = [plan for other, plan in plans.items() if other != name]
    moved = {each.id or each.title: each for plan in others for each in plan.deferred if each.to == name}
    actions = {each.text: each for plan in others for each in plan.action}
    return Inherited(tuple(moved.values()), tuple(each for each in actions.values() if not each.done))


def text_of(theme: str, day: date | None, titles: Sequence[str], left: Inherited, *, schema: bool) -> str:
    """Return the text of a plan, with a schema for editors where release/ has it."""
    head = ["#:schema ../release/plan-schema.json"] if schema else ["# The plan of a release."]
    head += [f"theme = {_string(theme)}"] if theme else []
    head += [f"date = {day}"] if day else []
    blocks = ["\n".join(head) + "\n"]
    blocks += [_item(each.title or each.id, each) for each in left.items]
    blocks += [_item(title) for title in titles]
    blocks += [_action(each) for each in left.actions]
    return "\n".join(blocks if len(blocks) > 1 else [*blocks, _EXAMPLE])


def _item(title: str, moved: Deferred | None = None) -> str:
    rows = [("title", _string(title))]
    if moved and moved.id:
        rows.insert(0, ("id", _string(moved.id)))
    if moved and moved.issue:
        rows.append(("issue", f"{moved.issue}"))
    usual = Deferred()
    for key in ("value", "effort", "risk"):
        if moved and getattr(moved, key) != getattr(usual, key):
            rows.append((key, f"{getattr(moved, key)}"))
    return _table("item", rows)


def _action(action: Action) -> str:
    rows = [("text", _string(action.text))]
    rows += [("owner", _string(action.owner))] if action.owner else []
    rows += [("due", f"{action.due}")] if action.due else []
    return _table("action", rows)


def _table(name: str, rows: Iterable[tuple[str, str]]) -> str:
    return f"[[{name}]]\n" + "".join(f"{key} = {value}\n" for key, value in rows)


def _string(text: str) -> str:
    """Return a text as a string of TOML; JSON's form is one, apart from DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
