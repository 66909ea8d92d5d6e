"""The plan of one release, plans/1.3.toml: its items, dates, risks and what else is intended; no state of anything."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from graphlib import CycleError, TopologicalSorter
from typing import Any

from release.base.errors import ReleaseError
from release.config.toml_schema import build, key, schema_of, wrong

FOLDER = "plans"
STAGES = ("alpha", "feature-complete", "beta", "candidate", "production")  # in the order of the calendar
OUTCOMES = ("", "materialised", "averted")
FIRST_YEAR, LAST_YEAR = 1980, 2999  # 36,500 days of [calendar] before and after them are days, too
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@dataclass(frozen=True)
class DatesTable:
    """Days that differ from those that [calendar] in release.toml gives."""

    alpha: datetime.date | None = key(None, "The day of the alpha.")
    feature_complete: datetime.date | None = key(None, "The day by which every feature is on the branch.")
    beta: datetime.date | None = key(None, "The day of the freeze and the beta.")
    candidate: datetime.date | None = key(None, "The day of the first candidate.")
    support: datetime.date | None = key(None, "The day until which the release is watched closely.")
    fixes_only: datetime.date | None = key(None, "The day from which its series gets no new features.")
    security_only: datetime.date | None = key(None, "The day from which its series gets security fixes only.")
    end_of_life: datetime.date | None = key(None, "The day after which it gets no fixes.")


@dataclass(frozen=True)
class Item:
    """One thing that the release is to have; whether it is done is read from git and the forge."""

    title: str = key("", "What it is, in one line.")
    id: str = key("", "Its name in fragments (streaming.feature.md), in `Item: streaming` and in needs.")
    issue: int = key(0, "Its issue on the forge, and its name in fragments (123.feature.md).")
    must: bool = key(False, "Without it there is no release.")
    should: bool = key(False, "A release without it is a warning; neither must nor should: could.")
    value: int = key(5, "What it is worth, 1 to 13, relative to the others.")
    effort: int = key(1, "What it takes, 1 to 13, relative to the others.")
    risk: float = key(0.1, "The chance that it slips or fails, 0 to 1.")
    needs: tuple[str, ...] = key((), "The ids of items that have to be done before.")
    by: str = key("feature-complete", f"The stage by which it has to be done, one of {', '.join(STAGES)}.")
    owner: str = key("", "Who does it.")

    @property
    def name(self) -> str:
        """What it is called in needs, in fragments and by commands: its id, else its issue, else words of its title."""
        return self.id or (str(self.issue) if self.issue else _words(self.title))

    @property
    def rank(self) -> str:
        """must, should or could."""
        return "must" if self.must else "should" if self.should else "could"


@dataclass(frozen=True)
class Deferred:
    """An item that was moved to a later release."""

    id: str = key("", "Its name.")
    title: str = key("", "What it is.")
    issue: int = key(0, "Its issue on the forge.")
    reason: str = key("", "Why it was moved.")
    to: str = key("", "The release that it was moved to, such as 1.4.")
    value: int = key(5, "What it is worth, as in an item.")
    effort: int = key(1, "What it takes, as in an item.")
    risk: float = key(0.1, "The chance that it slips or fails, as in an item.")


@dataclass(frozen=True)
class Risk:
    """Something that may happen to the release."""

    id: str = key("", "Its name.")
    text: str = key("", "What may happen.")
    chance: float = key(0.5, "How likely it is, 0 to 1.")
    impact: float = key(0.0, "Days that the release would be late if it happened.")
    mitigation: str = key("", "What is done about it.")
    owner: str = key("", "Who is responsible for it.")
    outcome: str = key("", "materialised or averted, once it is known.")


@dataclass(frozen=True)
class Objective:
    """What the release should reach, as a number that a command prints."""

    text: str = key("", "What should be reached.")
    run: tuple[str, ...] = key((), "A command whose last line is the number, as arguments.")
    measure: str = key("", "Instead of run: the key of a metric, scope (percent delivered) or days_late.")
    at_most: float | None = key(None, "Met when the number is not above this.")
    at_least: float | None = key(None, "Met when the number is not below this.")
    weight: float = key(1.0, "How much it counts beside the others.")


@dataclass(frozen=True)
class PersonCheck:
    """What only a person can try; the answer is a record on the commit that was tried."""

    name: str = key("", "What is to be checked.")
    stage: str = key("candidate", f"The stage before which the result is due, one of {', '.join(STAGES)}.")
    who: str = key("", "The role that records the result; empty: anyone.")


@dataclass(frozen=True)
class Action:
    """What a retrospective asked for."""

    text: str = key("", "What is to be done.")
    owner: str = key("", "Who does it.")
    due: datetime.date | None = key(None, "The day by which it is done.")
    done: bool = key(False, "Whether it was done.")


@dataclass(frozen=True)
class Plan:
    """The plan of a release as a whole; two lines are enough: `[[item]]` and a title."""

    theme: str = key("", "What the release is about, in a few words.")
    date: datetime.date | None = key(None, "The day of the final release; left out: the forecast gives one.")
    lead: str = key("", "Who makes the release, as an address or a role; notified of the day of each stage.")
    capacity: float = key(0.0, "Effort points completed in a week; 0: measured from the history.")
    criteria: tuple[str, ...] = key((), "What makes the release a success, a sentence each.")
    dates: DatesTable = key(DatesTable(), "Dates that differ from the offsets of [calendar].")
    item: tuple[Item, ...] = key((), "What the release is to contain.")
    deferred: tuple[Deferred, ...] = key((), "What was moved to a later release.")
    risk: tuple[Risk, ...] = key((), "What may happen.")
    objective: tuple[Objective, ...] = key((), "What the release should reach, as numbers.")
    check: tuple[PersonCheck, ...] = key((), "What only a person can check.")
    action: tuple[Action, ...] = key((), "What a retrospective asked for.")


def path_of(version: str) -> str:
    """Return where the plan of a release lies: plans/1.3.toml."""
    return f"{FOLDER}/{version}.toml"


def parse_plan(text: str, file: str) -> Plan:
    """Return the plan in the text of a file; raise ReleaseError for what cannot be one."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReleaseError(f"cannot read {file}", why=str(error), run=f"$EDITOR {file}") from error
    plan = build(Plan, table, file=file)
    _refuse_nonsense(plan, file)
    return plan


def order_of(items: Iterable[Item]) -> list[Item]:
    """Return the items so that each stands after those it needs, else in their own order; they have no cycle."""
    known = {item.name: item for item in items}
    sorter = TopologicalSorter({item.name: item.needs for item in known.values()})
    return [known[name] for name in sorter.static_order()]


def _refuse_days(plan: Plan, file: str) -> None:
    """Raise ReleaseError for a day that no calendar can be counted from or to."""
    days = {"date": plan.date}
    days |= {f"dates.{each.name}": getattr(plan.dates, each.name) for each in fields(DatesTable)}
    days |= {f"action[{number}].due": each.due for number, each in enumerate(plan.action)}
    for where, day in days.items():
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise wrong(where, f"{day} is not in the years {FIRST_YEAR} to {LAST_YEAR}", file)


def _refuse_nonsense(plan: Plan, file: str) -> None:
    _refuse_days(plan, file)
    for number, item in enumerate(plan.item):
        _refuse_item(item, f"item[{number}]", file)
    _refuse_twins("item", [item.name for item in plan.item], file)
    _refuse_twins("item", [str(item.issue) for item in plan.item if item.issue], file)
    _refuse_needs(plan, file)
    for number, moved in enumerate(plan.deferred):
        if not (moved.id or moved.title):
            raise wrong(f"deferred[{number}].id", "what is deferred needs an id or a title", file)
        _refuse_points(moved, f"deferred[{number}]", file)
    for number, risk in enumerate(plan.risk):
        _refuse_chance(risk.chance, f"risk[{number}].chance", file)
        if risk.outcome not in OUTCOMES:
            raise wrong(f"risk[{number}].outcome", f'"{risk.outcome}" is neither materialised nor averted', file)
    for number, check in enumerate(plan.check):
        if not check.name.strip():
            raise wrong(f"check[{number}].name", "a check needs a name", file)
        _refuse_stage(check.stage, f"check[{number}].stage", file)
    _refuse_twins("check", [check.name for check in plan.check], file)
    for number, objective in enumerate(plan.objective):
        if (objective.at_most is None) == (objective.at_least is None):
            raise wrong(f"objective[{number}]", "it needs at_most or at_least, one of the two", file)
        if bool(objective.run) == bool(objective.measure):
            raise wrong(f"objective[{number}]", "it needs run or measure, one of the two", file)
        if objective.weight <= 0:
            raise wrong(f"objective[{number}].weight", f"{objective.weight:g} is not above 0", file)
    if plan.capacity < 0:
        raise wrong("capacity", f"{plan.capacity:g} is below 0", file)


def _refuse_item(item: Item, where: str, file: str) -> None:
    if not item.title.strip() or "\n" in item.title.strip():
        raise wrong(f"{where}.title", "an item needs a title of one line", file)
    if item.id and not _ID.fullmatch(item.id):
        why = f'"{item.id}" is not small letters, digits, dots, hyphens and underscores'
        raise wrong(f"{where}.id", why, file)
    if item.issue < 0:
        raise wrong(f"{where}.issue", f"{item.issue} is no number of an issue", file)
    if item.must and item.should:
        raise wrong(f"{where}.should", "an item is must or should, not both", file)
    _refuse_points(item, where, file)
    _refuse_stage(item.by, f"{where}.by", file)


def _refuse_points(item: Item | Deferred, where: str, file: str) -> None:
    for name, points in (("value", item.value), ("effort", item.effort)):
        if not 1 <= points <= 13:
            raise wrong(f"{where}.{name}", f"{points} is not within 1 and 13", file)
    _refuse_chance(item.risk, f"{where}.risk", file)


def _refuse_chance(chance: float, where: str, file: str) -> None:
    if not 0 <= chance <= 1:
        raise wrong(where, f"{chance:g} is not within 0 and 1", file)


def _refuse_stage(stage: str, where: str, file: str) -> None:
    if stage not in STAGES:
        raise wrong(where, f'"{stage}" is none of {", ".join(STAGES)}', file)


def _refuse_twins(table: str, names: list[str], file: str) -> None:
    twins = [name for name, times in Counter(names).items() if times > 1]
    if twins:
        raise wrong(table, f'two have the same name: "{twins[0]}"; give each an id of its own', file)


def _refuse_needs(plan: Plan, file: str) -> None:
    """Raise ReleaseError for needs that are no items of this plan, or that go in a circle."""
    names = {item.name for item in plan.item}
    moved = {each.id: each.to for each in plan.deferred}
    for number, item in enumerate(plan.item):
        for need in item.needs:
            if need not in names:
                gone = f"; it was deferred to {moved[need]}" if need in moved else ""
                raise wrong(f"item[{number}].needs", f'there is no item "{need}" in this plan{gone}', file)
    try:
        TopologicalSorter({item.name: item.needs for item in plan.item}).prepare()
    except CycleError as error:
        circle = " needs ".join(reversed(error.args[1]))
        raise wrong("item", f"needs go in a circle: {circle}", file) from error


def _words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.lower())
    return "-".join(words)[:40].strip("-") or "item"


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a plan, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{FOLDER}/VERSION.toml"}
    return head | schema_of(Plan)
