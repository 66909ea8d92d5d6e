"""Announcing: once for each channel over real HTTP, never before the index has proven it, and never twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from release.context import load_context
from release.errors import ReleaseError
from release.flows.announcing import announce
from tests.faults.killing import Kill, Running
from tests.support.acts import drop
from tests.support.lines import here, told
from tests.support.mailing import mail_server
from tests.support.making import clone_of, tagged
from tests.support.proxy import Fault, Proxy
from tests.support.serving import Answer, Request, serving
from tests.support.world import World

# What apprise loads for pictures is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")

NEWS = '[[announce]]\nname = "news"\nfile = "NEWS.md"\n'


@contextmanager
def listening(world: World, *names: str, answer: Answer | None = None) -> Iterator[list[Request]]:
    """Configure a webhook for each name, and give what they were told; `answer` is what the first one says."""
    heard: list[Request] = []

    def listen(request: Request) -> Answer:
        heard.append(request)
        return answer if answer and request.path == f"/{names[0]}" else Answer(body="ok", content_type="text/plain")

    with serving(listen) as address:
        place = address.removeprefix("http://").rstrip("/")
        channels(world, "".join(f'[[announce]]\nname = "{name}"\nurl = "json://{place}/{name}"\n' for name in names))
        yield heard


def channels(world: World, text: str) -> None:
    path = world.project / "release.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def published(world: World, shelf: Path, distributions: list[Path]) -> str:
    """Make all of a release with notes: commit, tag, files on the index; return its commit."""
    told(world, "0.1.0")
    commit = tagged(world, distributions)
    for path in distributions:
        shutil.copy(path, shelf)
    return commit


@pytest.fixture
def released(world: World, shelf: Path, distributions: list[Path]) -> World:
    published(world, shelf, distributions)
    return world


def kept(world: World) -> list[str]:
    """Return the records of announcements that the remote has."""
    names = (ref.removeprefix("refs/keelway/announcements/") for ref in world.remote_refs())
    return sorted(name for name in names if name.startswith("0.1.0/") and not name.endswith("^{}"))


def paths(heard: list[Request]) -> list[str]:
    return [each.path for each in heard]


def test_every_channel_is_told_once_whoever_announces(released: World) -> None:
    with listening(released, "chat", "mail") as heard:
        announce(here(released), "0.1.0", [])
        announce(here(released), "0.1.0", [])
        other = clone_of(released)
        shutil.copy(released.project / "release.toml", other.project)
        announce(here(other), "0.1.0", [])

    assert paths(heard) == ["/chat", "/mail"]
    assert kept(released) == [f"0.1.0/{name}/{word}" for name in ("chat", "mail") for word in ("begun", "told")]
    message = json.loads(heard[0].body)
    install = f"pip install --index-url {released.index}simple/ acme==0.1.0"
    assert message["title"] == "acme 0.1.0"
    assert message["message"].rstrip() == f"acme 0.1.0 is released.\n\n### Fixes\n\n- What 0.1.0 is.\n\n{install}"


def test_a_file_is_added_to_or_written_anew_with_the_words_of_a_template(released: World) -> None:
    released.write("NEWS.md", "Older news\n")
    released.write("LATEST", "0.0.9\n")
    released.write("news.txt", "{project} {version}, {tag}, {stage}, from {index}\n")
    more = (
        'template = "news.txt"\n[[announce]]\nname = "latest"\nfile = "LATEST"\nwrite = true\ntemplate = "news.txt"\n'
    )
    channels(released, NEWS + more)

    announce(here(released), "0.1.0", [])

    text = "acme 0.1.0, v0.1.0, production, from local\n"
    assert (released.project / "NEWS.md").read_text() == f"Older news\n\n{text}"
    assert (released.project / "LATEST").read_text() == text


def test_a_file_of_the_project_is_told_with_the_line_that_keeps_it(
    released: World, capsys: pytest.CaptureFixture[str]
) -> None:
    channels(released, NEWS)

    announce(here(released), "0.1.0", [])

    line = capsys.readouterr().out.partition("; next: ")[2].partition("\n")[0]
    assert line == 'git add NEWS.md && git commit --message="Announce acme 0.1.0"'
    assert released.run("bash", "-c", line).code == 0
    assert "NEWS.md" not in released.git("status", "--porcelain")


def test_an_address_with_a_secret_comes_from_a_variable_and_is_printed_nowhere(released: World) -> None:
    with listening(released, "open") as heard:
        place = f"{(released.project / 'release.toml').read_text().rpartition('json://')[2].partition('/')[0]}"
        channels(released, '[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n')
        secret = f"json://ada:deep-secret@{place}/chat"

        ran = released.inv("announce", CHAT_URL=secret)

    assert ran.code == 0, ran.text
    assert paths(heard) == ["/open", "/chat"]
    assert "deep-secret" not in ran.text
    assert heard[1].headers["Authorization"].startswith("Basic ")


def test_a_mail_arrives(released: World) -> None:
    channels(released, '[[announce]]\nname = "list"\nvariable = "LIST_URL"\n')
    with mail_server() as (place, received):
        environment = released.environment(LIST_URL=f"mailto://{place}/?from=ada@example.org&to=users@example.org")
        announce(load_context(released.project, environment), "0.1.0", [])

    assert [each["To"] for each in received] == ["users@example.org"]
    assert received[0]["Subject"] == "acme 0.1.0"
    assert "What 0.1.0 is." in received[0].as_string()


def test_a_channel_that_fails_does_not_stop_the_others_and_is_told(released: World) -> None:
    with listening(released, "chat", "mail", answer=Answer(500)) as heard:
        ran = released.inv("announce", "0.1.0")

    assert ran.code == 1
    assert paths(heard) == ["/chat", "/mail"]
    assert kept(released) == ["0.1.0/chat/begun", "0.1.0/mail/begun", "0.1.0/mail/told"]
    assert "acme 0.1.0 is not announced everywhere\n  why: chat: Failed to send JSON POST notification: " in ran.err
    assert "error=500; it may have arrived nevertheless\n" in ran.err
    assert "  run: inv announce 0.1.0 --again chat      (if it has not arrived)" in ran.err


def test_what_cannot_even_be_begun_is_tried_again_by_the_same_command(released: World) -> None:
    """A variable that is not set, an address that is none, a template that is missing: nothing was sent for sure."""
    channels(released, '[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n' + NEWS)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(released), "0.1.0", [])

    assert (refusal.value.why, refusal.value.run) == ("chat: CHAT_URL is not set", "inv announce 0.1.0")
    assert kept(released) == ["0.1.0/news/begun", "0.1.0/news/told"]


def test_a_reply_that_was_lost_is_unclear_and_a_person_decides(released: World) -> None:
    with listening(released, "chat") as heard:
        path = released.project / "release.toml"
        place = path.read_text().rpartition("json://")[2].partition("/")[0]
        with Proxy(f"http://{place}/") as proxy:
            path.write_text(path.read_text().replace(place, proxy.url.removeprefix("http://").rstrip("/")))
            proxy.plan(Fault(drop, "POST", times=1))
            with pytest.raises(ReleaseError, match="is not announced everywhere"):
                announce(here(released), "0.1.0", [])
            with pytest.raises(ReleaseError) as refusal:
                announce(here(released), "0.1.0", [])
            assert paths(heard) == ["/chat"]
            announce(here(released), "0.1.0", ["chat"])

    assert "it may have arrived or not" in refusal.value.why
    assert refusal.value.run == "inv announce 0.1.0 --again chat      (if it has not arrived)"
    assert paths(heard) == ["/chat", "/chat"]
    assert kept(released) == ["0.1.0/chat/begun", "0.1.0/chat/told"]


def test_a_kill_between_two_channels_does_not_repeat_the_first(released: World, tmp_path: Path) -> None:
    hook = released.project / ".git" / "hooks" / "pre-push"
    marker = tmp_path / "second"
    hook.write_text(f"#!/bin/sh\nif grep -q mail/begun; then touch {marker}; sleep 60; fi\nexit 0\n")
    hook.chmod(0o755)
    with listening(released, "chat", "mail") as heard:
        running = Running(released, tmp_path / "log", "announce", "0.1.0")
        assert running.until(marker.exists), running.text()
        running.kill(Kill.POWER)
        hook.unlink()
        assert paths(heard) == ["/chat"]

        announce(here(released), "0.1.0", [])

    assert paths(heard) == ["/chat", "/mail"]


def test_nothing_is_announced_before_the_index_serves_what_the_tag_records(released: World, shelf: Path) -> None:
    next(shelf.glob("*.whl")).unlink()
    with listening(released, "chat") as heard, pytest.raises(ReleaseError) as refusal:
        announce(here(released), "0.1.0", [])

    assert "local serves acme-0.1.0-py3-none-any.whl with nothing" in str(refusal.value)
    assert heard == []
    assert kept(released) == []


def test_nothing_is_announced_without_its_tag(repository: World) -> None:
    channels(repository, NEWS)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(repository), "0.1.0", [])

    assert (refusal.value.what, refusal.value.why) == ("cannot announce acme 0.1.0", "v0.1.0 is not on origin")


def test_a_dry_run_shows_the_texts_and_tells_nobody(released: World, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(released, "chat") as heard:
        announce(here(released, write=False), "0.1.0", [], dry_run=True)

    shown = capsys.readouterr().out
    assert "acme 0.1.0 is released." in shown
    assert shown.endswith("\nnothing was sent\n")
    assert heard == []
    assert kept(released) == []


def test_a_dry_run_after_all_is_told_says_so(released: World, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(released, "chat"):
        announce(here(released), "0.1.0", [])
        capsys.readouterr()

        announce(here(released, write=False), "0.1.0", [], dry_run=True)

    row, end = capsys.readouterr().out.splitlines()
    assert row.startswith("  done    announce by chat                    by Ada Lovelace <ada@example.org>, ")
    assert end == "everything was told already"


@pytest.mark.parametrize(
    ("text", "again", "why"),
    [
        ("", [], "release.toml names no channel for a release of the stage production ([[announce]])"),
        (NEWS, ["chat"], "there is no channel chat; channels: news"),
    ],
)
def test_a_channel_that_there_is_none_of_is_refused(text: str, again: list[str], why: str, released: World) -> None:
    channels(released, text)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(released), "0.1.0", again)

    assert refusal.value.why == why
