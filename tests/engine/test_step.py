"""The engine, on steps that change one folder: order, gates, agreement, and what the world says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.context import Context
from release.engine.converge import converge, foresee, take_back
from release.engine.gate import Answer, Gate, GatesRefused, Severity, Verdict
from release.engine.step import (
    ConflictFound,
    Seen,
    Step,
    absent,
    conflict,
    done,
)
from tests.support.making import releasing
from tests.support.traces import bytes_below
from tests.support.world import World

Agreed = list[list[str]]


@pytest.fixture
def ctx(repository: World) -> Context:
    return releasing(repository)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """What the steps of these tests change: a folder that is their whole world."""
    path = tmp_path / "place"
    path.mkdir()
    return path


def making(file: Path, *gates: Gate) -> Step:
    """Return a step that makes a file; a file with another text is a conflict."""

    def observe(ctx: Context) -> Seen:
        if not file.exists():
            return absent(f"{file.name} is not there")
        if file.read_text() != "ours":
            return conflict(f"{file.name} says {file.read_text()}", f"rm {file.name}")
        return done(f"{file.name} is there")

    def do(ctx: Context) -> None:
        file.write_text("ours")

    return Step("make", f"make {file.name}", observe, do, undo=lambda ctx: file.unlink(), gates=lambda ctx: gates)


def gate(name: str, *answer: Verdict, severity: Severity = Severity.BLOCKING) -> Gate:
    verdicts = iter(answer)
    return Gate(name, lambda ctx: next(verdicts), severity)


def agreeing(to: Agreed) -> Callable[[Context, Sequence[Step], Sequence[Answer]], None]:
    return lambda ctx, left, answers: to.append([step.name for step in left])


def refusing(ctx: Context, left: Sequence[Step], answers: Sequence[Answer]) -> None:
    raise ReleaseError("stopped", why="not agreed; nothing was changed")


def test_steps_are_done_in_their_order_and_told_in_a_line_each(
    ctx: Context, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreed: Agreed = []

    changed = converge(ctx, [making(place / "a"), making(place / "b")], agreeing(agreed))

    assert changed
    assert agreed == [["make a", "make b"]]
    assert sorted(bytes_below(place)) == ["a", "b"]
    assert capsys.readouterr().out.splitlines() == [
        "  done    make a                              a is there",
        "  done    make b                              b is there",
    ]


def test_what_is_done_is_not_done_again(ctx: Context, place: Path) -> None:
    (place / "a").write_text("ours")
    first = replace(making(place / "a"), do=fails)
    agreed: Agreed = []

    assert converge(ctx, [first, making(place / "b")], agreeing(agreed))

    assert agreed == [["make b"]]


def fails(ctx: Context) -> None:
    raise ReleaseError("it failed", why="on purpose", run="something else")


def test_nothing_is_asked_when_nothing_is_left(ctx: Context, place: Path) -> None:
    (place / "a").write_text("ours")
    agreed: Agreed = []

    assert not converge(ctx, [making(place / "a", gate("never asked"))], agreeing(agreed))

    assert agreed == []


def test_gates_are_asked_before_the_agreement_and_the_change(ctx: Context, place: Path) -> None:
    agreed: Agreed = []
    step = making(place / "a", gate("open", Verdict(False, "it is closed", "open it")))

    with pytest.raises(GatesRefused) as refusal:
        converge(ctx, [step], agreeing(agreed))

    setting = 'to get a warning instead, in release.toml: gates = [{ name = "open", severity = "warning" }]'
    assert str(refusal.value) == f"cannot release: open\n  why: it is closed\n  run: open it\n{setting}"
    assert agreed == []
    assert bytes_below(place) == {}


def test_the_gates_of_a_later_step_are_asked_when_it_is_its_turn(ctx: Context, place: Path) -> None:
    """A gate may ask about what an earlier step has made."""
    there = Gate("a is there", lambda ctx: Verdict((place / "a").exists(), "looked"))

    assert converge(ctx, [making(place / "a"), making(place / "b", there)], agreeing([]))


def test_a_refusing_gate_keeps_what_earlier_steps_did(ctx: Context, place: Path) -> None:
    later = making(place / "b", gate("closed", Verdict(False, "it is closed", "open it")))

    with pytest.raises(GatesRefused):
        converge(ctx, [making(place / "a"), later], agreeing([]))

    assert sorted(bytes_below(place)) == ["a"]


def test_a_no_to_the_question_changes_nothing(ctx: Context, place: Path) -> None:
    with pytest.raises(ReleaseError, match="stopped"):
        converge(ctx, [making(place / "a"), making(place / "b")], refusing)

    assert bytes_below(place) == {}


def test_a_failure_counts_as_done_when_the_world_shows_the_step(ctx: Context, place: Path) -> None:
    """As when the answer of a server got lost."""
    step = making(place / "a")

    def do(ctx: Context) -> None:
        step.do(ctx)
        raise ReleaseError("no answer")

    assert converge(ctx, [replace(step, do=do)], agreeing([]))


def test_a_failure_is_told_when_the_world_does_not_show_the_step(ctx: Context, place: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        converge(ctx, [replace(making(place / "a"), do=fails), making(place / "b")], agreeing([]))

    assert str(refusal.value) == "it failed\n  why: on purpose\n  run: something else"
    assert bytes_below(place) == {}


def test_a_step_that_takes_no_effect_is_told(ctx: Context, place: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        converge(ctx, [replace(making(place / "a"), do=lambda ctx: None)], agreeing([]))

    assert str(refusal.value) == (
        "cannot make a for acme 0.1.0\n"
        "  why: the command succeeded, but its effect is not visible: a is not there\n"
        "  run: inv status"
    )


def test_a_conflict_stops_before_anything_is_asked_or_done(ctx: Context, place: Path) -> None:
    (place / "a").write_text("theirs")
    agreed: Agreed = []

    with pytest.raises(ConflictFound) as refusal:
        converge(ctx, [making(place / "a", gate("never asked")), making(place / "b")], agreeing(agreed))

    assert str(refusal.value) == "cannot make a for acme 0.1.0\n  why: a says theirs\n  run: rm a"
    assert agreed == []
    assert sorted(bytes_below(place)) == ["a"]


def test_a_conflict_that_shows_after_a_failure_is_told_with_it(ctx: Context, place: Path) -> None:
    def do(ctx: Context) -> None:
        (place / "a").write_text("theirs")
        raise ReleaseError("somebody else was first")

    with pytest.raises(ConflictFound) as refusal:
        converge(ctx, [replace(making(place / "a"), do=do)], agreeing([]))

    assert str(refusal.value.__cause__) == "somebody else was first"


def test_foreseeing_tells_every_state_and_changes_nothing(ctx: Context, place: Path) -> None:
    (place / "a").write_text("ours")
    (place / "b").write_text("theirs")
    before = bytes_below(place)

    seen = foresee(ctx, [making(place / name) for name in "abc"])

    assert [each for _, each in seen] == [
        done("a is there"),
        conflict("b says theirs", "rm b"),
        absent("c is not there"),
    ]
    assert bytes_below(place) == before


def test_taking_back_undoes_and_is_told(ctx: Context, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a").write_text("ours")

    take_back(ctx, making(place / "a"))

    assert bytes_below(place) == {}
    assert capsys.readouterr().out == "  undone  make a\n"


def test_what_has_no_way_back_is_not_taken_back(ctx: Context, place: Path) -> None:
    with pytest.raises(ReleaseError) as refusal:
        take_back(ctx, replace(making(place / "a"), undo=None))

    assert str(refusal.value) == "cannot undo: make a\n  why: this step cannot be undone\n  run: inv release auto"
