"""Asking gates: all at once and in order, heavy ones last, nothing twice, and whatever goes wrong is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.gate import Answer, Gate, GatesRefused, Severity, Standing, Verdict
from release.engine.run_gates import Inquiry, ask, headline, refuse_essential, refuse_unknown
from tests.support.making import releasing, writing
from tests.support.world import World


@pytest.fixture
def ctx(repository: World) -> Context:
    return releasing(repository)


def gate(name: str, *answer: Verdict, severity: Severity = Severity.BLOCKING) -> Gate:
    verdicts = iter(answer)
    return Gate(name, lambda ctx: next(verdicts), severity)


def standings(answers: list[Answer]) -> dict[str, str]:
    return {answer.gate.name: answer.standing.value for answer in answers}


def test_every_gate_that_refuses_is_told_in_the_order_given(ctx: Context, capsys: pytest.CaptureFixture[str]) -> None:
    def unable(ctx: Context) -> Verdict:
        raise ReleaseError("cannot read the index", why="no answer", run="wait")

    gates = (
        gate("first", Verdict(True, "fine")),
        gate("second", Verdict(False, "not fine\nat all", "mend it")),
        Gate("third", unable),
        gate("fourth", Verdict(False, "not nice"), severity=Severity.WARNING),
        gate("fifth", Verdict(None, "not known"), severity=Severity.WARNING),
    )

    with pytest.raises(GatesRefused) as refusal:
        ask(ctx, gates)

    assert str(refusal.value) == (
        "cannot release: second\n"
        "  why: not fine\n"
        "       at all\n"
        "  run: mend it\n"
        "cannot release: third\n"
        "  why: could not run: cannot read the index: no answer\n"
        "  run: wait\n"
        'to get warnings instead, in release.toml: gates = [{ name = "second", severity = "warning" }, '
        '{ name = "third", severity = "warning" }]'
    )
    assert capsys.readouterr().out.splitlines() == [
        "  no      second                              not fine",
        "  unknown third                               could not run: cannot read the index: no answer",
        "  warn    fourth                              not nice",
        "  unknown fifth                               not known",
        "  ok      first                               fine",
    ]


def test_problems_come_first_and_many_green_gates_are_one_row(ctx: Context, capsys: pytest.CaptureFixture[str]) -> None:
    gates = [gate(f"green {number}", *[Verdict(True, "fine")] * 3) for number in range(4)]
    gates.insert(1, gate("other", *[Verdict(False, "not nice")] * 3, severity=Severity.WARNING))
    warned = "  warn    other                               not nice"

    ask(ctx, gates)
    assert capsys.readouterr().out.splitlines() == [warned, "  ok      4 gates pass (--verbose lists them)"]

    ask(replace(ctx, choice=replace(ctx.choice, verbose=True)), gates)
    assert [row[10:17] for row in capsys.readouterr().out.splitlines()] == [
        *("green 0", "other  ", "green 1", "green 2", "green 3")
    ]

    in_ci = replace(ctx, environment={**ctx.environment, "CI": "true"})
    ask(in_ci, gates)
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_what_another_gate_spares_is_one_row_too(ctx: Context, capsys: pytest.CaptureFixture[str]) -> None:
    gates = [Gate(f"tests {number}", _never, heavy=True) for number in range(4)]

    with pytest.raises(GatesRefused):
        ask(ctx, [gate("clean", Verdict(False, "dirty", "git stash")), *gates], thorough=False)

    assert capsys.readouterr().out.splitlines() == [
        "  no      clean                               dirty",
        "  skip    4 gates not run: another gate already stops the release",
    ]


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ("uncommitted changes:\n?? new.txt", "uncommitted changes:"),
        ("exit code 1\nfirst\nlast\nall of it: .release/logs/lint.log", "last"),
        ("exit code 1", "exit code 1"),
        ("", ""),
    ],
)
def test_a_row_shows_the_line_that_tells_most(fact: str, line: str) -> None:
    assert headline(fact) == line


def test_warnings_stop_nothing(ctx: Context) -> None:
    answers = ask(ctx, [gate("nice", Verdict(False, "not nice"), severity=Severity.WARNING)])

    assert [answer.warns for answer in answers] == [True]


def test_a_verdict_can_weigh_more_than_its_gate(ctx: Context) -> None:
    heavier = Verdict(False, "much too large", severity=Severity.BLOCKING)

    with pytest.raises(GatesRefused):
        ask(ctx, [gate("size", heavier, severity=Severity.WARNING)])


def test_gates_are_asked_at_the_same_time(ctx: Context) -> None:
    """Each waits for the other: one after the other they would never end."""
    meeting = threading.Barrier(2, timeout=20)

    def meet(ctx: Context) -> Verdict:
        meeting.wait()
        return Verdict(True, "met")

    assert [answer.verdict.met for answer in ask(ctx, [Gate("a", meet), Gate("b", meet)])] == [True, True]


def test_a_gate_that_crashes_is_a_failure_with_its_log(repository: World) -> None:
    def broken(ctx: Context) -> Verdict:
        raise ZeroDivisionError("by hand")

    (answer,) = Inquiry(writing(repository), [Gate("broken gate", broken)]).run()

    assert (answer.standing, answer.blocks) == (Standing.UNKNOWN, True)
    assert answer.verdict.fact == "it crashed: ZeroDivisionError: by hand\nall of it: .release/logs/broken-gate.log"
    log = (repository.project / ".release" / "logs" / "broken-gate.log").read_text()
    assert log.startswith("Traceback") and "in broken" in log
    assert repository.git("status", "--porcelain") == ""


def test_a_gate_that_takes_too_long_is_not_waited_for_and_its_log_says_where_it_is(repository: World) -> None:
    never = threading.Event()

    def slow(ctx: Context) -> Verdict:
        never.wait(60)
        return Verdict(True, "late")

    start = time.monotonic()
    (answer,) = Inquiry(writing(repository), [Gate("slow", slow, seconds=0.05)]).run()

    assert answer.verdict.fact == "no answer after 0.05 s\nall of it: .release/logs/slow.log"
    assert "never.wait(60)" in (repository.project / ".release" / "logs" / "slow.log").read_text()
    assert answer.blocks
    assert time.monotonic() - start < 30
    never.set()


def test_what_needs_an_unmet_gate_is_not_asked(ctx: Context) -> None:
    after = Gate("after", _never, needs=("before",))

    answers = Inquiry(ctx, [after, gate("before", Verdict(False, "no"))]).run()

    assert standings(answers) == {"after": "skip", "before": "no"}
    assert answers[0].verdict.fact == "not run: it needs before"
    assert not answers[0].blocks


def test_what_is_asked_after_an_unanswered_gate_is_not_asked(ctx: Context) -> None:
    """One index that does not answer is one problem, not five."""

    def unable(ctx: Context) -> Verdict:
        raise ReleaseError("cannot read the index")

    answers = Inquiry(ctx, [Gate("account", _never, asked_after=("free",)), Gate("free", unable)]).run()

    assert standings(answers) == {"account": "skip", "free": "unknown"}


def test_what_is_asked_after_a_refusing_gate_is_asked_all_the_same(ctx: Context) -> None:
    account = Gate("account", lambda ctx: Verdict(False, "no password"), asked_after=("free",))

    answers = Inquiry(ctx, [account, gate("free", Verdict(False, "taken"))]).run()

    assert standings(answers) == {"account": "no", "free": "no"}


def test_what_needs_a_gate_comes_after_it(ctx: Context) -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[[Context], Verdict]:
        def body(ctx: Context) -> Verdict:
            order.append(name)
            return Verdict(True, name)

        return body

    gates = [Gate("after", noting("after"), needs=("before",)), Gate("before", noting("before"), heavy=True)]

    assert standings(Inquiry(ctx, gates).run()) == {"after": "ok", "before": "ok"}
    assert order == ["before", "after"]


def test_a_refusal_of_a_cheap_gate_spares_the_heavy_ones_of_a_release(ctx: Context) -> None:
    gates = [Gate("tests", _never, heavy=True), gate("clean", Verdict(False, "dirty", "git stash"))]

    answers = Inquiry(ctx, gates, thorough=False).run()

    assert standings(answers) == {"tests": "skip", "clean": "no"}


def test_a_preflight_asks_them_all_the_same(ctx: Context) -> None:
    heavy = Gate("tests", lambda ctx: Verdict(False, "red", "nox -s tests"), heavy=True)

    answers = Inquiry(ctx, [heavy, gate("clean", Verdict(False, "dirty", "git stash"))]).run()

    assert standings(answers) == {"tests": "no", "clean": "no"}


def test_what_is_left_out_is_not_asked_and_told(repository: World) -> None:
    answers = Inquiry(writing(repository, skip=("slow",)), [Gate("slow", _never)]).run()

    assert [(each.standing, each.verdict.fact, each.blocks) for each in answers] == [
        (Standing.LEFT_OUT, "skipped by --skip", False)
    ]


def _never(ctx: Context) -> Verdict:
    raise AssertionError("it must not be asked")


def test_an_unknown_gate_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ReleaseError) as refusal:
        refuse_unknown(["lnt"], [Gate("lint", _never), Gate("clean", _never)])

    assert str(refusal.value) == 'there is no gate "lnt" here\n  why: did you mean lint?\n  run: inv preflight'


def test_a_gate_that_the_steps_stand_on_cannot_be_left_out() -> None:
    with pytest.raises(ReleaseError) as refusal:
        refuse_essential(["clean"], [Gate("clean", _never, essential=True)])

    assert refusal.value.what == 'cannot skip the gate "clean"'
