"""`inv analysis`: which objectives a release reached, in percent by weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from release.commands.after_release import metrics as measures
from release.context import Context
from release.insight.metrics import Metric
from release.insight.objectives import Reached, of_plan, of_targets, share
from release.planning.moment import moment_of
from release.planning.plan_names import plan_names
from release.planning.planned_release import planned, planned_at
from release.planning.prose import as_json as json_of
from release.planning.prose import columns, percent


@dataclass(frozen=True)
class Analysis:
    """The objectives and what became of them; `name` is that of the plan that they are from, empty without one."""

    name: str
    day: date
    objectives: Sequence[Reached]


def look(ctx: Context, version: str = "", at: str = "", *, offline: bool = False) -> Analysis:
    """Return the analysis of a planned release, else of the newest that is out with objectives, else of [metrics].

    Changes nothing itself; the commands of objectives are the project's own. Raises as `planned` and the metrics do.
    """
    moment = moment_of(ctx.git, ctx.config, at)

    def metrics() -> Sequence[Metric]:
        return measures.look(ctx, at, offline=offline).metrics.metrics

    if version:
        release = planned(ctx, version, at)
        return Analysis(release.name, moment.day, of_plan(ctx, release, metrics, past=bool(at)))
    for name in reversed(plan_names(ctx.git, moment.main)):
        release = planned_at(ctx, name, moment)
        if release.plan.objective and release.released:
            return Analysis(name, moment.day, of_plan(ctx, release, metrics, past=bool(at)))
    return Analysis("", moment.day, of_targets(metrics(), measures.text_of))


def show(ctx: Context, found: Analysis) -> None:
    """Print a row for each objective, and the share that was reached."""
    whose = f"objectives of {found.name}" if found.name else "targets of [metrics] in release.toml"
    ctx.report.say(f"{ctx.project.name}: {whose}, as of {found.day}\n")
    if not found.objectives:
        ctx.report.say(f"the plan has none; next: $EDITOR plans/{found.name}.toml")
        return
    states = {True: "reached", False: "missed", None: "not known"}
    rows = [(states[each.met], each.text, each.fact, each.target, _weight(each)) for each in found.objectives]
    ctx.report.say("\n".join(columns(rows)))
    ctx.report.say(f"\n{percent(share(found.objectives))} by weight; what is not known counts as not reached")


def _weight(each: Reached) -> str:
    return "" if each.weight == 1 else f"weight {each.weight:g}"


def as_json(ctx: Context, found: Analysis) -> str:
    """Return the analysis for machines."""
    return json_of(
        {
            "project": ctx.project.canonical,
            "release": found.name or None,
            "as_of": found.day,
            "reached": round(share(found.objectives), 4),
            "objectives": [asdict(each) for each in found.objectives],
        }
    )
