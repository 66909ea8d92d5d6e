"""Channels in tests: a webhook over real HTTP, a file of the project, and what the remote keeps of announcements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.serving import Answer, Request, serving
from tests.support.world import World

NEWS = '[[announce]]\nname = "news"\nfile = "NEWS.md"\n'


@contextmanager
def listening(world: World, *names: str, answer: Answer | None = None, **topics: str) -> Iterator[list[Request]]:
    """Configure a webhook for each name, and give what they were told; `answer` is what the first one says.

    `topics`: {name of a channel: what it gets of planned releases}, such as chat='"team", "notices"'.
    """
    heard: list[Request] = []

    def listen(request: Request) -> Answer:
        heard.append(request)
        return answer if answer and request.path == f"/{names[0]}" else Answer(body="ok", content_type="text/plain")

    with serving(listen) as address:
        place = address.removeprefix("http://").rstrip("/")
        for name in names:
            wanted = f"topics = [{topics[name]}]\n" if name in topics else ""
            channels(world, f'[[announce]]\nname = "{name}"\nurl = "json://{place}/{name}"\n{wanted}')
        yield heard


def channels(world: World, text: str) -> None:
    path = world.project / "release.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def kept(world: World) -> list[str]:
    """Return the records of announcements that the remote has."""
    names = (ref.removeprefix("refs/keelway/announcements/") for ref in world.remote_refs())
    return sorted(name for name in names if name.startswith("0.1.0/") and not name.endswith("^{}"))


def paths(heard: list[Request]) -> list[str]:
    return [each.path for each in heard]
