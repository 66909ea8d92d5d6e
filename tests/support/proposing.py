"""A release that is proposed, and what is seen of it then."""

from __future__ import annotations

import pytest

from release.commands.release import release
from release.commands.status import look
from release.engine.step import State, Waiting
from tests.support.lines import agreed, here
from tests.support.world import World

BRANCH = "release-request/0.1.0"
PROPOSED = f"refs/heads/{BRANCH}"


def proposes(world: World) -> str:
    """Release until it waits, and return what it waits for."""
    with pytest.raises(Waiting) as waiting:
        release(here(world), "minor", None, agreed)
    return str(waiting.value)


def seen(world: World) -> dict[str, State]:
    return {step.name: each.state for step, each in look(here(world, write=False)).steps}
