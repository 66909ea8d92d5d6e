"""Channels are tried before a release: what could not be sent is a warning, and nothing is sent by asking."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from release.config.channel_config import ChannelConfig
from release.engine.gate import Severity, Verdict
from release.gate_order import ANNOUNCING, before_all
from release.gates.announcement_channels import CHANNELS
from tests.support.making import releasing
from tests.support.world import World

# What apprise loads for pictures is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")


def test_each_channel_that_cannot_be_used_is_named_with_what_helps(repository: World) -> None:
    repository.write("words.txt", "{project} {number}")
    (repository.project / "folder").mkdir()
    cases = {
        "variable": (ChannelConfig("chat", variable="CHAT_URL"), "CHAT_URL is not set", "export CHAT_URL=..."),
        "address": (ChannelConfig("chat", url="jsn://host"), "release.toml holds no address", "$EDITOR release.toml"),
        "template": (ChannelConfig("chat", url="json://host", template="no.txt"), "there is no no.txt", "$EDITOR"),
        "words": (ChannelConfig("chat", file="NEWS.md", template="words.txt"), "is no {number}", "$EDITOR words.txt"),
        "folder": (ChannelConfig("chat", file="folder"), "folder cannot be written", "ls -ld "),
        "good": (ChannelConfig("chat", file="new/NEWS.md"), "", ""),
        "of another stage": (ChannelConfig("chat", variable="CHAT_URL", stages=("candidate",)), "", ""),
    }
    ctx = releasing(repository)
    for name, (channel, why, run) in cases.items():
        verdict = CHANNELS.ask(replace(ctx, config=replace(ctx.config, announce=(channel,))))

        assert verdict.met is not bool(why), name
        assert why in verdict.fact, name
        assert verdict.run.startswith(run), name
    assert not (repository.project / "new").exists()


def test_a_variable_that_is_set_is_good_and_a_project_without_channels_sees_nothing(repository: World) -> None:
    ctx = releasing(repository, CHAT_URL="json://127.0.0.1:9/chat")
    chat = replace(ctx, config=replace(ctx.config, announce=(ChannelConfig("chat", variable="CHAT_URL"),)))

    assert CHANNELS.ask(chat) == Verdict(True, "chat can be used")
    assert CHANNELS.severity is Severity.WARNING
    names = [gate.name for gate in ANNOUNCING]
    assert [gate.name for gate in before_all(chat) if gate.name in names] == names
    assert [gate.name for gate in before_all(ctx) if gate.name in names] == []


def test_without_the_group_announcements_the_package_is_named(
    repository: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    ctx = releasing(repository, CHAT_URL="json://127.0.0.1:9/chat")

    verdict = CHANNELS.ask(
        replace(ctx, config=replace(ctx.config, announce=(ChannelConfig("chat", variable="CHAT_URL"),)))
    )

    assert verdict == Verdict(False, "chat: the package apprise is not installed", "python -m pip install apprise")
