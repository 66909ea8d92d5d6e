"""A release announces itself as the last thing, and the status tells which channels are left."""

from __future__ import annotations

import json

from tests.support.channels import listening, paths
from tests.support.serving import Answer
from tests.support.world import World


def test_a_release_announces_itself_and_a_failing_channel_leaves_it_released(world: World) -> None:
    with listening(world, "chat", "mail", answer=Answer(500)) as heard:
        world.commit("channels")
        world.note("feature", "Something new")
        world.git("push", "--quiet", "origin", "main")

        ran = world.inv("release", "minor", "--yes")
        status = world.inv("status")
        machines = json.loads(world.inv("status", "--json").out)

    assert ran.code == 1, ran.text
    assert "  an announcement on chat and mail\n" in ran.out
    assert "acme 0.1.0 is released: pip install" in ran.out
    assert "acme 0.1.0 is not announced everywhere" in ran.err
    assert paths(heard) == ["/chat", "/mail"]
    assert "  unclear announce by chat" in status.out
    assert "acme 0.1.0 is released\n" in status.out
    assert machines["announcements"] == {"chat": "unclear"}
