"""What a call takes: wall seconds, and CPU seconds of this process and of every command that it waited for."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """Seconds; on a busy machine `wall` grows and `cpu` hardly does."""

    wall: float
    cpu: float


def timed(call: Callable[[], T]) -> tuple[T, Taken]:
    """Return what `call` returns, and what it took."""
    wall, cpu = time.perf_counter(), _cpu()
    result = call()
    return result, Taken(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
