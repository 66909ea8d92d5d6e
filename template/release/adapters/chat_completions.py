"""A model behind an OpenAI-compatible API: one question, one answer as text, within limits of time and size.

`POST {base_url}/chat/completions`; the answer is `choices[0].message.content`.
"""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from release.adapters.network_errors import innermost, unreached
from release.adapters.retry import RetrySettings, Unavailable, asked_for, patiently, transient
from release.base.errors import ReleaseError
from release.base.web_origin import origin_of

if TYPE_CHECKING:
    import requests

E = TypeVar("E", "NoAnswer", "_FormRefused", Unavailable)

_CONNECT = 10.0  # seconds
_PIECE = 1 << 14  # bytes
_REFUSED_FORM = (400, 404, 415, 422)  # what servers answer to a response_format that they do not know


@dataclass(frozen=True)
class ModelServer:
    """Where a model is asked: the address of the API, the model, the key (empty for none), and the limits."""

    base_url: str
    model: str
    key: str = field(repr=False)
    timeout: float  # seconds of the whole answer
    largest: int  # bytes of it

    @property
    def name(self) -> str:
        """The server as messages name it: host and port."""
        _, host, port = origin_of(self.base_url)
        return f"{host}:{port}"


class NoAnswer(ReleaseError):
    """The server answered with something that is no answer of a model."""

    def __init__(self, what: str, *, why: str) -> None:
        super().__init__(what, why=why, run="$EDITOR release.toml      ([assistant])")


class _FormRefused(NoAnswer):
    """The server refused the request as such, perhaps for the form of the answer that it asks for."""


def complete(server: ModelServer, instruction: str, question: str, schema: dict[str, Any], retry: RetrySettings) -> str:
    """Return what the model writes; raise Unavailable where no server answers in time, NoAnswer for anything else.

    Asks for JSON of a schema, else for any JSON, else by the words of the instruction alone: servers differ in what
    they know. A server that is busy or broken is asked once more.
    """
    messages = [{"role": "system", "content": instruction}, {"role": "user", "content": question}]
    base = {"model": server.model, "messages": messages, "temperature": 0, "stream": False}

    def ask(form: dict[str, Any]) -> str:
        return _text_in(server, patiently(lambda: _post(server, base | form), _Once(retry), _quiet))

    strict = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    for response_format in (strict, {"type": "json_object"}):
        try:
            return ask({"response_format": response_format})
        except _FormRefused:
            continue
    return ask({})


@dataclass(frozen=True)
class _Once:
    """Settings of a retry that are those of release.toml, but for the attempts: two."""

    settings: RetrySettings
    attempts: int = 2

    @property
    def pause(self) -> float:
        return self.settings.pause

    @property
    def longest(self) -> float:
        return self.settings.longest


def _quiet(_: str) -> None:
    """Say nothing: what is printed is the same whether it was asked once or twice."""


def _post(server: ModelServer, body: dict[str, Any]) -> bytes:
    """Return the body of the answer; it is read by a thread, since a timeout of a socket bounds no slow answer."""
    answered: queue.Queue[bytes | ReleaseError] = queue.Queue(1)
    reader = threading.Thread(target=lambda: answered.put(_read(server, body)), daemon=True)
    reader.start()
    try:
        found = answered.get(timeout=server.timeout)
    except queue.Empty:
        late = _cannot(server, f"no complete answer within {server.timeout:g} s", Unavailable)
        late.spent = True  # another attempt would take as long
        raise late from None
    if isinstance(found, ReleaseError):
        raise found
    return found


def _read(server: ModelServer, body: dict[str, Any]) -> bytes | ReleaseError:
    """Return the bytes of one answer, or the error that it is."""
    import requests

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if server.key:  # as `auth`, else what ~/.netrc has for this host is sent in its place
            request.headers["Authorization"] = f"Bearer {server.key}"
        return request

    url = f"{server.base_url.rstrip('/')}/chat/completions"
    words = {"Accept": "application/json", "Accept-Encoding": "identity"}
    how: Any = {"headers": words, "auth": sign, "stream": True, "allow_redirects": False}
    patience = (min(_CONNECT, server.timeout), server.timeout)
    try:
        with requests.post(url, json=body, timeout=patience, **how) as response:
            return _refusal(server, response) or _bytes_of(server, response)
    except requests.RequestException as error:
        return Unavailable("cannot ask the assistant", why=_broken(server, url, error))
    except (ReleaseError, ValueError, OSError) as error:
        return error if isinstance(error, ReleaseError) else _cannot(server, str(error), NoAnswer)


def _broken(server: ModelServer, url: str, error: requests.RequestException) -> str:
    """Return why there was no answer, in words of this system alone: what a server wrote is not repeated."""
    ours = isinstance(innermost(error), OSError)
    return unreached(url, error) if ours else f"{server.name}: its answer is no HTTP, or was broken off"


def _refusal(server: ModelServer, response: requests.Response) -> ReleaseError | None:
    """Return what is wrong with the head of an answer; its text is not repeated, it may be anything."""
    status = response.status_code
    if transient(status):
        busy = _cannot(server, f"it answered {status}", Unavailable)
        busy.after = asked_for(response.headers.get("Retry-After"))
        return busy
    if response.is_redirect:
        return _cannot(server, f"it answered {status}: redirects are not followed", NoAnswer)
    if status != 200:
        return _cannot(server, f"it answered {status}", _FormRefused if status in _REFUSED_FORM else NoAnswer)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return _cannot(server, f"it answered {kind if kind.isprintable() and kind else 'no type'}, not JSON", NoAnswer)
    return None


def _bytes_of(server: ModelServer, response: requests.Response) -> bytes:
    found = b""
    for piece in response.iter_content(_PIECE):
        found += piece
        if len(found) > server.largest:
            raise _cannot(server, f"the answer has more than {server.largest // 1000} kB", NoAnswer)
    return found


def _text_in(server: ModelServer, body: bytes) -> str:
    """Return the text of the model in an answer."""
    try:
        choice = json.loads(body)["choices"][0]
        text, ended = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _cannot(server, "the answer is no chat completion", NoAnswer) from None
    if ended == "length":
        raise _cannot(server, "the answer is cut off", NoAnswer)
    if not isinstance(text, str):
        raise _cannot(server, "the answer has no text", NoAnswer)
    return text


def _cannot(server: ModelServer, why: str, kind: type[E]) -> E:
    """Return an error of a kind that names the server and what it did."""
    return kind("cannot ask the assistant", why=f"{server.name}: {why}")
