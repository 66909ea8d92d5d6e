"""Every fault of an index at every request of a release: it finishes by itself, or the same command finishes it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.worlds import PUBLISH, RELEASE, Behind
from tests.support.acts import cut, drop, refuse, slow, status, store_and_fail
from tests.support.ended import End, assert_clean, end_of
from tests.support.mould import Mould
from tests.support.proxy import Act, Exchange, Fault, FirstTry, Proxy
from tests.support.world import World

# What a release asks of its index, in order. The first ones stand in the gates, before anything is changed.
LOOKING = ("GET /simple/acme/", "GET /simple/")
PUBLISHING = (
    *LOOKING,  # is it there? (the step's look)
    *LOOKING,  # what is missing?
    "POST /",
    "POST /",
    "GET /simple/acme/",  # is it listed?
    "GET /simple/acme/",  # the step's second look
    "GET /simple/acme/",  # the bytes
    "GET /simple/acme/",  # does it answer without a login?
    "GET /packages/acme-0.1.0-py3-none-any.whl",
    "GET /packages/acme-0.1.0.tar.gz",
    "GET /simple/acme/",  # the installer
    "HEAD /packages/acme-0.1.0-py3-none-any.whl",
    "GET /packages/acme-0.1.0-py3-none-any.whl",
    "GET /packages/acme-0.1.0-py3-none-any.whl",
)

FAULTS: dict[str, Act] = {
    "503": status(503),
    "429": status(429, {"Retry-After": "0"}),
    "502": store_and_fail,
    "drop": drop,
    "cut": cut,
    "refuse": refuse,
    "slow": slow(0.5),
}
LASTING = ("503", "drop", "refuse")


@dataclass(frozen=True)
class Case:
    """A fault, the number of the request that meets it, counted from 1, and whether all after that meet it too."""

    fault: str
    number: int
    for_good: bool

    def __str__(self) -> str:
        return f"{self.fault}-{'from' if self.for_good else 'at'}-{self.number}"

    def spoil(self, proxy: Proxy) -> Fault:
        """Put the fault into the proxy's plan."""
        fault = Fault(FAULTS[self.fault], skip=self.number - 1, times=None if self.for_good else 1)
        proxy.plan(fault)
        return fault


def lasting(requests: tuple[str, ...]) -> list[Case]:
    """Return the faults that can last, from some requests on: each from each upload on, else one after the other."""
    uploads = [number for number, request in enumerate(requests, start=1) if request.startswith("POST ")]
    others = [number for number in spread(requests) if number not in uploads]
    cases = [Case(fault, number, for_good=True) for number in uploads for fault in LASTING]
    return cases + [Case(LASTING[at % 3], number, for_good=True) for at, number in enumerate(others)]


def spread(requests: tuple[str, ...]) -> list[int]:
    """Return the numbers of the first, the middle and the last request of each kind (method and kind of page)."""
    kinds: dict[str, list[int]] = {}
    for number, request in enumerate(requests, start=1):
        kinds.setdefault("/".join(request.split("/")[:2]), []).append(number)
    return sorted({found[at] for found in kinds.values() for at in (0, len(found) // 2, -1)})


def test_the_requests_of_a_release_are_those_that_are_spoilt_here(behind: Behind, fresh: Mould, tmp_path: Path) -> None:
    world = fresh.copy(tmp_path / "world", behind.index)

    world.released("minor")

    seen = [f"{request.method} {request.path}" for request in behind.proxy.requests]
    in_order = len(LOOKING) + 6  # the gates at the end ask at the same time
    assert seen[:in_order] == [*LOOKING, *PUBLISHING[:6]]
    assert sorted(seen) == sorted(LOOKING + PUBLISHING)


def test_publishing_what_is_built_makes_the_same_requests(behind: Behind, built: Mould, tmp_path: Path) -> None:
    world = built.copy(tmp_path / "world", behind.index)

    ran = world.inv(*PUBLISH)

    assert ran.code == 0, ran.text
    assert sorted(f"{request.method} {request.path}" for request in behind.proxy.requests) == sorted(
        LOOKING + PUBLISHING
    )


@pytest.mark.journey
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_the_first_try_of_every_request_is_outlived(
    fault: str, behind: Behind, fresh: Mould, unbroken: End, tmp_path: Path
) -> None:
    """What one fault does to one upload, when all else goes well, is seen below; here nothing goes well at once."""
    world = fresh.copy(tmp_path / "world", behind.index)
    act = FAULTS[fault]
    tries = Fault(act) if fault == "slow" else FirstTry(act)  # what is only late is not tried again
    behind.proxy.plan(tries)

    ran = world.inv(*RELEASE, UV_HTTP_RETRIES="3")

    assert ran.code == 0, ran.text
    if isinstance(tries, FirstTry):
        met = {f"{request.method} {request.path}" for request in tries.hit}
        assert met == {*LOOKING, *PUBLISHING}, ran.text
    behind.proxy.clear()
    assert end_of(world) == unbroken
    assert_clean(world)


@pytest.mark.journey
@pytest.mark.parametrize("case", lasting(LOOKING), ids=str)
def test_a_fault_before_the_first_change_is_outlived(
    case: Case, behind: Behind, fresh: Mould, unbroken: End, tmp_path: Path
) -> None:
    _spoil_and_finish(case, behind, fresh.copy(tmp_path / "world", behind.index), unbroken, RELEASE)


UPLOADS = [Case(fault, 5 + file, for_good=False) for file in (0, 1) for fault in FAULTS]


@pytest.mark.journey
@pytest.mark.parametrize("case", UPLOADS + lasting(PUBLISHING), ids=str)
def test_a_fault_while_publishing_is_outlived(
    case: Case, behind: Behind, built: Mould, unbroken: End, tmp_path: Path
) -> None:
    _spoil_and_finish(case, behind, built.copy(tmp_path / "world", behind.index), unbroken, PUBLISH)


def _spoil_and_finish(case: Case, behind: Behind, world: World, unbroken: End, command: tuple[str, ...]) -> None:
    fault = case.spoil(behind.proxy)

    first = world.inv(*command, UV_HTTP_RETRIES="1")

    assert fault.skip < 0, f"request {case.number} was never made\n{first.text}"
    behind.proxy.clear()
    if case.for_good:
        assert first.code == 1, first.text
        assert "  run: " in first.text
        second = world.inv(*command)
        assert second.code == 0, first.text + second.text
    else:
        assert first.code == 0, first.text
    assert end_of(world) == unbroken
    assert_clean(world)


@pytest.mark.journey
@pytest.mark.parametrize("number", [1, 5, 6, 7, 12])
def test_an_index_that_goes_away_in_the_middle_is_outlived(
    number: int, behind: Behind, built: Mould, unbroken: End, tmp_path: Path
) -> None:
    """Nobody listens on its port any more, from request `number` on."""
    world = built.copy(tmp_path / "world", behind.index)
    with ExitStack() as gone:

        def leave(exchange: Exchange) -> None:
            exchange.hang_up()
            gone.enter_context(behind.proxy.offline())

        behind.proxy.plan(Fault(leave, skip=number - 1, times=1))
        first = world.inv(*RELEASE, UV_HTTP_RETRIES="1")

    assert first.code == 1, first.text
    assert "onnection refused" in first.text
    assert "  run: " in first.text
    world.released("minor")
    assert end_of(world) == unbroken
    assert_clean(world)


def test_another_attempt_is_told(behind: Behind, built: Mould, tmp_path: Path) -> None:
    world = built.copy(tmp_path / "world", behind.index)
    behind.proxy.plan(Fault(status(503), "GET", times=1), Fault(status(429, {"Retry-After": "1"}), "POST", times=1))

    text = world.released("minor")

    assert [line for line in text.splitlines() if "trying again" in line] == [
        "index answered 503; trying again in 0 s, 2 of 5",
        "index answered 429; trying again in 1 s, 2 of 5",
    ]
