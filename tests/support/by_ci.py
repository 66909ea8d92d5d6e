"""A release whose tag a job of CI publishes: the laptop that makes the tag, and the job that has it checked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from release.base.errors import ReleaseError
from release.commands.publish_from_ci import tagged_here
from release.commands.release import release
from release.confirmation import Confirm
from release.context import Context
from release.context_loader import load_context
from tests.support.lines import agreed, here
from tests.support.world import World


def by_ci(project: Path) -> None:
    """Let the workflow of the tag publish, and a laptop wait for it no longer than a moment."""
    path = project / "release.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'publish = "ci"\nwait = 0.1\n{text}', encoding="utf-8")


def started(world: World, pre: str | None = None, agree: Confirm = agreed) -> str:
    """Release on the laptop, as far as that goes, and return why it did not go on."""
    with pytest.raises(ReleaseError) as refused:
        release(here(world), "minor", pre, agree)
    assert refused.value.what.endswith("is not on local yet")
    return refused.value.why


def runner(world: World, tag: str = "v0.1.0", name: str = "runner") -> World:
    """Return the world as a job of CI has it: a fresh clone with the tag checked out, and an empty home."""
    there = replace(world, project=world.clone(name), home=world.home.parent / f"home-{name}")
    there.git("checkout", "--quiet", "--detach", f"refs/tags/{tag}", cwd=there.project)
    return there


def context(world: World, **more: str) -> Context:
    return load_context(world.project, world.environment(CI="true", **more), write=False)


def taken(world: World, **more: str) -> Context:
    found = tagged_here(context(world, **more))
    assert found is not None
    return found
