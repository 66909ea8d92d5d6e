"""What a model said of a planned date, as records on the commit of the plan, and how good that was beside the rules.

A forecast of the rules is computed again for any past day; what a model said is not, so it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from release.approvals.decision_records import Record, keep, records, slug
from release.assistant.advice import Advice
from release.base.errors import ReleaseError
from release.context import Context
from release.planning.moment import Moment, day_of
from release.planning.planned_release import planned, planned_at

_PREFIX = "predictions/"
_SHOWN = 12  # characters of a digest in a name


@dataclass(frozen=True)
class ModelScore:
    """The Brier score of a model's recorded probabilities, and that of the rules on the same `n` moments."""

    model: str
    n: int
    said: float
    rules: float

    @property
    def note(self) -> str:
        """What it is worth beside the rules."""
        added = "" if self.said < self.rules else "; the model adds nothing"
        return f"Brier score of the date; the rules on the same {self.n}: {self.rules:.2f}{added}"


@dataclass(frozen=True)
class _Scored:
    """A prediction of a date that came or passed: what model and rules gave it, and whether it was kept."""

    model: str
    said: float
    rules: float
    came: bool


def record(ctx: Context, version: str, found: Advice, *, dry_run: bool = False) -> str:
    """Record the probability that a model gave the planned date, once for the same facts; return what was done."""
    chance = found.answer.chance if found.answer else None
    if chance is None:
        return "not recorded: the model gave no probability of the date"
    release = planned(ctx, version)
    if release.released or release.plan.date is None:
        return f"not recorded: {release.name} has no date to come"
    name = _name(release.name, found.model, found.evidence.digest)
    if any(each.name == name for each in records(ctx, name)):
        return "recorded already for these facts"
    if dry_run:
        return f"would be recorded: {chance:.2f} for {release.plan.date}"
    facts = {
        "Release": release.name,
        "Chance": f"{chance:.4f}",
        "Date": str(release.plan.date),
        "Model": found.model,
        "Evidence": found.evidence.digest,
    }
    keep(ctx, name, release.plan_commit, f"Prediction for {release.name}", facts, once=True)
    return f"recorded: {chance:.2f} for {release.plan.date}; inv accuracy scores it after the release"


def _name(release: str, model: str, digest: str) -> str:
    return f"{_PREFIX}{release}/{slug(model)}/{digest[:_SHOWN]}"


def scores(ctx: Context, moment: Moment) -> list[ModelScore]:
    """Return the score of each model of which predictions are recorded and known to have come true or not."""
    found = list(_scored(ctx, moment))
    made = []
    for model in sorted({each.model for each in found}):
        own = [each for each in found if each.model == model]
        said = sum((each.said - each.came) ** 2 for each in own) / len(own)
        rules = sum((each.rules - each.came) ** 2 for each in own) / len(own)
        made.append(ModelScore(model, len(own), said, rules))
    return made


def _scored(ctx: Context, moment: Moment) -> Iterator[_Scored]:
    for each in records(ctx, _PREFIX):
        at = int(each.at.timestamp())
        if at <= moment.until and _counts(ctx, each):
            yield from _judged(ctx, each, at, moment)


def _counts(ctx: Context, record: Record) -> bool:
    """Return whether a record says under its own name what it says, about a commit of this clone."""
    facts = record.facts
    named = _name(facts.get("Release", ""), facts.get("Model", ""), facts.get("Evidence", ""))
    return not record.forged and record.name == named and ctx.git.commit_of(record.commit) is not None


def _judged(ctx: Context, record: Record, at: int, moment: Moment) -> Iterator[_Scored]:
    """Yield a prediction once it is known what came; the date and the rules' chance are read from git, not from it."""
    main = ctx.git.newest_before(moment.main, at)
    try:
        said, planned_for = float(record.facts["Chance"]), date.fromisoformat(record.facts["Date"])
        name = record.facts["Release"]
        then = planned_at(ctx, name, Moment(day_of(at), main or moment.main, at))
        released = planned_at(ctx, name, moment).released
    except (ReleaseError, ValueError, LookupError):
        return  # the plan of that day is gone, or the record is no prediction
    rules = then.forecast() if then.open else None
    known = released is not None or moment.day > planned_for
    if then.plan.date == planned_for and rules and known and 0 <= said <= 1:
        came = released is not None and released <= planned_for
        yield _Scored(record.facts["Model"], said, rules.chance(planned_for), came)
