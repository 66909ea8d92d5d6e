"""Asked again when the network failed; not when it answered, and not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from release.adapters.retry import Together, Unavailable, asked_for, patiently, transient
from release.base.errors import ReleaseError
from release.config.retry_config import RetryConfig

QUICK = RetryConfig(attempts=4, pause=0.001, longest=0.01)


def failing(*errors: Exception) -> Callable[[], int]:
    """Return a call that raises each of the errors and then gives how often it was called."""
    left = list(errors)
    calls = 0

    def call() -> int:
        nonlocal calls
        calls += 1
        if left:
            raise left.pop(0)
        return calls

    return call


def unavailable(after: float | None = None) -> Unavailable:
    return Unavailable("cannot read the index local", why="index answered 503", after=after)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_failure_for_now_is_tried_again(status: int) -> None:
    assert transient(status)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 410, 422, 600])
def test_an_answer_is_an_answer(status: int) -> None:
    assert not transient(status)


def test_what_succeeds_is_called_once_and_nothing_is_printed() -> None:
    said: list[str] = []

    assert patiently(failing(), QUICK, said.append) == 1
    assert said == []


def test_a_failure_for_now_is_tried_again_and_told() -> None:
    said: list[str] = []

    assert patiently(failing(unavailable(), unavailable()), QUICK, said.append) == 3
    assert said == [
        "index answered 503; trying again in 0 s, 2 of 4",
        "index answered 503; trying again in 0 s, 3 of 4",
    ]


def test_the_last_failure_is_told_when_the_attempts_are_spent() -> None:
    said: list[str] = []
    errors = [unavailable() for _ in range(9)]

    with pytest.raises(Unavailable) as refusal:
        patiently(failing(*errors), QUICK, said.append)

    assert refusal.value is errors[3]
    assert len(said) == 3
    assert refusal.value.run == "the same command again, when the service answers"


def test_a_question_that_was_asked_often_enough_is_not_begun_anew_by_what_is_around_it() -> None:
    """Else six attempts become thirty-six, and minutes."""
    said: list[str] = []
    question = failing(*[unavailable() for _ in range(9)])

    with pytest.raises(Unavailable):
        patiently(lambda: patiently(question, QUICK, said.append), QUICK, said.append)

    assert said == [f"index answered 503; trying again in 0 s, {number} of 4" for number in (2, 3, 4)]


def test_one_attempt_is_one() -> None:
    with pytest.raises(Unavailable):
        patiently(failing(unavailable()), RetryConfig(attempts=1, pause=0.001, longest=1.0), print)


def test_a_refusal_is_not_tried_again() -> None:
    said: list[str] = []

    with pytest.raises(ReleaseError, match="refused"):
        patiently(failing(ReleaseError("refused")), QUICK, said.append)
    assert said == []


def test_what_a_server_asks_for_is_the_pause() -> None:
    """Not our own 30 seconds."""
    said: list[str] = []

    assert patiently(failing(unavailable(after=0)), RetryConfig(2, 30.0, 60.0), said.append) == 2
    assert said == ["index answered 503; trying again in 0 s, 2 of 2"]


def test_a_server_that_asks_for_too_much_is_not_waited_for() -> None:
    said: list[str] = []

    with pytest.raises(Unavailable):
        patiently(failing(unavailable(after=3600)), RetryConfig(6, 0.001, 60.0), said.append)
    assert said == []


def test_pauses_grow_and_are_bounded() -> None:
    said: list[str] = []

    with pytest.raises(Unavailable):
        patiently(failing(*[unavailable()] * 5), RetryConfig(attempts=4, pause=0.6, longest=0.9), said.append)
    assert said == [f"index answered 503; trying again in 1 s, {number} of 4" for number in (2, 3, 4)]


@pytest.mark.parametrize(("after", "seconds"), [("7", 7.0), ("0", 0.0), (None, None), ("", None), ("soon", None)])
def test_the_pause_that_a_server_asks_for_is_a_number_of_seconds(after: str | None, seconds: float | None) -> None:
    assert asked_for(after) == seconds


def test_the_pause_that_a_server_asks_for_may_be_a_date() -> None:
    soon = asked_for(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))

    assert soon is not None and 25 < soon <= 30
    assert asked_for("Fri, 31 Dec 1999 23:59:59 GMT") == 0.0


def test_what_two_questions_at_once_say_is_one_line() -> None:
    said: list[str] = []
    together = Together(QUICK, said.append)
    both = threading.Barrier(2)

    def ask() -> None:
        def call() -> None:
            both.wait(timeout=30)
            if len(failed) < 4:
                failed.append("once")
                raise unavailable()

        together.patiently(call)

    for _ in range(2):  # at once, and afterwards again
        failed: list[str] = []
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert said == [f"index answered 503; trying again in 0 s, {number} of 4" for number in (2, 3, 2, 3)]


def test_for_a_look_it_is_asked_once_and_not_again_after_a_failure() -> None:
    said: list[str] = []
    calls = failing(unavailable(), unavailable())
    looking = Together(QUICK, said.append).once()
    for _ in range(3):
        with pytest.raises(Unavailable):
            looking.patiently(calls)

    with pytest.raises(Unavailable):
        calls()
    assert calls() == 3
    assert said == []
