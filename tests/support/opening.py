"""Adapters as a context opens them, with little patience."""

from __future__ import annotations

from collections.abc import Callable

from release.adapters.git.git_repository import Git
from release.adapters.index.simple_api import Index
from release.config.index_config import IndexConfig
from release.config.index_credentials import Account
from release.config.retry_config import RetryConfig
from tests.support.world import World


def git(world: World, **more: str) -> Git:
    """Return the git of a world's project; `more` is added to the environment."""
    return Git(world.project, world.environment(**more))


def reading(address: str, say: Callable[[str], None] = print, *, account: Account | None = None) -> Index:
    """Return the index at `address`."""
    config = IndexConfig("house", upload=address, simple=f"{address}simple/")
    retry = RetryConfig(attempts=3, pause=0.001, longest=5.0)
    return Index(config, account or Account(), retry, say)
