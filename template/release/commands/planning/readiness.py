"""inv readiness: the criteria of a stage with go or no go, and how much a go was worth here so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from packaging.version import Version

from release.commands.gates import Judgement, judge, show
from release.context import Context
from release.planning.go_confidence import Confidence, confidence
from release.planning.plan_names import full
from release.planning.planned_release import next_planned
from release.planning.prose import as_json


def readiness(
    ctx: Context,
    stage: str,
    *,
    thorough: bool = False,
    json: bool = False,
    comment: Callable[[str], str] | None = None,
) -> bool:
    """Print the readiness of the next release of this line for a stage; return whether it is a go.

    `comment` returns what is printed at the end, from the JSON.
    """
    ctx.report.console.quiet = json
    judged = judge(ctx, stage, thorough=thorough)
    ctx.report.console.quiet = False
    found = confidence(ctx)
    if json:
        document = as_json(_document(judged, found))
        print(comment(document) if comment else document)
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
        other = Version(judged.ctx.release.version.base_version) < planned.version and ctx.line == ctx.config.branch
        ctx.report.say(f"how the plan stands: inv health {planned.name}")
    if planned and other:
        ctx.report.say(f"these are not the criteria of {planned.name}: inv release {full(planned.version)} --dry-run")
    if comment:
        print(comment(as_json(_document(judged, found))))
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
