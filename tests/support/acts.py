"""What may happen to a request on its way through the proxy (tests/support/proxy.py), as networks do it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.proxy import Act, Exchange


def status(code: int, headers: Mapping[str, str] | None = None) -> Act:
    """Answer `code` without asking the index."""
    return lambda exchange: exchange.reply(code, headers or {}, f"the proxy says {code}\n".encode())


def refuse(exchange: Exchange) -> None:
    """Hang up at once (for a port where nobody listens: Proxy.offline)."""
    exchange.hang_up()


def drop(exchange: Exchange) -> None:
    """Forward the request, and hang up instead of giving the answer back."""
    exchange.ask(exchange.body())
    exchange.hang_up()


def store_and_fail(exchange: Exchange) -> None:
    """Forward the request and answer 502, as a gateway does that waited too long."""
    exchange.ask(exchange.body())
    exchange.reply(502, {}, b"")


def cut(exchange: Exchange) -> None:
    """Let half of what is sent through, or half of the answer where nothing is sent, then hang up."""
    if exchange.seen.size:
        exchange.begin(exchange.body(half=True)).close()
        exchange.hang_up()
        return
    code, headers, content = exchange.ask(b"")
    exchange.send_response(code)
    exchange.send_header("Content-Type", headers.get("Content-Type", "text/plain"))
    exchange.send_header("Content-Length", str(len(content) + 1))
    exchange.end_headers()
    exchange.wfile.write(content[: len(content) // 2])


def slow(seconds: float) -> Act:
    """Forward the request after `seconds`, or when the plan is cleared; not when the client is gone by then."""

    def act(exchange: Exchange) -> None:
        body = exchange.body()
        exchange.proxy.cleared.wait(seconds)
        if not exchange.client_is_gone():
            exchange.forward(body)

    return act
