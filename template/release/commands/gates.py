"""Judging a stage: each of its criteria as met, missed or not yet known, and the go or no-go that follows."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from release.base.errors import ReleaseError
from release.branches.hotfix_branches import where_the_hotfix_is
from release.config.stages import PRE_RELEASE_OF, STAGES
from release.context import Context
from release.current_release import start
from release.engine.gate import Answer, Gate, Standing, Verdict, problem
from release.engine.run_gates import Inquiry, headline
from release.gate_order import before_all, before_freeze
from release.pipeline import take

_NOT_ASKED = "not run since its inputs changed"


@dataclass(frozen=True)
class Judgement:
    """The criteria of a stage with their answers."""

    ctx: Context
    stage: str
    answers: list[Answer]

    @property
    def missed(self) -> list[Answer]:
        """The criteria that are missed."""
        return [each for each in self.answers if each.standing is Standing.NOT_MET]

    @property
    def open(self) -> list[Answer]:
        """The criteria that are not checked: not yet asked, could not be asked, waived, or a warning."""
        return [each for each in self.answers if each.standing not in (Standing.NOT_MET, Standing.MET)]

    @property
    def colour(self) -> str:
        """Red: something is missed. Yellow: nothing is, and not all is known to be met. Green: all is met."""
        return "Red" if self.missed else "Yellow" if self.open else "Green"

    @property
    def go(self) -> bool:
        """Whether a release may go on: nothing is missed, and nothing that would block is unknown."""
        return not any(each.blocks or each.verdict.fact == _NOT_ASKED for each in self.answers)


def stage_here(ctx: Context) -> str:
    """Return the stage that a command without one means: of the final release that comes next from this line."""
    return "hotfix" if ctx.config.hotfix_of(ctx.line) else "production"


def judge(ctx: Context, stage: str, *, thorough: bool = False) -> Judgement:
    """Return how a stage stands for the next release of this line; with `thorough`, what takes long is asked, too."""
    if stage not in STAGES:
        raise ReleaseError(f'there is no stage "{stage}"', why=f"stages: {', '.join(STAGES)}", run="inv gates")
    if stage == "hotfix":
        ctx = where_the_hotfix_is(ctx)
    if stage == "feature-complete":
        taken = ctx.taking(replace(start(ctx, "auto"), named_stage=stage))
        gates = before_freeze(taken)
    else:
        taken = take(ctx, "auto", PRE_RELEASE_OF.get(stage))
        if taken.release.stage != stage:
            why = f"{taken.release} is of the stage {taken.release.stage}"
            raise ReleaseError(f"cannot judge {stage} on {ctx.line}", why=why, run=f"inv gates {taken.release.stage}")
        gates = before_all(taken)
    taken.report.say(f"{taken.release} on {taken.line}: the criteria of {stage}\n")
    quick = gates if thorough else tuple(map(_remembered_only, gates))
    console, quiet = taken.report.console, taken.report.console.quiet
    console.quiet = True  # each is told with all of its facts, at the end
    answers = Inquiry(taken, quick).run()
    console.quiet = quiet
    taken.tools.close()
    return Judgement(taken, stage, answers)


def _remembered_only(gate: Gate) -> Gate:
    """Return a gate that takes long so that only what is known of it counts; nothing new is remembered by that."""
    return replace(gate, ask=lambda _: Verdict(None, _NOT_ASKED, "inv preflight"), heavy=False) if gate.heavy else gate


WORDS = {Standing.MET: "met", Standing.NOT_MET: "missed", Standing.WARNS: "warned", Standing.LEFT_OUT: "unknown"}


def problems(judgement: Judgement) -> list[str]:
    """Return what, why and run of every criterion that is missed or warned of."""
    return [problem(answer) for answer in judgement.answers if answer.blocks or answer.warns]


def show(judgement: Judgement) -> None:
    """Print a row for each criterion, the reasons, the colour, and go or no go."""
    ctx, say = judgement.ctx, judgement.ctx.report.say
    for answer in judgement.answers:
        word = WORDS.get(answer.standing, "unknown")
        fact = headline(answer.verdict.fact) if answer.standing is Standing.MET else answer.verdict.fact
        ctx.report.line(word, answer.gate.name, fact)
    names = {
        "missed": [each.gate.name for each in judgement.missed],
        "warned": [each.gate.name for each in judgement.open if each.standing is Standing.WARNS],
        "not checked": [each.gate.name for each in judgement.open if each.standing is not Standing.WARNS],
    }
    reasons = "; ".join(f"{word}: {', '.join(found)}" for word, found in names.items() if found)
    say(f"\n{judgement.stage}: {judgement.colour}{f' ({reasons})' if reasons else ''}")
    first = next((each for each in judgement.answers if each.blocks), None)
    if judgement.go:
        say("go")
    elif judgement.missed or first is None:
        say(f"no go; next: {judgement.missed[0].verdict.run if judgement.missed else 'inv preflight'}")
    else:
        say(f"no go yet; next: inv preflight {judgement.stage}, or inv gates {judgement.stage} --ask")


def as_json(judgement: Judgement) -> str:
    """Return a judgement for machines."""
    return json.dumps(
        {
            "stage": judgement.stage,
            "release": str(judgement.ctx.release.version),
            "line": judgement.ctx.line,
            "colour": judgement.colour.lower(),
            "go": judgement.go,
            "criteria": [
                {"name": each.gate.name, "state": WORDS.get(each.standing, "unknown"), "fact": each.verdict.fact}
                for each in judgement.answers
            ],
        },
        indent=2,
        ensure_ascii=False,
    )
