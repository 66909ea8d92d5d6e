"""Announcing what may have arrived or not, and what is not proven yet: never twice, and never before its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.announce import announce
from tests.faults.killing import Kill, Running
from tests.support.acts import drop
from tests.support.channels import NEWS, channels, kept, listening, paths
from tests.support.lines import here
from tests.support.proxy import Fault, Proxy
from tests.support.serving import Answer
from tests.support.world import World

# What apprise loads for pictures is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")


def test_a_channel_that_fails_does_not_stop_the_others_and_is_told(noted: World) -> None:
    with listening(noted, "chat", "mail", answer=Answer(500)) as heard:
        ran = noted.inv("announce", "0.1.0")

    assert ran.code == 1
    assert paths(heard) == ["/chat", "/mail"]
    assert kept(noted) == ["0.1.0/chat/begun", "0.1.0/mail/begun", "0.1.0/mail/told"]
    assert "acme 0.1.0 is not announced everywhere\n  why: chat: Failed to send JSON POST notification: " in ran.err
    assert "error=500; it may have arrived anyway\n" in ran.err
    assert "  run: inv announce 0.1.0 --again chat      (if it did not arrive)" in ran.err


def test_what_cannot_even_be_begun_is_tried_again_by_the_same_command(noted: World) -> None:
    """A variable that is not set, an address that is none, a template that is missing: nothing was sent for sure."""
    channels(noted, '[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n' + NEWS)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(noted), "0.1.0", [])

    assert (refusal.value.why, refusal.value.run) == ("chat: CHAT_URL is not set", "inv announce 0.1.0")
    assert kept(noted) == ["0.1.0/news/begun", "0.1.0/news/told"]


def test_a_reply_that_was_lost_is_unclear_and_a_person_decides(noted: World) -> None:
    with listening(noted, "chat") as heard:
        path = noted.project / "release.toml"
        place = path.read_text().rpartition("json://")[2].partition("/")[0]
        with Proxy(f"http://{place}/") as proxy:
            path.write_text(path.read_text().replace(place, proxy.url.removeprefix("http://").rstrip("/")))
            proxy.plan(Fault(drop, "POST", times=1))
            with pytest.raises(ReleaseError, match="is not announced everywhere"):
                announce(here(noted), "0.1.0", [])
            with pytest.raises(ReleaseError) as refusal:
                announce(here(noted), "0.1.0", [])
            assert paths(heard) == ["/chat"]
            announce(here(noted), "0.1.0", ["chat"])

    assert "whether it arrived is unknown" in refusal.value.why
    assert refusal.value.run == "inv announce 0.1.0 --again chat      (if it did not arrive)"
    assert paths(heard) == ["/chat", "/chat"]
    assert kept(noted) == ["0.1.0/chat/begun", "0.1.0/chat/told"]


def test_a_kill_between_two_channels_does_not_repeat_the_first(noted: World, tmp_path: Path) -> None:
    hook = noted.project / ".git" / "hooks" / "pre-push"
    marker = tmp_path / "second"
    hook.write_text(f"#!/bin/sh\nif grep -q mail/begun; then touch {marker}; sleep 60; fi\nexit 0\n")
    hook.chmod(0o755)
    with listening(noted, "chat", "mail") as heard:
        running = Running(noted, tmp_path / "log", "announce", "0.1.0")
        assert running.until(marker.exists), running.text()
        running.kill(Kill.POWER)
        hook.unlink()
        assert paths(heard) == ["/chat"]

        announce(here(noted), "0.1.0", [])

    assert paths(heard) == ["/chat", "/mail"]


def test_nothing_is_announced_before_the_index_serves_what_the_tag_records(noted: World, shelf: Path) -> None:
    next(shelf.glob("*.whl")).unlink()
    with listening(noted, "chat") as heard, pytest.raises(ReleaseError) as refusal:
        announce(here(noted), "0.1.0", [])

    assert "local does not serve acme-0.1.0-py3-none-any.whl" in str(refusal.value)
    assert heard == []
    assert kept(noted) == []


def test_nothing_is_announced_without_its_tag(repository: World) -> None:
    channels(repository, NEWS)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(repository), "0.1.0", [])

    assert (refusal.value.what, refusal.value.why) == ("cannot announce acme 0.1.0", "v0.1.0 is not on origin")
