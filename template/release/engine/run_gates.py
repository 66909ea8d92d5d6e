"""Asking gates: cheap ones first, heavy ones as many at once as there are cores, and what is known green not again."""

from __future__ import annotations

import difflib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from release.base.errors import ReleaseError
from release.base.journal import own_folder
from release.base.redact import redact
from release.context import Context
from release.engine.gate import Answer, Gate, GatesRefused, Severity, Standing, Verdict, standing_of
from release.engine.gate_digest import Readings

_SPARED = "not run: another gate already stops the release"
_ALL_OF_IT = "all of it: "  # before the name of a log
_ROWS = 3  # green answers, or gates left out for one reason, that get a row each; more are one row
_LIGHT = 8  # gates asked at once that mostly wait: for git, for an index


@dataclass
class Inquiry:
    """One look at many gates. With `thorough` off, the first refusal of a cheap gate spares the heavy ones.

    With `folded` problems come first, and what is green, or left out for the same reason, is one row at the end.
    """

    ctx: Context
    gates: Sequence[Gate]
    thorough: bool = True
    folded: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readings = Readings(self.ctx)
        self._told = 0
        self._aside: list[Answer] = []  # what is printed at the end

    def run(self) -> list[Answer]:
        """Ask every gate that can still matter, print a row each in the order given, and return the answers."""
        waiting = sorted(self.gates, key=lambda gate: gate.heavy)
        running: dict[Future[Answer], Gate] = {}
        with (
            self.ctx.report.board() as board,
            ThreadPoolExecutor(_LIGHT) as light,
            ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2) as heavy,
        ):
            try:
                while waiting or running:
                    ready = [gate for gate in waiting if self._ready(gate)]
                    for gate in ready:
                        waiting.remove(gate)
                        known = self._known(gate)
                        if known:
                            self._take(known)
                        else:
                            pool = heavy if gate.heavy else light
                            running[pool.submit(board.shown(gate.name, self._ask), gate)] = gate
                    if ready:
                        continue  # what is known already may have made others ready
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        del running[future]
                        self._take(future.result())
            except BaseException:
                for pool in (light, heavy):
                    pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._tell_aside()
        return [self.answers[gate.name] for gate in self.gates]

    def _ready(self, gate: Gate) -> bool:
        names = {each.name for each in self.gates}
        if any(need in names and need not in self.answers for need in (*gate.needs, *gate.asked_after)):
            return False
        light = (each.name for each in self.gates if not each.heavy)
        return self.thorough or not gate.heavy or all(name in self.answers for name in light)

    def _known(self, gate: Gate) -> Answer | None:
        """Return the answer of a gate that need not be asked."""
        if gate.name in self.ctx.choice.skip:
            return Answer(gate, Verdict(None, "skipped by --skip"), Standing.LEFT_OUT)
        for need in gate.needs:
            if need in self.answers and self.answers[need].standing is not Standing.MET:
                return Answer(gate, Verdict(None, f"not run: it needs {need}"), Standing.LEFT_OUT)
        for other in gate.asked_after:
            if other in self.answers and self.answers[other].standing is Standing.UNKNOWN:
                return Answer(gate, Verdict(None, f"not run: {other} could not run"), Standing.LEFT_OUT)
        if gate.heavy and not self.thorough and any(answer.blocks for answer in self.answers.values()):
            return Answer(gate, Verdict(None, _SPARED), Standing.LEFT_OUT)
        if gate.reads is not None and not self.ctx.choice.fresh:
            fact = self.ctx.memory.recall(gate.name, self._readings.digest(gate.name, gate.reads))
            if fact is not None:
                return Answer(gate, Verdict(True, fact), Standing.MET, remembered=True)
        return None

    def _ask(self, gate: Gate) -> Answer:
        start = time.monotonic()
        digest = self._readings.digest(gate.name, gate.reads) if gate.reads is not None else ""
        verdict = _verdict(self.ctx, gate)
        if verdict.log and verdict.met is not True:
            verdict = self._with_log(gate, verdict)
        waiver = self.ctx.waived.get(gate.name)
        if waiver and verdict.met is not True and not gate.essential:
            fact = f"{waiver}\n{verdict.fact}"
            verdict = replace(verdict, met=False, fact=fact, severity=Severity.WARNING)
        answer = Answer(gate, verdict, standing_of(gate, verdict), time.monotonic() - start)
        if digest and answer.standing is Standing.MET:
            self.ctx.memory.keep(gate.name, digest, verdict.fact)
        return answer

    def _with_log(self, gate: Gate, verdict: Verdict) -> Verdict:
        """Lay the log of a gate into .release/logs, where a command may write, and name it in the fact."""
        if not self.ctx.memory.write:
            return verdict
        folder = own_folder(self.ctx.root) / "logs"
        folder.mkdir(exist_ok=True)
        path = folder / f"{gate.name.replace(' ', '-').replace('/', '-')}.log"
        path.write_text(redact(verdict.log), encoding="utf-8")
        fact = f"{verdict.fact}\n{_ALL_OF_IT}{path.relative_to(self.ctx.root)}"
        return Verdict(verdict.met, fact, verdict.run, verdict.severity)

    def _take(self, answer: Answer) -> None:
        """Keep an answer, and print the rows that have all rows before them."""
        self.answers[answer.gate.name] = answer
        while self._told < len(self.gates) and self.gates[self._told].name in self.answers:
            told = self.answers[self.gates[self._told].name]
            if self.folded and (told.standing is Standing.MET or told.verdict.fact == _SPARED):
                self._aside.append(told)
            else:
                tell(self.ctx, told)
            self._told += 1

    def _tell_aside(self) -> None:
        """Print what was kept back: a row for each answer where they are few, else one row for all of a kind."""
        spared = [each for each in self._aside if each.standing is not Standing.MET]
        met = [each for each in self._aside if each.standing is Standing.MET]
        for found, what in ((spared, _SPARED), (met, "")):
            if len(found) <= _ROWS:
                for each in found:
                    tell(self.ctx, each)
                continue
            known = sum(each.remembered for each in found)
            cached = f", {known} of them cached" if known else ""
            name = f"{len(found)} gates {what or f'pass{cached} (--verbose lists them)'}"
            self.ctx.report.line(found[0].standing.value, name)


def ask(ctx: Context, gates: Sequence[Gate], *, thorough: bool = True) -> tuple[Answer, ...]:
    """Ask the gates before a step and print a row each; raise GatesRefused naming every one that blocks."""
    if not gates:
        return ()
    start = time.monotonic()
    answers = Inquiry(ctx, gates, thorough=thorough, folded=ctx.folds).run()
    for answer in answers:
        verdict = answer.verdict
        ctx.report.journal.write("gate", gate=answer.gate.name, standing=answer.standing.value, fact=verdict.fact)
    refusals = [answer for answer in answers if answer.blocks]
    seconds = time.monotonic() - start
    ctx.report.journal.write("gates", asked=len(answers), refusing=len(refusals), seconds=seconds)
    if refusals:
        raise GatesRefused(ctx, refusals)
    return tuple(answers)


def refuse_unknown(names: Iterable[str], gates: Sequence[Gate]) -> None:
    """Raise ReleaseError for a name that none of the gates has."""
    known = [gate.name for gate in gates]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            why = f"did you mean {near[0]}?" if near else f"gates: {', '.join(known)}"
            raise ReleaseError(f'there is no gate "{name}" here', why=why, run="inv preflight")


def refuse_essential(names: Iterable[str], gates: Sequence[Gate]) -> None:
    """Raise ReleaseError for a gate that the steps of a release stand on: to leave it out would not make it true."""
    for gate in gates:
        if gate.essential and gate.name in names:
            why = "the steps of the release depend on it and would stop half-way"
            raise ReleaseError(f'cannot skip the gate "{gate.name}"', why=why, run="inv preflight")


def tell(ctx: Context, answer: Answer) -> None:
    """Print the row of one answer."""
    known = "  (known)" if answer.remembered else ""
    ctx.report.line(answer.standing.value, answer.gate.name, headline(answer.verdict.fact) + known, answer.seconds)


def headline(fact: str) -> str:
    """Return one line of a fact, the rest of which is told with what to do about it; of a failed command its last."""
    lines = [line for line in fact.splitlines() if not line.startswith(_ALL_OF_IT)] or [""]
    return lines[-1] if lines[0].startswith("exit code ") else lines[0]


def _verdict(ctx: Context, gate: Gate) -> Verdict:
    """Ask one gate; a gate that crashes or takes too long was not answered."""
    try:
        return gate.ask(ctx) if gate.seconds is None else _in_time(lambda: gate.ask(ctx), gate.seconds)
    except ReleaseError as error:
        return Verdict(None, f"could not run: {error.what}: {error.why}".rstrip(": "), error.run, log=error.log)
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        return Verdict(None, f"it crashed: {type(error).__name__}: {error}", log=told)


def _in_time(call: Callable[[], Verdict], seconds: float) -> Verdict:
    """Return what `call` returns, or give up waiting: a thread cannot be stopped, but it need not be waited for."""
    outcome: list[Verdict | BaseException] = []

    def body() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        frame = sys._current_frames().get(thread.ident or 0)
        return Verdict(None, f"no answer after {seconds:g} s", log="".join(traceback.format_stack(frame)))
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]
