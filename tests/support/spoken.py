"""A forge that gives the answers it was told to, and our client of forges asking it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from release.adapters.forge.forge_address import Place
from release.adapters.forge.forge_http import Api
from release.adapters.forge.tokens import Login
from release.config.retry_config import RetryConfig
from tests.support.forges.kinds import TOKEN, VARIABLES
from tests.support.serving import Answer, Request, serving

RETRY = RetryConfig(attempts=3, pause=0.01, longest=2.0)


def found(content: Any, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON; headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(content), "application/json", headers=named)


class Spoken:
    """What was asked of a server that gives the answers one after another, and then the last one again."""

    def __init__(self, *answers: Answer | Callable[[Request], Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.said: list[str] = []

    def __call__(self, request: Request) -> Answer:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.asked.append(request)
        return answer(request) if callable(answer) else answer

    @contextmanager
    def api(self, kind: str = "github", token: str = TOKEN) -> Iterator[Api]:
        """Give the client of that server."""
        with serving(self) as address:
            place = Place(kind, address.rstrip("/"), address.rstrip("/"), "octo/acme")
            login = Login(place, {VARIABLES[kind]: token, "PATH": ""})
            yield Api(place, login, RETRY, self.said.append)
