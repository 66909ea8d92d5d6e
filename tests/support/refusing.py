"""Refusals as a person meets them: the message, what it leaves unchanged, and the line that it says to run."""

from __future__ import annotations

import re
import shlex
import sys

from tests.support.traces import traces
from tests.support.world import World

_GATE = r'\{ name = "[^"]+", severity = "warning" \}'
_SETTING = rf"to get (a warning|warnings) instead, in release\.toml: gates = \[{_GATE}(, {_GATE})*\]"


def refusal(world: World, *words: str, **env: str) -> str:
    """Run a release that must be refused and change nothing; return what it printed as its error.

    Without its last line, the setting that makes warnings of these gates; it must name only gates that refuse.
    """
    before = traces(world)
    ran = world.run(sys.executable, "-m", "invoke", "release", *(words or ("minor",)), "--yes", env=env)
    assert ran.code == 1, ran.text
    assert traces(world) == before
    message, _, setting = ran.err.strip("\n").rpartition("\nto get ")
    if re.fullmatch(_SETTING, f"to get {setting}"):
        refused = set(re.findall("^cannot release: (.*)$", message, re.MULTILINE))
        assert set(re.findall('name = "([^"]*)"', setting)) <= refused
        return message
    return ran.err.strip("\n")


def without_run(message: str) -> str:
    """Return a message without its run line."""
    return message.rpartition("\n  run: ")[0]


def paste(world: World, message: str) -> None:
    """Run the run line of a message as a person pastes it: without the remark behind it; it must succeed."""
    line = message.rpartition("\n  run: ")[2].partition("      (")[0]
    for command in line.split(" && "):
        words = shlex.split(command)
        agreed = ["--yes"] if words[:2] in (["inv", "release"], ["inv", "abort"]) else []
        ran = world.run(sys.executable, "-m", "invoke", *words[1:], *agreed) if words[0] == "inv" else world.run(*words)
        assert ran.code == 0, f"$ {command}\n{ran.text}"
