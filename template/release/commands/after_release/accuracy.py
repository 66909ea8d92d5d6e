"""`inv accuracy`: how good scope, dates, forecasts, risks and gates were, replayed from git for any past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from release.base.errors import ReleaseError
from release.context import Context
from release.insight.accuracy import Score, scores
from release.insight.failed_releases import DAY, failures
from release.insight.known_releases import Known, known_releases
from release.insight.prediction_scores import ReleaseScore, own_forecasts, release_scores
from release.planning.moment import Moment
from release.planning.prose import as_json as json_of
from release.planning.prose import counted

_NAME = 29  # characters of the name of a score
_GRACE = 7 * DAY  # how old a final is before it counts as one that did not fail


@dataclass(frozen=True)
class Accuracy:
    """The scores at a moment, and the released plans that they were counted over."""

    day: date
    scores: Sequence[Score]
    releases: Sequence[ReleaseScore]


def look(ctx: Context, at: str = "", *, last: int = 5) -> Accuracy:
    """Return the accuracy over the newest `last` released plans at a day or commit (empty: now); changes nothing.

    Only git is asked (and its remote for what an assistant predicted): what an index says has no day, and the same
    question has to get the same answer for ever.
    """
    if last < 1:
        raise ReleaseError(f"cannot look at {last} releases", why="it is less than 1", run="inv accuracy --last 5")
    return of_known(ctx, known_releases(ctx, at, lambda _: 0, offline=True, command="inv accuracy"), last)


def of_known(ctx: Context, known: Known, last: int) -> Accuracy:
    """Return the accuracy at the moment of a history."""
    history, moment = known.history, known.history.moment
    failed = failures(ctx.git, history, ctx.project.notes)
    old = [each.version for each in history.releases if each.at <= moment.until - _GRACE]
    releases = release_scores(ctx, moment, last, failed)
    found = scores(releases, own_forecasts(ctx, moment), len(old), sum(each in failed for each in old))
    return Accuracy(moment.day, [*found, *_of_models(ctx, moment)], releases)


def _of_models(ctx: Context, moment: Moment) -> Sequence[Score]:
    """Return the scores of what the assistant predicted, where there is one: those are records of the remote."""
    if ctx.config.assistant is None:
        return ()
    from release.assistant.predictions import scores as recorded

    return [
        Score(f"assistant {each.model}", f"assistant {each.model}"[:_NAME], each.n, value=each.said, note=each.note)
        for each in recorded(ctx, moment)
    ]


def show(ctx: Context, found: Accuracy) -> None:
    """Print a row for each score, with its target and what other projects reached."""
    names = ", ".join(each.name for each in found.releases)
    plans = f"{counted(len(found.releases), 'released plan')}{f' ({names})' if names else ''}"
    ctx.report.say(f"{ctx.project.name}: accuracy of predictions over {plans}, as of {found.day}\n")
    for each in found.scores:
        facts = [target_of(each), each.elsewhere, each.note]
        row = f"  {each.name:<{_NAME}}  {text_of(each):<46}  n {each.n:<4}  {'; '.join(filter(None, facts))}"
        ctx.report.say(row.rstrip())


def text_of(score: Score) -> str:
    """Return a score in words; "too few to judge" where there are fewer than five observations."""
    hits = "" if score.hits is None else f"{score.hits} of {score.n}"
    if not score.enough:
        return f"{hits}, too few to judge" if score.n and hits else "too few to judge"
    if score.hits is None or score.interval is None:
        return f"{score.value:.2f}"
    low, high = score.interval
    return f"{hits}, {100 * score.hits / score.n:.0f} % (90 % interval: {100 * low:.0f} to {100 * high:.0f} %)"


def target_of(score: Score) -> str:
    """Return the target of a score in words, and whether it is met; empty without one."""
    if not score.target:
        return ""
    target = f"at most {score.target:g} %" if score.hits is None else f"over {score.target:g} %"
    return target + ("" if score.met is None else ": met" if score.met else ": missed")


def as_json(ctx: Context, found: Accuracy) -> str:
    """Return the accuracy for machines: the same bytes for the same day."""
    return json_of(
        {
            "project": ctx.project.canonical,
            "as_of": found.day,
            "scores": [_score(each) for each in found.scores],
            "releases": [asdict(each) for each in found.releases],
        }
    )


def _score(each: Score) -> dict[str, Any]:
    shown = each.enough and each.hits is None
    return {
        "key": each.key,
        "name": each.name,
        "n": each.n,
        "enough": each.enough,
        "hits": each.hits,
        "value": round(each.value, 4) if shown else None,
        "interval": [round(end, 4) for end in each.interval] if each.interval else None,
        "target": each.target or None,
        "met": each.met,
        "elsewhere": each.elsewhere or None,
        "text": text_of(each),
    }
