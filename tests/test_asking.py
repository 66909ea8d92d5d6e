"""Asking gates: all at once and in order, heavy ones last, nothing twice, and whatever goes wrong is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from release.answers import Answer, GatesRefused, Standing
from release.asking import Inquiry, ask, headline, refuse_essential, refuse_unknown
from release.context import Choice, Context, load_context
from release.errors import ReleaseError
from release.gate import Gate, Reads, Severity, Verdict
from tests.support.making import releasing
from tests.support.world import World


@pytest.fixture
def ctx(repository: World) -> Context:
    return releasing(repository)


def writing(world: World, *, skip: tuple[str, ...] = (), fresh: bool = False) -> Context:
    """Return a context that may leave traces of its own, as that of a preflight."""
    choice = Choice(frozenset(skip), fresh)
    ctx = load_context(world.project, world.environment(), choice=choice)
    return ctx.taking(releasing(world).release)


def gate(name: str, *answer: Verdict, severity: Severity = Severity.BLOCKING) -> Gate:
    verdicts = iter(answer)
    return Gate(name, lambda ctx: next(verdicts), severity)


def counting(name: str, reads: Reads, met: bool = True) -> tuple[Gate, list[str]]:
    """Return a gate and the list that grows each time it is asked."""
    times: list[str] = []

    def body(ctx: Context) -> Verdict:
        times.append(name)
        return Verdict(met, f"asked {len(times)} times", "mend it")

    return Gate(name, body, reads=reads), times


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
        "  why: could not be asked: cannot read the index: no answer\n"
        "  run: wait"
    )
    assert capsys.readouterr().out.splitlines() == [
        "  ok      first                               fine",
        "  no      second                              not fine",
        "  unknown third                               could not be asked: cannot read the index: no answer",
        "  warn    fourth                              not nice",
        "  unknown fifth                               not known",
    ]


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ("not committed:\n?? new.txt", "not committed:"),
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
    assert answers[0].verdict.fact == "not asked: it needs before"
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
        (Standing.LEFT_OUT, "left out by --skip", False)
    ]


def _never(ctx: Context) -> Verdict:
    raise AssertionError("it must not be asked")


def test_green_is_remembered_while_nothing_that_was_read_changes(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))

    first = Inquiry(writing(repository), [lint]).run()[0]
    second = Inquiry(writing(repository), [lint]).run()[0]

    assert times == ["lint"]
    assert (first.remembered, second.remembered) == (False, True)
    assert first.verdict.fact == second.verdict.fact == "asked 1 times"


def test_red_is_never_remembered(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)), met=False)

    for _ in range(2):
        assert Inquiry(writing(repository), [lint]).run()[0].blocks

    assert times == ["lint", "lint"]


def test_fresh_asks_again(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))

    Inquiry(writing(repository), [lint]).run()
    Inquiry(writing(repository, fresh=True), [lint]).run()

    assert times == ["lint", "lint"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("src/acme/__init__.py", ["code", "all"]),
        ("docs/index.md", ["docs", "all"]),
        ("src/acme/new.py", ["code", "all"]),
        ("changelog.d/+x.fix.md", ["all"]),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_a_changed_line_voids_exactly_the_gates_that_read_it(
    repository: World, path: str, asked: list[str], committed: bool
) -> None:
    gates = {
        name: counting(name, reads)
        for name, reads in [("code", Reads(("src", "tests"))), ("docs", Reads(("docs",))), ("all", Reads())]
    }
    inquire = [gate for gate, _ in gates.values()]
    Inquiry(writing(repository), inquire).run()

    place = repository.project / path
    text = place.read_text() if place.exists() else ""
    repository.write(path, text + "\n# one more line\n")
    if committed:
        repository.commit()
    answers = Inquiry(writing(repository), inquire).run()

    assert [answer.gate.name for answer in answers if not answer.remembered] == asked


def test_a_changed_setting_voids_the_gates_that_read_it(repository: World) -> None:
    gates = [counting("smoke", Reads((), keys=("smoke",)))[0], counting("growth", Reads((), keys=("growth",)))[0]]
    Inquiry(writing(repository), gates).run()
    path = repository.project / "release.toml"
    path.write_text('smoke = ["true"]\n' + path.read_text())

    answers = Inquiry(writing(repository), gates).run()

    assert [answer.remembered for answer in answers] == [False, True]


def test_another_version_in_hand_voids_what_read_it(repository: World) -> None:
    released, times = counting("released", Reads((), version=True))
    Inquiry(writing(repository), [released]).run()

    Inquiry(
        load_context(repository.project, repository.environment()).taking(releasing(repository, "0.2.0").release),
        [released],
    ).run()

    assert len(times) == 2


def test_a_memory_that_cannot_be_read_is_empty(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))
    Inquiry(writing(repository), [lint]).run()
    (repository.project / ".release" / "gates.json").write_text("{ half")

    assert Inquiry(writing(repository), [lint]).run()[0].remembered is False
    assert len(times) == 2


def test_what_may_not_write_remembers_nothing(repository: World) -> None:
    lint, _ = counting("lint", Reads(("src",)))

    Inquiry(releasing(repository), [lint]).run()

    assert not (repository.project / ".release").exists()


def test_a_rename_and_a_deletion_are_changes(repository: World) -> None:
    code, _ = counting("code", Reads(("src",)))
    Inquiry(writing(repository), [code]).run()

    (repository.project / "src" / "acme" / "__init__.py").unlink()

    assert not Inquiry(writing(repository), [code]).run()[0].remembered


def test_an_unknown_gate_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ReleaseError) as refusal:
        refuse_unknown(["lnt"], [Gate("lint", _never), Gate("clean", _never)])

    assert str(refusal.value) == 'there is no gate "lnt" here\n  why: did you mean lint?\n  run: inv preflight'


def test_a_gate_that_the_steps_stand_on_cannot_be_left_out() -> None:
    with pytest.raises(ReleaseError) as refusal:
        refuse_essential(["clean"], [Gate("clean", _never, essential=True)])

    assert refusal.value.what == 'cannot leave out the gate "clean"'


def test_no_trace_of_a_secret_is_kept(repository: World, tmp_path: Path) -> None:
    told = f"https://ada:{repository.environment()['TWINE_PASSWORD']}@host is green"
    Inquiry(writing(repository), [Gate("leaky", lambda ctx: Verdict(True, told), reads=Reads(()))]).run()

    assert "is green" in (repository.project / ".release" / "gates.json").read_text()
    assert (
        repository.environment()["TWINE_PASSWORD"] not in (repository.project / ".release" / "gates.json").read_text()
    )
