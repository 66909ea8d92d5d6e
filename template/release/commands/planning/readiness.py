"""inv readiness: the criteria of a stage with go or no go, and how much a go was worth here so far."""

from __future__ import annotations

from typing import Any

from release.commands.gates import Judgement, judge, show
from release.context import Context
from release.planning.go_confidence import Confidence, confidence
from release.planning.planned_release import next_planned
from release.planning.prose import as_json


def readiness(ctx: Context, stage: str, *, thorough: bool = False, json: bool = False) -> bool:
    """Print the readiness of the next release of this line for a stage; return whether it is a go."""
    ctx.report.console.quiet = json
    judged = judge(ctx, stage, thorough=thorough)
    ctx.report.console.quiet = False
    found = confidence(ctx)
    if json:
        print(as_json(_document(judged, found)))
        return judged.go
    show(judged)
    ctx.report.say("\nconfidence of a go, from this project's own history:")
    for each in found:
        ctx.report.say(f"  {each}")
    planned = next_planned(ctx)
    ctx.report.say(
        f"\nthe launch checklist: inv runbook {'candidate' if judged.ctx.release.version.pre else 'release'}"
    )
    if planned:
        ctx.report.say(f"how the plan stands: inv health {planned.name}")
    return judged.go


def _document(judged: Judgement, found: tuple[Confidence, ...]) -> dict[str, Any]:
    return {
        "stage": judged.stage,
        "release": str(judged.ctx.release.version),
        "colour": judged.colour.lower(),
        "go": judged.go,
        "missed": [each.gate.name for each in judged.missed],
        "not_known": [each.gate.name for each in judged.open],
        "confidence": [{"of": each.what, "finals": each.finals, "fixed_within_48_h": each.fixed} for each in found],
    }
