"""Checking: every gate of the release in hand, or of the next one, in one look; nothing is changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from release.adapters.index.simple_api import get_ready
from release.artifacts.distributions import built
from release.base.errors import ReleaseError
from release.base.session_advice import as_there
from release.base.temporary_folders import temporary_folder
from release.branches.hotfix_branches import where_the_hotfix_is
from release.config.stages import PRE_RELEASE_OF, STAGES
from release.context import Context
from release.context_loader import load_context
from release.current_release import start
from release.engine.converge import observe
from release.engine.gate import Answer, Gate, Reads, Standing, Verdict, as_warnings, problem
from release.engine.gate_names import current_names
from release.engine.run_gates import Inquiry, refuse_unknown
from release.engine.step import State
from release.gate_order import PUBLISHED, before_freeze, of_preflight
from release.gates.project_sessions import is_test
from release.pipeline import in_progress, take
from release.repository.scratch_clone import throw_away_clone
from release.steps.build import BUILD
from release.steps.commit import COMMIT
from release.steps.tag import TAG

_FREEZE = "feature-complete"  # the stage of the main branch that a line is made from


@dataclass(frozen=True)
class PreflightResult:
    """What a preflight found; `seconds` is how long it took in all, `whole` whether every gate was asked."""

    ctx: Context
    answers: list[Answer]
    seconds: float
    whole: bool

    @property
    def blocking(self) -> list[Answer]:
        """The answers that stop the release."""
        return [answer for answer in self.answers if answer.blocks]

    @property
    def warnings(self) -> list[Answer]:
        """The answers that a person should read before going on."""
        return [answer for answer in self.answers if answer.warns]


def preflight(ctx: Context, wanted: str, stage: str, only: Iterable[str] = ()) -> PreflightResult:
    """Ask every gate before the first upload of the release that `wanted` means, or of the one in hand.

    For the stage feature-complete they are those of a freeze; that of a hotfix is the hotfix in hand.
    `only` names the gates to ask; those in `ctx.choice.skip` are left out. Raises ReleaseError for an unknown name.
    """
    start = time.monotonic()
    if stage not in STAGES:
        raise ReleaseError(
            f'cannot check the stage "{stage}"', why=f"it is none of {', '.join(STAGES)}", run="inv preflight"
        )
    if ctx.indexes:
        get_ready()
    ctx = _taken(ctx, wanted, stage)
    ctx.report.say(f"{ctx.release} from {ctx.release.line}: what could stop it\n")
    with ExitStack() as stack:
        gates = list(before_freeze(ctx)) if stage == _FREEZE else _gates(ctx, Preview(ctx, stack))
        if stage != _FREEZE:
            gates += [each for each in of_preflight(ctx) if each.name not in {gate.name for gate in gates}]
        chosen = set(current_names(ctx, only)) or {gate.name for gate in gates}
        refuse_unknown(chosen, gates)
        refuse_unknown(ctx.choice.skip, gates)
        answers = Inquiry(ctx, [gate for gate in gates if gate.name in chosen], folded=ctx.folds).run()
    ctx.tools.close()
    whole = len(answers) == len(gates) and not ctx.choice.skip
    return PreflightResult(ctx, answers, time.monotonic() - start, whole)


def _taken(ctx: Context, wanted: str, stage: str) -> Context:
    """Return the context with a release in hand; a fragment that cannot be read is for a gate to tell."""
    if stage == "hotfix":
        ctx = where_the_hotfix_is(ctx)
        if ctx.config.hotfix_of(ctx.line) is None:
            run = f"inv hotfix --reason {ctx.config.hotfix.reasons[0]} --pick COMMIT"
            raise ReleaseError("cannot check the hotfix", why="no hotfix is in progress", run=run)
    taking = _to_freeze if stage == _FREEZE else take
    try:
        return taking(ctx, wanted, PRE_RELEASE_OF.get(stage))
    except ReleaseError:
        if wanted != "auto":
            raise
        return taking(ctx, "patch", PRE_RELEASE_OF.get(stage))


def _to_freeze(ctx: Context, wanted: str, pre: str | None) -> Context:
    return ctx.taking(replace(start(ctx, wanted, pre), named_stage=_FREEZE))


def _gates(ctx: Context, preview: Preview) -> list[Gate]:
    """Return the gates before each step that is left, up to the uploads; those of the distributions ask the preview."""
    gates: list[Gate] = []
    after_the_upload = {gate.name for gate in PUBLISHED}
    for step in in_progress(ctx).steps:
        if step.observe(ctx).state in (State.DONE, State.WAITING):
            continue  # a conflict is found by the gates, or by the step itself when it is its turn
        found = step.gates(ctx)
        if step.key == TAG.key and found:
            found = (preview.gate(), *map(preview.asked, found))
        gates += [gate for gate in found if gate.name not in after_the_upload | {each.name for each in gates}]
    return gates


class Preview:
    """The release commit and its distributions, made in a throw-away clone when the first gate needs them."""

    def __init__(self, ctx: Context, stack: ExitStack) -> None:
        self._ctx = ctx
        self._stack = stack
        self._lock = Lock()
        self._there: Context | ReleaseError | None = None

    def gate(self) -> Gate:
        """Return the gate that is met when the distributions can be built."""
        reads = Reads(tools=("build", "bump-my-version", "towncrier", "uv"), version=True, committed=True)
        return Gate("builds", lambda _: self._builds(), reads=reads, heavy=True)

    def asked(self, gate: Gate) -> Gate:
        """Return `gate` asked of the distributions of this preview."""
        return replace(gate, ask=lambda _: gate.ask(self.context()), needs=("builds", *gate.needs))

    def context(self) -> Context:
        """Return the context of the clone in which the release is committed and built, or raise ReleaseError."""
        with self._lock:
            if self._there is None:
                try:
                    self._there = self._made()
                except ReleaseError as error:
                    self._there = error
            if isinstance(self._there, ReleaseError):
                raise self._there
            return self._there

    def _made(self) -> Context:
        place = Path(self._stack.enter_context(temporary_folder())).resolve()
        clone = throw_away_clone(self._ctx, place, self._ctx.line)
        memory = replace(self._ctx.memory, write=False)
        elsewhere = load_context(clone, self._ctx.environment, write=False, memory=memory)
        elsewhere = replace(elsewhere, config=replace(elsewhere.config, push="direct")).taking(self._ctx.release)
        for step in (COMMIT, BUILD):
            if observe(elsewhere, step).state is not State.DONE:
                step.do(elsewhere)
                elsewhere.git.look_again()
        return elsewhere

    def _builds(self) -> Verdict:
        try:
            there = self.context()
        except ReleaseError as error:
            return Verdict(False, f"{error.what}\n{error.why}".rstrip(), error.run, log=error.log)
        return Verdict(True, " and ".join(file.name for file in built(there)))


def problems(findings: PreflightResult) -> list[str]:
    """Return what, why and run of every gate that is not met, those that stop the release first."""
    return [problem(answer) for answer in (*findings.blocking, *findings.warnings)]


def show(findings: PreflightResult) -> None:
    """Print the problems by severity, what mends each, and the sum."""
    say = findings.ctx.report.say
    for each in problems(findings):
        say("\n" + each)
    if settings := as_warnings(findings.blocking):
        say("\n" + settings[0])
    say("\n" + _sum(findings))
    if findings.blocking:
        say("no go")
    elif not findings.whole:
        say("none of these stops the release; not all gates were run")
    else:
        say(f"go: {_command(findings.ctx)}" + ("      (with warnings)" if findings.warnings else ""))
        if untested := _untested(findings.answers):
            say(f"this go includes no tests of the project: {untested}")


def _untested(answers: Sequence[Answer]) -> str:
    """Return why nothing tested the project; empty where something did, or release.toml wants nothing of it."""
    tests = [answer for answer in answers if is_test(answer.gate.name)]
    if any(answer.standing is Standing.MET for answer in tests):
        return ""
    if any(answer.standing is Standing.LEFT_OUT for answer in tests):
        return "no tests of the project were run: they were skipped"
    return next((answer.verdict.fact for answer in tests if answer.warns), "")


def _command(ctx: Context) -> str:
    """Return the command that does what was checked."""
    commands = {_FREEZE: "inv freeze", "hotfix": "inv hotfix --continue"}
    return commands.get(ctx.release.stage, f"nox -s release -- {ctx.release.version}")


def _sum(findings: PreflightResult) -> str:
    counts = {
        "met": sum(answer.standing is Standing.MET for answer in findings.answers),
        "refusing": len(findings.blocking),
        "warning": len(findings.warnings),
        "not asked": sum(answer.standing is Standing.LEFT_OUT for answer in findings.answers),
    }
    known = sum(answer.remembered for answer in findings.answers)
    single = sum(answer.seconds for answer in findings.answers)
    told = [f"{count} {word}" for word, count in counts.items() if count]
    told += [f"{known} of them cached"] if known else []
    took = f"{findings.seconds:.1f} s; one after the other {single:.1f} s"
    return f"{len(findings.answers)} gates: {', '.join(told)}; {took}"


def as_json(findings: PreflightResult) -> str:
    """Return the findings for machines."""
    release = findings.ctx.release
    return json.dumps(
        {
            "release": str(release.version),
            "line": release.line,
            "go": findings.whole and not findings.blocking,
            "seconds": round(findings.seconds, 3),
            "gates": [
                {
                    "name": answer.gate.name,
                    "standing": answer.standing.value,
                    "blocks": answer.blocks,
                    "fact": answer.verdict.fact,
                    "run": as_there(answer.verdict.run),
                    "seconds": round(answer.seconds, 3),
                    "remembered": answer.remembered,
                }
                for answer in findings.answers
            ],
        },
        indent=2,
        ensure_ascii=False,
    )
