"""Asks again when the network failed, not when it answered: transport errors, 408, 425, 429 and 5xx."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from release.base.errors import ReleaseError

T = TypeVar("T")


class RetrySettings(Protocol):
    """How patiently to ask: `attempts` in all, `pause` before the second and `longest` pause, in seconds."""

    @property
    def attempts(self) -> int:
        """How often it is asked in all."""

    @property
    def pause(self) -> float:
        """The first pause, in seconds."""

    @property
    def longest(self) -> float:
        """The longest pause, in seconds."""


def transient(status: int) -> bool:
    """Return whether an HTTP status asks for another attempt (RFC 9110 section 15, RFC 6585, RFC 8470)."""
    return status in (408, 425, 429) or 500 <= status < 600


def asked_for(after: str | None) -> float | None:
    """Return the seconds from now that Retry-After asks for, a number or a date (RFC 9110 section 10.2.3), or None."""
    if not after or after.isdigit():
        return float(after) if after else None
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except ValueError:
        return None


class Unavailable(ReleaseError):
    """A service could not answer now; `after` is the pause in seconds that it asked for, or None.

    `spent`: it was called as often as the settings allow, so that a step around a question does not begin anew.
    """

    def __init__(self, what: str, *, why: str, after: float | None = None) -> None:
        super().__init__(what, why=why, run="the same command again, when the service answers")
        self.after = after
        self.spent = False


def patiently(call: Callable[[], T], retry: RetrySettings, say: Callable[[str], None]) -> T:
    """Return what `call` returns, calling again after Unavailable; raise the last Unavailable, spent.

    Pauses grow, or are what the server asked for; one that asks for more than `retry.longest` is not waited for.
    """
    import tenacity

    growing = tenacity.wait_exponential_jitter(multiplier=retry.pause, max=retry.longest, jitter=retry.pause)

    def pause(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, Unavailable) else None
        return asked if asked is not None else growing(state)

    def worth_it(error: BaseException) -> bool:
        return isinstance(error, Unavailable) and not error.spent and (error.after or 0.0) <= retry.longest

    def tell(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        why = error.why if isinstance(error, Unavailable) else ""
        seconds = state.next_action.sleep if state.next_action else 0.0
        say(f"{why}; trying again in {seconds:.0f} s, {state.attempt_number + 1} of {retry.attempts}")

    trying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(worth_it),
        stop=tenacity.stop_after_attempt(retry.attempts),
        wait=pause,
        before_sleep=tell,
        reraise=True,
    )
    try:
        return trying(call)
    except Unavailable as error:
        error.spent = True
        raise


class Together:
    """Questions that are asked of one service at once: of what they say while they wait, the same is said once."""

    def __init__(self, retry: RetrySettings, say: Callable[[str], None], *, patient: bool = True) -> None:
        self._retry = retry
        self._say = say
        self._patient = patient
        self._failed: Unavailable | None = None
        self._lock = threading.Lock()
        self._asking = 0
        self._said: set[tuple[str, str]] = set()

    def once(self) -> Together:
        """Return the same for a look: each question is asked once, and none after one that had no answer."""
        return Together(self._retry, self._say, patient=False)

    def patiently(self, call: Callable[[], T]) -> T:
        """Return what `call` returns, as the function `patiently` does."""
        with self._lock:
            self._asking += 1
        try:
            if self._failed:
                raise self._failed
            return patiently(call, self._retry, self._say_once) if self._patient else call()
        except Unavailable as error:
            self._failed = None if self._patient else error
            raise
        finally:
            with self._lock:
                self._asking -= 1
                if not self._asking:
                    self._said.clear()

    def _say_once(self, text: str) -> None:
        why, _, when = text.partition("; trying again in ")
        key = why, when.partition(", ")[2]  # the pauses of two differ by chance
        with self._lock:
            known = key in self._said
            self._said.add(key)
        if not known:
            self._say(text)
