"""A server over real HTTP that speaks for a model, in every way in which one can fail to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.serving import Answer, Request
from tests.support.world import World

KEY = "sk-assistant-5f1e2d3c4b5a"  # what must never be seen anywhere
TABLE = """
[assistant]
base_url = "{url}v1"
model = "small-model"
variable = "ACME_MODEL"
timeout = {timeout}
largest = 40
"""


def says(text: str, **more: Any) -> Answer:
    """Return a chat completion with a text."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"} | more
    return Answer(200, json.dumps({"object": "chat.completion", "choices": [choice]}), "application/json")


def answers(claims: list[dict[str, Any]], **more: Any) -> Answer:
    """Return a chat completion with an answer of the schema."""
    return says(json.dumps({"claims": claims, "risks": [], "questions": [], "chance_of_date": None} | more))


def facts_in(request: Request) -> dict[str, dict[str, Any]]:
    """Return {id: fact} as a request has them."""
    content = json.loads(request.body)["messages"][1]["content"]
    rows = [json.loads(row) for row in content.partition("Facts:\n")[2].splitlines()]
    return {row["id"]: row for row in rows}


def configure(world: World, url: str, timeout: float = 20) -> None:
    """Give a project the assistant at an address."""
    path = world.project / "release.toml"
    text = path.read_text(encoding="utf-8").partition("\n[assistant]")[0]
    path.write_text(text + TABLE.format(url=url, timeout=timeout), encoding="utf-8")


@contextmanager
def speaking(speak: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Give the address of a server that reads a request and lets `speak` write what it likes to the connection."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection:
            connection.recv(1 << 16)
            try:
                speak(connection, over)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
