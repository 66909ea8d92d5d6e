"""Changes of the plan that a model proposes: diffs that only a person can apply; nothing is written here."""

from __future__ import annotations

import difflib
import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from packaging.version import InvalidVersion, Version

from release.assistant.answer import UNFIT, Answer, Change, Claim, Proposal
from release.base.errors import ReleaseError
from release.context import Context
from release.planning.moment import today
from release.planning.plan import Item, Plan, parse_plan, path_of
from release.planning.plan_edits import with_value, without_item

COMMANDS = ("scope", "prioritise")  # of which proposals are asked
INSTRUCTION = """
Propose changes of items of the plan under a further key, where the facts call for them, else an empty list:
"proposals": [{"text": "...", "cites": ["f3"], "item": "parser", "key": "risk", "to": 0.4}]
"item" is the name of an item that is not done. "key" is one of: "rank" ("to": "must", "should" or "could"), "value" and
"effort" (1 to 13), "risk" (0 to 1), "by" (a stage), "defer" ("to": the later release). "text" says why only."""


def with_proposals(ctx: Context, document: Mapping[str, Any], answer: Answer) -> Answer:
    """Return an answer whose proposals are diffs of the plan in the working tree; those that do not fit are dropped."""
    asked = [each for each in answer.claims if each.kind == "proposals"]
    found, dropped = [], Counter(answer.dropped)
    name = str(document.get("release", ""))
    plan = _plan(ctx, name) if str(document.get("as_of")) == str(today()) and not document.get("released") else None
    for claim in asked:
        proposal = _proposal(ctx, name, plan, claim) if plan else None
        if proposal:
            found.append(proposal)
        else:
            dropped[UNFIT if plan else "a change of a plan that is not here"] += 1
    others = tuple(each for each in answer.claims if each.kind != "proposals")
    return replace(answer, claims=others, dropped=dict(sorted(dropped.items())), proposals=tuple(found))


def _plan(ctx: Context, name: str) -> tuple[str, Plan] | None:
    """Return the text of a plan in the working tree, and the plan; None where there is none that can be read."""
    try:
        text = (ctx.root / path_of(name)).read_text(encoding="utf-8")
        return text, parse_plan(text, path_of(name))
    except (OSError, ReleaseError):
        return None


def _proposal(ctx: Context, name: str, plan: tuple[str, Plan], claim: Claim) -> Proposal | None:
    """Return what a claim proposes; None for what the plan cannot have, and for what it has already."""
    text, change = plan[0], claim.change
    item = next((each for each in plan[1].item if change and each.name == change.item), None)
    if change is None or item is None:
        return None
    try:
        after = _changed(text, plan[1], name, item, change, claim.text)
        parse_plan(after, path_of(name))
    except (ReleaseError, InvalidVersion):
        return None
    path = ctx.git.within_repository(path_of(name))
    rows = difflib.unified_diff(text.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    diff = "\n".join(rows)
    if change.key == "defer":
        run = f"inv defer {shlex.quote(item.name)} --to {change.to} --reason {shlex.quote(claim.text)}"
    else:
        run = f"git apply <<'END'\n{diff}\nEND"
    return Proposal(claim, change, diff, run) if diff else None


def _changed(text: str, plan: Plan, name: str, item: Item, change: Change, why: str) -> str:
    """Return the text of the plan with a change; raise ReleaseError or InvalidVersion for one that makes no sense."""
    if change.key == "defer":
        later = Version(str(change.to))
        needed = any(item.name in each.needs for each in plan.item)
        if needed or later <= Version(name) or later.is_prerelease or str(later) != change.to:
            raise ReleaseError(f"cannot defer {item.name}", why="it is needed, or the release is not later")
        return without_item(text, plan, item, str(later), why)
    if change.key == "rank" and change.to not in ("must", "should", "could"):
        raise ReleaseError(f"cannot rank {item.name}", why=f'"{change.to}" is no rank')
    return with_value(text, plan, item, change.key, change.to)
