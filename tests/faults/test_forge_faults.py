"""Every fault of a forge at every request of a release: it finishes by itself, or the same command finishes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from release.base.errors import ReleaseError
from tests.support.acts import cut, drop, refuse, status, store_and_fail
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.forges.tagged import assert_shown_once, on, release
from tests.support.proxy import Act, Fault, Proxy
from tests.support.world import World

# How many requests a release makes, of each kind of forge: to look, to draft, to send four files, to show.
REQUESTS = {"github": 21, "gitlab": 24, "gitea": 24}


FAULTS: dict[str, Act] = {
    "503": status(503, {"Retry-After": "0"}),
    "429": status(429, {"Retry-After": "0"}),
    "502": store_and_fail,
    "drop": drop,
    "cut": cut,
    "refuse": refuse,
}
# The request has not reached the forge, and one way of trying again (retry.py) is for all kinds: proven with one kind.
NOT_RECEIVED = {"503", "429", "refuse"}
LASTING = ("503", "drop", "refuse")


def cases(faults: Iterable[str]) -> list[tuple[str, str]]:
    """Return (kind, fault): what reaches the forge has its consequences there, which each kind has in its own way."""
    return [(kind, fault) for kind in KINDS for fault in faults if kind == "github" or fault not in NOT_RECEIVED]


@pytest.fixture
def proxy(server: ForgeServer) -> Iterator[Proxy]:
    with Proxy(server.address) as proxy:
        yield proxy


def api_of(server: ForgeServer, proxy: Proxy) -> str:
    return proxy.url.rstrip("/") + server.kind.prefixes[0]


def test_the_requests_of_a_release_are_those_that_are_spoilt_here(
    server: ForgeServer, proxy: Proxy, tagged: World
) -> None:
    release(on(tagged, server, api_of(server, proxy)))

    assert len(proxy.requests) == REQUESTS[server.kind.name]
    assert_shown_once(server, tagged)


@pytest.mark.journey
@pytest.mark.parametrize(("server", "fault"), cases(FAULTS), indirect=["server"])
def test_a_fault_at_any_request_is_outlived(fault: str, server: ForgeServer, proxy: Proxy, tagged: World) -> None:
    for number in range(REQUESTS[server.kind.name]):
        server.clear()
        spoilt = Fault(FAULTS[fault], skip=number, times=1)
        proxy.clear()
        proxy.plan(spoilt)

        release(on(tagged, server, api_of(server, proxy)))

        assert spoilt.skip < 0, f"request {number + 1} was never made"
        assert_shown_once(server, tagged)


@pytest.mark.journey
@pytest.mark.parametrize(("server", "fault"), cases(LASTING), indirect=["server"])
def test_after_a_fault_that_lasts_the_same_command_finishes(
    fault: str, server: ForgeServer, proxy: Proxy, tagged: World
) -> None:
    for number in range(REQUESTS[server.kind.name]):
        server.clear()
        proxy.clear()
        proxy.plan(Fault(FAULTS[fault], skip=number))

        with pytest.raises(ReleaseError) as failed:
            release(on(tagged, server, api_of(server, proxy)))

        assert failed.value.run
        proxy.clear()
        release(on(tagged, server, api_of(server, proxy)))
        assert_shown_once(server, tagged)
